"""From an identity of any provider to an account and a session."""

from typing import Any

import pytest

from hubbub.core.contracts.auth import (
    AddressTaken,
    CreationDisabled,
    ExternalIdentity,
    ExternalSignIn,
    IdentityIncomplete,
)
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.users import UserExists
from hubbub.hookspecs import hookimpl


def identity(name: str = "wanda", **more: Any) -> ExternalIdentity:
    """Return somebody whom a provider knows."""
    fields = {"provider": "openid", "subject": f"id-{name}", "username": name, "email": f"{name}@corp.example"}
    return ExternalIdentity(**{**fields, **more})


@pytest.fixture
def accounts(server: Any) -> ExternalSignIn:
    """Return the pipeline of a server that has its administrator."""
    server.sign_up("admin")
    service: ExternalSignIn = server.app.services.get(ExternalSignIn)
    return service


def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(server: Any, accounts: ExternalSignIn) -> None:
    session = accounts.sign_in(identity(first_name="W", nickname="W."), user_agent="Firefox/1")
    again = accounts.sign_in(identity(first_name="Wanda"))
    assert session.user_id == again.user_id
    assert session.props["isOAuthUser"] == "true"
    user = server.client().get("/users/me", headers={"Authorization": f"Bearer {again.token}"}).json
    assert (user["username"], user["first_name"], user["nickname"]) == ("wanda", "Wanda", "W.")
    assert user["email_verified"] is True


def test_an_account_follows_its_subject_not_its_name_or_address(accounts: ExternalSignIn) -> None:
    first = accounts.account_of(identity())
    moved = accounts.account_of(identity(username="wanda.w", email="w@corp.example"))
    assert (moved.id, moved.username, moved.email) == (first.id, "wanda.w", "w@corp.example")
    other = accounts.account_of(identity(subject="id-other"))
    assert other.id != first.id


def test_a_taken_user_name_gets_a_number_and_keeps_it(server: Any, accounts: ExternalSignIn) -> None:
    server.sign_up("wanda")
    made = accounts.account_of(identity())
    assert made.username == "wanda1"
    assert accounts.account_of(identity()).username == "wanda1"


@pytest.mark.parametrize("service", ["", "ldap"])
def test_a_taken_address_is_never_linked_silently(server: Any, accounts: ExternalSignIn, service: str) -> None:
    if service:
        accounts.account_of(identity(provider=service, subject="elsewhere"))
    else:
        server.sign_up("wanda", email="wanda@corp.example")
    with pytest.raises(AddressTaken) as caught:
        accounts.account_of(identity(username="other"))
    assert caught.value.error_id == "api.user.create_oauth_user.already_attached.app_error"


def test_linking_by_address_needs_a_confirmed_local_account(server: Any, accounts: ExternalSignIn) -> None:
    wanda = server.sign_up("wanda", email="wanda@corp.example")
    with pytest.raises(AddressTaken):
        accounts.account_of(identity(links_by_email=True))
    server.app.db.execute("UPDATE {users} SET emailverified = TRUE WHERE id = ?", (wanda.id,))
    linked = accounts.account_of(identity(links_by_email=True))
    assert (linked.id, linked.auth_service, linked.auth_data) == (wanda.id, "openid", "id-wanda")
    assert wanda.get("/users/me").status == 401
    assert server.client().login("wanda").status == 401


def test_creation_can_be_turned_off_but_directories_bring_their_people(server: Any, accounts: ExternalSignIn) -> None:
    server.configure(TeamSettings={"EnableUserCreation": False})
    with pytest.raises(CreationDisabled):
        accounts.account_of(identity())
    assert accounts.account_of(identity(provider="ldap")).username == "wanda"


def test_addresses_of_other_domains_stay_out(server: Any, accounts: ExternalSignIn) -> None:
    server.configure(TeamSettings={"RestrictCreationToDomains": "good.example"})
    with pytest.raises(AppError) as caught:
        accounts.account_of(identity())
    assert caught.value.error_id == "api.user.create_user.accepted_domain.app_error"


@pytest.mark.parametrize("field", ["subject", "username", "email"])
def test_an_identity_that_says_too_little_is_refused(accounts: ExternalSignIn, field: str) -> None:
    with pytest.raises(IdentityIncomplete):
        accounts.account_of(identity(**{field: ""}))


def test_deactivated_accounts_and_guests_stay_out(server: Any, accounts: ExternalSignIn) -> None:
    user = accounts.account_of(identity())
    server.app.db.execute("UPDATE {users} SET deleteat = 1 WHERE id = ?", (user.id,))
    server.app.caches.cache("users.users", 1, 1).invalidate(user.id)
    for person, error in ((identity(), "inactive"), (identity("gus", is_guest=True), "guest_accounts.disabled")):
        with pytest.raises(AppError) as caught:
            accounts.sign_in(person)
        assert f"login.{error}" in caught.value.error_id


def test_roles_follow_the_provider_unless_it_says_nothing(server: Any, accounts: ExternalSignIn) -> None:
    server.configure(GuestAccountsSettings={"Enable": True})
    seen = [
        accounts.account_of(identity(**says)).roles
        for says in ({"is_admin": True}, {}, {"is_admin": False}, {"is_guest": True}, {}, {"is_guest": False})
    ]
    admin = "system_admin system_user"
    assert seen == [admin, admin, "system_user", "system_guest", "system_guest", "system_user"]


def test_the_last_administrator_stays_one(server: Any, accounts: ExternalSignIn) -> None:
    boss = accounts.account_of(identity(is_admin=True))
    server.app.db.execute("UPDATE {users} SET deleteat = 1 WHERE username = 'admin'")
    assert "system_admin" in accounts.account_of(identity(is_admin=False, nickname="B")).roles
    assert accounts.account_of(identity()).nickname == "B"
    assert accounts.account_of(identity()).id == boss.id


def test_many_are_brought_up_to_date_at_once(server: Any, accounts: ExternalSignIn) -> None:
    names = [f"p{number}" for number in range(30)]
    users = {name: accounts.account_of(identity(name)) for name in names}
    del server.sent[:]
    says = {users[name].id: identity(name, last_name="L") for name in names[:20]}
    says[users["p1"].id] = identity("p1", username="admin", email="admin@example.com", last_name="L")
    assert accounts.refresh(says) == 20
    assert accounts.refresh(says) == 0
    p1 = accounts.account_of(identity("p1", username="", email=""))
    assert (p1.username, p1.email, p1.last_name) == ("p1", "p1@corp.example", "L")
    assert len([event for event in server.sent if event.name == "user_updated"]) == 20 * 3


def test_a_plugin_completes_what_a_provider_says(server: Any, accounts: ExternalSignIn) -> None:
    class Mapper:
        @hookimpl
        def complete_external_identity(self, identity: ExternalIdentity) -> None:
            identity.position = identity.attributes["title"][0]

    server.app.hooks.register(Mapper(), "test_mapper")
    assert accounts.account_of(identity(attributes={"title": ["Baker"]})).position == "Baker"


def test_an_account_is_attached_to_an_identity_of_nobody_else(server: Any, accounts: ExternalSignIn) -> None:
    bob = server.sign_up("bob")
    accounts.account_of(identity())
    with pytest.raises(UserExists):
        accounts.attach(bob.id, identity())
    attached = accounts.attach(bob.id, identity("robert"))
    assert (attached.auth_service, attached.username) == ("openid", "robert")
    assert bob.get("/users/me").status == 401
