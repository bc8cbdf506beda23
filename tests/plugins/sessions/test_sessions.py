"""Sessions: how long they live, who ends them, and that every worker knows."""

from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.sessions import SessionService

PASSWORD = "Correct-horse-9"
HOUR = 3_600_000


def row(server: Any, client: Any) -> tuple[int, int, int]:
    """Return (create_at, expires_at, last_activity_at) of a client's session as stored."""
    sql = "SELECT createat, expiresat, lastactivityat FROM {sessions} WHERE token = ?"
    return server.app.db.fetch_one(sql, (client.token,))


def age(server: Any, client: Any, **columns: int) -> None:
    """Change a session as if time had passed, and have it read again."""
    assignments = ", ".join(f"{name} = ?" for name in columns)
    server.app.db.execute(f"UPDATE {{sessions}} SET {assignments} WHERE token = ?", (*columns.values(), client.token))
    server.app.caches.clear_here()


def test_the_list_shows_sessions_without_tokens(server: Any) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
    server.client().post("/users/login", {"login_id": "bob", "password": PASSWORD}, headers={"User-Agent": agent})
    sessions = bob.get("/users/me/sessions").json
    assert len(sessions) == 2
    assert {session["token"] for session in sessions} == {""}
    assert all("csrf" not in session["props"] for session in sessions)
    assert ("Chrome/131.0.0.0", "Linux") in [(s["props"]["browser"], s["props"]["os"]) for s in sessions]


def test_somebody_elses_sessions_are_for_admins(server: Any) -> None:
    admin, bob, carol = server.sign_up("alice"), server.sign_up("bob"), server.sign_up("carol")
    assert carol.get(f"/users/{bob.id}/sessions").status == 403
    assert carol.post(f"/users/{bob.id}/sessions/revoke/all").status == 403
    assert len(admin.get(f"/users/{bob.id}/sessions").json) == 1


def test_one_session_is_ended(server: Any) -> None:
    bob = server.sign_up("bob")
    other = server.client()
    other.login("bob")
    ids = {session["id"] for session in bob.get("/users/me/sessions").json}
    mine = server.app.services.get(SessionService).get_by_token(bob.token).id
    assert bob.post("/users/me/sessions/revoke", {"session_id": (ids - {mine}).pop()}).json == {"status": "OK"}
    assert other.get("/users/me").status == 401
    assert bob.get("/users/me").status == 200


def test_a_session_of_somebody_else_cannot_be_ended(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    theirs = admin.get("/users/me/sessions").json[0]["id"]
    refused = bob.post("/users/me/sessions/revoke", {"session_id": theirs})
    assert (refused.status, refused.error) == (400, "app.session.get.app_error")
    assert bob.post("/users/me/sessions/revoke", {}).error == "api.context.invalid_body_param.app_error"
    assert admin.get("/users/me").status == 200


def test_all_sessions_of_a_user_and_of_everybody(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert bob.post("/users/sessions/revoke/all").status == 403
    assert admin.post(f"/users/{bob.id}/sessions/revoke/all").status == 200
    assert bob.get("/users/me").status == 401
    bob.login("bob")
    assert bob.get("/users/me").status == 200
    assert admin.post("/users/sessions/revoke/all").status == 200
    assert (admin.get("/users/me").status, bob.get("/users/me").status) == (401, 401)


def test_deactivation_ends_sessions(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert admin.put(f"/users/{bob.id}/active", {"active": False}).status == 200
    assert bob.get("/users/me").status == 401


def test_new_roles_count_at_once(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert bob.get("/roles").status == 403
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_admin"})
    assert bob.get("/roles").status == 200
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user"})
    assert bob.get("/roles").status == 403


@pytest.mark.parametrize(("device", "hours"), [("", 5), ("apple_rn:abc", 7)])
def test_the_length_follows_the_kind_of_client(server: Any, device: str, hours: int) -> None:
    server.sign_up("bob")
    server.configure(ServiceSettings={"SessionLengthWebInHours": 5, "SessionLengthMobileInHours": 7})
    client = server.client()
    client.login("bob", device_id=device)
    created, expires, _ = row(server, client)
    assert expires - created == hours * HOUR


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("provider", ["gitlab", "saml"])
def test_single_sign_on_has_a_length_of_its_own(server: Any, provider: str) -> None:
    server.configure(ServiceSettings={"SessionLengthWebInHours": 5, "SessionLengthSSOInHours": 9})
    identity = ExternalIdentity(provider=provider, subject="1", username="zoe", email="zoe@example.com")
    client = server.client()
    client.token = server.app.services.get(ExternalSignIn).sign_in(identity).token
    created, expires, _ = row(server, client)
    assert expires - created == 9 * HOUR


def test_the_time_of_a_session_ends(server: Any) -> None:
    bob = server.sign_up("bob")
    age(server, bob, expiresat=now_ms() - 1)
    assert bob.get("/users/me").status == 401
    assert bob.get("/users/me/sessions").status == 401


def test_a_session_ends_in_the_cache_too(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = server.sign_up("bob")
    _, expires, _ = row(server, bob)
    assert bob.get("/users/me").status == 200
    monkeypatch.setattr("hubbub.plugins.sessions.service.now_ms", lambda: expires)
    assert bob.get("/users/me").status == 401


def test_activity_prolongs_a_session(server: Any) -> None:
    bob = server.sign_up("bob")
    server.configure(ServiceSettings={"ExtendSessionLengthWithActivity": True, "SessionLengthWebInHours": 10})
    an_hour_left = now_ms() + HOUR
    age(server, bob, expiresat=an_hour_left, lastactivityat=now_ms() - HOUR)
    assert [bob.get("/users/me").status for _ in range(2)] == [200, 200]
    server.settle()
    _, expires, active = row(server, bob)
    assert expires > an_hour_left + 8 * HOUR
    assert active > now_ms() - 60_000


def test_without_prolonging_a_session_ends_when_it_is_idle(server: Any) -> None:
    bob = server.sign_up("bob")
    server.configure(ServiceSettings={"ExtendSessionLengthWithActivity": False, "SessionIdleTimeoutInMinutes": 60})
    age(server, bob, lastactivityat=now_ms() - HOUR // 2)
    assert bob.get("/users/me").status == 200
    age(server, bob, lastactivityat=now_ms() - 2 * HOUR)
    assert bob.get("/users/me").status == 401


def test_activity_is_written_only_every_few_minutes(server: Any) -> None:
    bob = server.sign_up("bob")
    before = row(server, bob)
    for _ in range(5):
        bob.get("/users/me")
    server.settle()
    assert row(server, bob) == before


def test_who_has_too_many_sessions_loses_the_oldest(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.sessions.service.MAX_SESSIONS_PER_USER", 3)
    first = server.sign_up("bob")
    age(server, first, lastactivityat=now_ms() - HOUR)
    others = [server.client() for _ in range(3)]
    for client in others:
        client.login("bob")
    assert first.get("/users/me").status == 401
    assert [client.get("/users/me").status for client in others] == [200] * 3


def test_rubbish_tokens_ask_the_database_once(server: Any) -> None:
    client = server.client()
    client.token = "x" * 26
    assert client.get("/users/me").status == 401
    asked = len(_statements(server, lambda: client.get("/users/me")))
    assert asked == 0


def test_a_warm_session_asks_the_database_nothing(server: Any) -> None:
    bob = server.sign_up("bob")
    bob.get("/users/me")
    assert _statements(server, lambda: bob.get("/users/me")) == []


def test_a_device_takes_over_from_its_former_session(server: Any) -> None:
    server.sign_up("alice")
    old, new = server.sign_up("bob"), server.client()
    new.login("bob")
    assert old.put("/users/sessions/device", {"device_id": "apple:1"}).json == {"status": "OK"}
    assert new.put("/users/sessions/device", {"device_id": "apple:1", "mobileVersion": "2.30"}).status == 200
    assert old.get("/users/me").status == 401
    session = new.get("/users/me/sessions").json[0]
    assert (session["device_id"], session["props"]["mobile_version"]) == ("apple:1", "2.30")
    assert new.put("/users/sessions/device", {}).error == "api.context.invalid_body_param.app_error"


def _statements(server: Any, act: Any) -> list[str]:
    """Return the statements that reached the database during `act()`."""
    seen: list[str] = []
    original = server.app.db._run

    def record(call: Any, statement: Any, params: Any) -> Any:
        seen.append(str(statement))
        return original(call, statement, params)

    server.app.db._run = record
    try:
        act()
    finally:
        server.app.db._run = original
    return seen


def test_a_session_read_from_the_database_has_the_roles_its_user_has_now(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    age_roles = "UPDATE {sessions} SET roles = 'system_user system_admin' WHERE userid = ?"
    server.app.db.execute(age_roles, (bob.id,))
    server.app.caches.clear_here()
    assert bob.get("/roles").status == 403
    assert admin.get("/roles").status == 200


def test_a_session_that_outlived_its_account_opens_nothing(server: Any) -> None:
    bob = server.sign_up("bob")
    server.app.db.execute("UPDATE {users} SET deleteat = 1 WHERE id = ?", (bob.id,))
    server.app.caches.clear_here()
    assert bob.get("/users/me").status == 401


@pytest.mark.engines("sqlite", "mysql")
def test_a_token_counts_in_its_own_case_only(server: Any) -> None:
    bob = server.sign_up("bob")
    token = "a" + bob.token[1:]
    server.app.db.execute("UPDATE {sessions} SET token = ? WHERE token = ?", (token, bob.token))
    bob.token = token.upper()
    assert bob.get("/users/me").status == 401
    bob.token = token
    assert bob.get("/users/me").status == 200
