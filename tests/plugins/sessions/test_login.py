"""Signing in and out."""

from typing import Any

import gevent
import pytest

PASSWORD = "Correct-horse-9"
AJAX = {"X-Requested-With": "XMLHttpRequest"}


def sign_in(client: Any, login_id: str, password: str = PASSWORD, **more: Any) -> Any:
    """Ask for a session without keeping it."""
    return client.post("/users/login", {"login_id": login_id, "password": password, **more})


@pytest.mark.parametrize("login_id", ["bob", "BOB", "bob@example.com", " Bob@Example.com "])
def test_by_user_name_or_address(server: Any, login_id: str) -> None:
    server.sign_up("bob")
    answer = sign_in(server.client(), login_id)
    assert answer.status == 200
    assert answer.json["username"] == "bob"
    assert "notify_props" in answer.json
    assert len(answer.headers["token"]) == 26
    assert answer.cookies == []


def test_by_id(server: Any) -> None:
    bob = server.sign_up("bob")
    assert server.client().post("/users/login", {"id": bob.id, "password": PASSWORD}).json["id"] == bob.id


def test_a_browser_gets_cookies_that_open_the_session(server: Any) -> None:
    server.sign_up("bob")
    answer = server.client().post("/users/login", {"login_id": "bob", "password": PASSWORD}, headers=AJAX)
    cookies = {cookie.split("=")[0]: cookie for cookie in answer.cookies}
    assert set(cookies) == {"MMAUTHTOKEN", "MMUSERID", "MMCSRF"}
    assert "HttpOnly" in cookies["MMAUTHTOKEN"]
    assert "HttpOnly" not in cookies["MMCSRF"]
    token = {"Cookie": cookies["MMAUTHTOKEN"].split(";")[0]}
    assert server.client().get("/users/me", headers=token).json["username"] == "bob"
    refused = server.client().put("/users/me/patch", {"nickname": "B"}, headers=token)
    assert (refused.status, refused.error) == (401, "api.context.session_expired.app_error")
    csrf = cookies["MMCSRF"].split(";")[0].split("=")[1]
    allowed = server.client().put("/users/me/patch", {"nickname": "B"}, headers={**token, "X-CSRF-Token": csrf})
    assert allowed.status == 200


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({}, "api.user.login.invalid_credentials_email_username"),
        ({"EmailSettings": {"EnableSignInWithEmail": False}}, "api.user.login.invalid_credentials_username"),
        ({"EmailSettings": {"EnableSignInWithUsername": False}}, "api.user.login.invalid_credentials_email"),
    ],
)
def test_a_wrong_password_and_an_unknown_name_are_the_same(server: Any, settings: dict[str, Any], error: str) -> None:
    server.sign_up("bob")
    server.configure(**settings)
    answers = [sign_in(server.client(), name, "wrong") for name in ("bob", "bob@example.com", "nobody")]
    assert [(answer.status, answer.error) for answer in answers] == [(401, error)] * 3


def test_ways_to_sign_in_can_be_turned_off(server: Any) -> None:
    server.sign_up("bob")
    server.configure(EmailSettings={"EnableSignInWithUsername": False})
    assert sign_in(server.client(), "bob").status == 401
    assert sign_in(server.client(), "bob@example.com").status == 200


def test_a_missing_password_is_named(server: Any) -> None:
    answer = sign_in(server.client(), "bob", "")
    assert (answer.status, answer.error) == (400, "api.user.login.blank_pwd.app_error")


def test_ldap_only_is_refused_where_there_is_no_ldap(server: Any) -> None:
    server.sign_up("bob")
    answer = sign_in(server.client(), "bob", ldap_only="true")
    assert (answer.status, answer.error) == (501, "api.user.login_ldap.not_available.app_error")


def test_too_many_wrong_passwords_lock_the_account_until_an_admin_opens_it(server: Any) -> None:
    admin = server.sign_up("alice")
    bob = server.sign_up("bob")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 3})
    wrong = [sign_in(server.client(), "bob", "wrong").status for _ in range(3)]
    assert wrong == [401] * 3
    locked = sign_in(server.client(), "bob")
    assert (locked.status, locked.error) == (401, "api.user.check_user_login_attempts.too_many.app_error")
    assert bob.post(f"/users/{bob.id}/reset_failed_attempts").status == 403
    assert admin.post(f"/users/{bob.id}/reset_failed_attempts").json == {"status": "OK"}
    assert sign_in(server.client(), "bob").status == 200


def test_guesses_made_at_once_are_counted_too(server: Any) -> None:
    server.sign_up("bob")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 3})
    jobs = [gevent.spawn(sign_in, server.client(), "bob", f"guess{number}") for number in range(8)]
    errors = sorted(job.get(timeout=30).error for job in jobs)
    assert errors.count("api.user.login.invalid_credentials_email_username") == 3
    assert errors.count("api.user.check_user_login_attempts.too_many.app_error") == 5


def test_signing_in_clears_the_count(server: Any) -> None:
    server.sign_up("bob")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 3})
    for _ in range(3):
        assert sign_in(server.client(), "bob", "wrong").status == 401
        server.app.db.execute("UPDATE {users} SET failedattempts = 2 WHERE username = 'bob'")
        assert sign_in(server.client(), "bob").status == 200


def test_one_person_may_sign_in_many_times_at_once(server: Any) -> None:
    server.sign_up("bob")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 3})
    jobs = [gevent.spawn(sign_in, server.client(), "bob") for _ in range(8)]
    assert [job.get(timeout=30).status for job in jobs] == [200] * 8


def test_deactivated_accounts_do_not_sign_in(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    admin.put(f"/users/{bob.id}/active", {"active": False})
    answer = sign_in(server.client(), "bob")
    assert (answer.status, answer.error) == (401, "api.user.login.inactive.app_error")
    admin.put(f"/users/{bob.id}/active", {"active": True})
    assert sign_in(server.client(), "bob").status == 200


def test_an_unconfirmed_address_is_named_where_it_matters(server: Any) -> None:
    server.sign_up("alice")
    server.sign_up("bob")
    server.configure(EmailSettings={"RequireEmailVerification": True})
    answer = sign_in(server.client(), "bob")
    assert (answer.status, answer.error) == (401, "api.user.login.not_verified.app_error")
    assert sign_in(server.client(), "alice").status == 200


def test_a_second_factor_that_cannot_be_checked_keeps_the_door_shut(server: Any) -> None:
    server.sign_up("bob")
    server.app.db.execute("UPDATE {users} SET mfaactive = ?", (True,))
    server.configure(ServiceSettings={"EnableMultifactorAuthentication": True})
    answer = sign_in(server.client(), "bob")
    assert (answer.status, answer.error) == (400, "mfa.validate_token.authenticate.app_error")


def test_an_account_of_another_service_has_no_local_password(server: Any) -> None:
    bob = server.sign_up("bob")
    server.app.db.execute("UPDATE {users} SET authservice = 'saml', authdata = 'bob' WHERE id = ?", (bob.id,))
    assert sign_in(server.client(), "bob").error == "api.user.login.invalid_credentials_email_username"


def test_signing_out_ends_the_session_and_takes_the_cookies(server: Any) -> None:
    bob = server.sign_up("bob")
    assert bob.get("/users/me").status == 200
    out = bob.post("/users/logout")
    assert (out.status, out.json) == (200, {"status": "OK"})
    assert sorted(cookie.split("=")[0] for cookie in out.cookies) == ["MMAUTHTOKEN", "MMCSRF", "MMUSERID"]
    assert bob.get("/users/me").status == 401


def test_signing_out_without_a_session_is_fine(server: Any) -> None:
    assert server.client().post("/users/logout").status == 200


def test_the_type_of_sign_in_tells_nothing(server: Any) -> None:
    server.sign_up("bob")
    answers = [server.client().post("/users/login/type", {"login_id": name}) for name in ("bob", "nobody")]
    assert [answer.json for answer in answers] == [{"auth_service": ""}] * 2


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"login_id": 1, "password": "x"}', b'"text"'])
def test_malformed_bodies_are_refused(server: Any, body: bytes) -> None:
    assert server.client().post("/users/login", body).status == 400
