"""Directories that are down, slow, not who they say they are, or set up wrongly."""

from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.core.testing import PASSWORD as LOCAL
from hubbub.plugins.auth_ldap import connecting, directory
from hubbub.tests.plugins.auth_ldap.proxy import wire
from hubbub.tests.services.ldap import PASSWORD, LdapServer, Tree
from hubbub.tests.services.process import free_port
from hubbub.tests.services.smtp import make_certificate

AWAY = "ent.ldap.do_login.unable_to_connect.app_error"


def test_a_directory_that_is_down_is_a_clear_error_and_keeps_nobody_else_out(start: Any, tree: Tree) -> None:
    server = start(tree.settings(LdapPort=free_port()))
    refused = server.client().login("anna", PASSWORD)
    assert (refused.status, refused.json["id"]) == (503, AWAY)
    assert "127.0.0.1" not in refused.body.decode()
    server.client().login("admin", LOCAL, expect=200)


def test_a_slow_directory_is_given_up_in_time_and_slows_nobody_down(
    start: Any, tree: Tree, ldap_server: LdapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connecting.CONNECT_S + connecting.OPEN_S < 10 > directory.SIGN_IN_S + 1
    monkeypatch.setattr(directory.Directory.in_time, "__defaults__", (1.0,))
    with wire(ldap_server.port, limit=0) as slow:
        server = start(tree.settings(LdapPort=slow.port))
        waiting = gevent.spawn(server.client().login, "anna", PASSWORD)
        slow.stalled.wait(5)
        server.client().login("admin", LOCAL, expect=200)
        assert not waiting.ready()
        refused = waiting.get(timeout=8)
    assert (refused.status, refused.json["id"]) == (503, AWAY)


def test_the_next_server_is_asked_when_one_fails_and_a_while_from_then_on(start: Any, tree: Tree) -> None:
    tree.add("anna")
    servers = f"127.0.0.1:{free_port()}, 127.0.0.1 127.0.0.1:{free_port()}"
    server = start(tree.settings(LdapServer=servers))
    server.client().login("anna", PASSWORD, expect=200)
    server.client().login("anna", PASSWORD, expect=200)


def test_kept_connections_that_died_are_replaced(start: Any, own_ldap_server: LdapServer) -> None:
    server = start(own_ldap_server.settings())
    server.client().login("person00001", PASSWORD, expect=200)
    own_ldap_server.restart()
    server.client().login("person00001", PASSWORD, expect=200)
    own_ldap_server.kill()
    assert server.client().login("person00001", PASSWORD).status == 503


def test_connections_are_bounded_and_kept(start: Any, tree: Tree, ldap_server: LdapServer) -> None:
    tree.add("anna")
    with wire(ldap_server.port) as counted:
        extras = {"Plugins": {"auth_ldap": {"Connections": 2}, "auth_password": {"Iterations": 1000}}}
        server = start(tree.settings(LdapPort=counted.port), PluginSettings=extras)
        logins = [gevent.spawn(server.client().login, "anna", PASSWORD) for _ in range(8)]
        assert {one.get().status for one in logins} == {200}
        assert len(server.ldap.directory()._idle) <= 2
        before = counted.connections
        server.client().login("anna", PASSWORD, expect=200)
        assert counted.connections == before + 1  # the password's own; the search found a kept one


@pytest.mark.parametrize("security", ["TLS", "STARTTLS"])
def test_encrypted_with_an_authority_of_ones_own(
    start: Any, tree: Tree, ldap_server: LdapServer, tmp_path: Path, security: str
) -> None:
    tree.add("anna")
    port = ldap_server.tls_port if security == "TLS" else ldap_server.port
    server = start(tree.settings(ConnectionSecurity=security, LdapPort=port))
    refused = server.client().login("anna", PASSWORD)
    assert (refused.status, refused.json["id"]) == (503, "ent.ldap.do_login.x509.app_error")
    said = server.admin.post("/ldap/test", expect=500).json["message"]
    assert "not trusted" in said
    assert "self-signed" in said
    assert "CertificateAuthorityFile" in said

    def trust(file: Path) -> None:
        server.configure(PluginSettings={"Plugins": {"auth_ldap": {"CertificateAuthorityFile": str(file)}}})

    trust(ldap_server.certificate)
    server.client().login("anna", PASSWORD, expect=200)
    # Another authority, and a name that the certificate doesn't have, are not trusted.
    server.configure(LdapSettings={"LdapServer": "127.1"})  # leads to the same server
    assert server.client().login("anna", PASSWORD).json["id"] == "ent.ldap.do_login.x509.app_error"
    make_certificate(tmp_path / "other.pem", tmp_path / "other.key")
    trust(tmp_path / "other.pem")
    server.configure(LdapSettings={"LdapServer": "127.0.0.1"})
    assert server.client().login("anna", PASSWORD).json["id"] == "ent.ldap.do_login.x509.app_error"
    server.configure(LdapSettings={"SkipCertificateVerification": True})
    server.client().login("anna", PASSWORD, expect=200)


def trial(server: Any, expect: int = 500, **settings: Any) -> Any:
    """Return what the trial of settings answers."""
    return server.admin.post("/ldap/test_connection", settings, expect=expect).json


def test_trials_say_what_is_wrong_and_what_to_do(start: Any, tree: Tree, ldap_server: LdapServer) -> None:
    server = start(tree.settings())
    port = free_port()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"BindPassword": "wrong"}, "doesn't accept the account cn=reader"),
        ({"LdapPort": port, "BindPassword": "x"}, f"127.0.0.1:{port} can't be reached"),
        ({"LdapServer": "no-such-host.invalid", "BindPassword": "x"}, "no-such-host.invalid"),
        ({"LdapServer": "a b/c", "BindPassword": "x"}, "isn't a host or host:port"),
        ({"ConnectionSecurity": "TLS", "BindPassword": "x"}, "doesn't speak TLS as expected"),
    ]
    for settings, words in cases:
        error = trial(server, **settings)
        assert words in error["message"], error
        assert PASSWORD not in error["message"]
    assert trial(server, 200) == {"status": "OK"}
    assert trial(server, 200, BindPassword="*" * 32) == {"status": "OK"}


def test_the_stored_password_goes_to_no_other_server(start: Any, tree: Tree, ldap_server: LdapServer) -> None:
    server = start(tree.settings())
    with wire(ldap_server.port) as other:
        for changed in ({"LdapPort": other.port}, {"LdapServer": "localhost"}, {"BindUsername": "cn=x"}):
            error = trial(server, 400, BindPassword="*" * 32, **changed)
            assert "type the password" in error["message"]
        assert trial(server, 400, LdapPort=other.port)["id"] == "ent.ldap.test_connection.reenter_password"
        assert other.connections == 0


def test_the_trial_of_what_is_set_looks_for_people(start: Any, tree: Tree) -> None:
    server = start(tree.settings())

    def says(**settings: Any) -> str:
        server.configure(LdapSettings=settings)
        return str(server.admin.post("/ldap/test", expect=500).json["message"])

    assert "nobody is found below ou=tree" in says()
    tree.add("anna")
    server.admin.post("/ldap/test", expect=200)
    said = says(UsernameAttribute="userName")
    assert "none of 1 entries has the attribute 'userName'" in said
    assert "employeenumber" in said
    assert "LdapSettings.BaseDN" in says(BaseDN="ou=nowhere,dc=example,dc=org", UsernameAttribute="uid")
    assert "isn't a search filter" in says(BaseDN=tree.base, UserFilter="(&(uid=*)(|))(x=)")
    server.configure(LdapSettings={"Enable": False})
    assert server.admin.post("/ldap/test", expect=501).json["id"] == "ent.ldap.disabled.app_error"


def test_diagnoses_count_what_filters_and_attributes_find(start: Any, tree: Tree) -> None:
    for uid, title in (("anna", "Boss"), ("bert", ""), ("carl", "Clerk")):
        tree.add(uid, title=title)
    tree.add_group("staff", ["anna"])
    names = {"GroupIdAttribute": "sAMAccountName", "GroupDisplayNameAttribute": "cn", "GroupFilter": "(cn=st*)"}
    server = start(tree.settings(GuestFilter="(title=Nobody)", **names))

    def diagnose(test: str) -> dict[str, Any]:
        found = server.admin.post(f"/ldap/test_diagnostics?test={test}", {}, expect=200).json
        return {one["test_name"]: one for one in found}

    filters = diagnose("filters")
    assert {name: one["total_count"] for name, one in filters.items()} == {
        "UserFilter": 3,
        "GuestFilter": 0,
        "GroupFilter": 1,
    }
    assert "matches" in filters["GuestFilter"]["error"]
    assert filters["UserFilter"]["sample_results"][0]["username"] == "anna"
    attributes = diagnose("attributes")
    assert attributes["PositionAttribute"]["entries_with_value"] == 2
    assert "userpassword" not in attributes["IdAttribute"]["sample_results"][0]["available_attributes"]
    assert diagnose("group_attributes")["GroupIdAttribute"]["sample_results"][0]["id"] == "id-staff"
    assert server.admin.post("/ldap/test_diagnostics?test=all", {}).status == 400


def test_only_who_may_tries_and_syncs(start: Any, tree: Tree) -> None:
    server = start(tree.settings())
    bob = server.sign_up("bob")
    for path in ("sync", "test", "test_connection", "test_diagnostics?test=filters"):
        assert bob.post(f"/ldap/{path}", {}).status == 403


def test_no_secret_is_logged(start: Any, tree: Tree, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    tree.add("anna")
    server = start(tree.settings())
    server.client().login("anna", PASSWORD, expect=200)
    server.client().login("anna", "Some-wrong-secret")
    server.configure(LdapSettings={"LdapPort": free_port()})
    server.client().login("anna", PASSWORD)
    assert PASSWORD not in caplog.text
    assert "Some-wrong-secret" not in caplog.text
    assert "nobody can sign in with LDAP" in caplog.text
    assert PASSWORD not in repr(server.ldap.directory().settings)
