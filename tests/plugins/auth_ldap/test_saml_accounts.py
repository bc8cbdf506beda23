"""Accounts that sign in by SAML and follow the directory."""

import time
from typing import Any

import pytest

from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.users import User, UserService
from hubbub.tests.plugins.auth_ldap.test_sync import sync
from hubbub.tests.services.ldap import LdapServer, Tree

pytestmark = pytest.mark.engines("sqlite")


def saml(**more: Any) -> dict[str, Any]:
    """Return SamlSettings whose accounts follow the directory."""
    address = "https://idp.example.com/sso"
    return {
        "Enable": True,
        "EnableSyncWithLdap": True,
        "Encrypt": False,
        "IdpURL": address,
        "IdpDescriptorURL": address,
        "ServiceProviderIdentifier": "hubbub",
        "AssertionConsumerServiceURL": "https://chat.example.com/login/sso/saml",
        "IdpCertificateFile": "saml-idp.crt",
        "EmailAttribute": "email",
        "UsernameAttribute": "username",
        **more,
    }


def signs_in(server: Any, uid: str, **more: Any) -> User:
    """Return the account of somebody who has just signed in by SAML."""
    said = {"subject": f"saml-{uid}", "username": uid, "email": f"{uid}@example.org", "last_name": "by SAML"} | more
    accounts = server.app.services.get(ExternalSignIn)
    user: User = accounts.account_of(ExternalIdentity(provider="saml", **said))
    return user


def now(server: Any, user: User) -> User:
    """Return an account as it is now."""
    found: User = server.app.services.get(UserService).get(user.id)
    return found


@pytest.mark.parametrize("enabled", [True, False])
def test_they_follow_at_sign_in_and_by_the_job(start: Any, tree: Tree, enabled: bool) -> None:
    server = start(tree.settings(Enable=enabled), SamlSettings=saml())
    tree.add("anna", sn="Berg", mail="anna@example.org")
    tree.add("bert", sn="Kolb", mail="bert@example.org")
    anna, bert = signs_in(server, "anna"), signs_in(server, "bert")
    assert (anna.last_name, anna.auth_data) == ("Berg", "saml-anna")
    tree.change("anna", sn="Tal")
    tree.remove("bert")
    assert sync(server)["deactivated"] == "1"
    assert (now(server, anna).last_name, now(server, anna).delete_at) == ("Tal", 0)
    assert now(server, bert).delete_at
    tree.add("bert", sn="Kolb", mail="bert@example.org")
    assert sync(server)["deactivated"] == "0"
    assert not now(server, bert).delete_at


def test_accounts_can_be_bound_to_the_directory_s_ids(start: Any, tree: Tree) -> None:
    server = start(tree.settings(), SamlSettings=saml(EnableSyncWithLdap=False))
    tree.add("anna", sn="Berg", mail="anna@example.org")
    before = signs_in(server, "anna")
    server.configure(SamlSettings={"EnableSyncWithLdap": True, "EnableSyncWithLdapIncludeAuth": True})
    assert sync(server)["deactivated"] == "0"
    assert now(server, before).auth_data == "id-anna"
    assert signs_in(server, "anna").id == before.id
    tree.change("anna", mail="berg@example.org")
    sync(server)
    assert (now(server, before).email, now(server, before).delete_at) == ("berg@example.org", 0)


def test_guests_can_be_left_out(start: Any, tree: Tree) -> None:
    server = start(
        tree.settings(), SamlSettings=saml(IgnoreGuestsLdapSync=True), GuestAccountsSettings={"Enable": True}
    )
    tree.add("anna", sn="Berg", mail="anna@example.org")
    signs_in(server, "anna")
    guest = signs_in(server, "gus", is_guest=True)
    assert sync(server)["deactivated"] == "0"
    assert not now(server, guest).delete_at


def test_nothing_happens_unless_it_is_wanted(start: Any, tree: Tree) -> None:
    server = start(tree.settings(), SamlSettings=saml(EnableSyncWithLdap=False))
    tree.add("anna", sn="Berg", mail="anna@example.org")
    anna = signs_in(server, "anna")
    stranger = signs_in(server, "stranger")
    sync(server)
    assert now(server, anna).last_name == "by SAML"
    assert not now(server, stranger).delete_at


def test_an_empty_directory_deactivates_nobody(start: Any, tree: Tree) -> None:
    server = start(tree.settings(), SamlSettings=saml())
    anna = signs_in(server, "anna")
    time.sleep(0.002)  # an account of the same millisecond may be one that came meanwhile
    with pytest.raises(AppError):
        server.app.plugins.instance("auth_ldap").sync.run({}, lambda _percent: True)
    assert not now(server, anna).delete_at


def test_people_sign_in_although_the_directory_is_away(start: Any, tree: Tree, ldap_server: LdapServer) -> None:
    server = start(tree.settings(LdapPort=1), SamlSettings=saml())
    assert signs_in(server, "anna").last_name == "by SAML"
