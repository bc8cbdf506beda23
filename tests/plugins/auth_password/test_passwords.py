"""Passwords: what they must look like, how they are kept, how they change."""

from typing import Any

import bcrypt
import pytest

from hubbub.plugins.auth_password.hashers import BcryptHasher, Pbkdf2Hasher

PASSWORD = "Correct-horse-9"
NEW = "Better-battery-7"

# openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt pass:password -kdfopt salt:0123456789abcdef -kdfopt iter:1000
# -binary PBKDF2 | base64
BY_OPENSSL = "$pbkdf2$f=SHA256,w=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$hRRjgXWkW8ResfIvBP99J/T4vkgEmMRV/0tJTOjR59I"


def stored(server: Any, username: str = "bob") -> str:
    """Return the hash of an account as stored."""
    return server.app.db.fetch_value("SELECT password FROM {users} WHERE username = ?", (username,))


def test_new_passwords_are_kept_in_the_form_of_version_11(server: Any) -> None:
    server.sign_up("bob")
    empty, name, parameters, salt, key = stored(server).split("$")
    assert (empty, name, parameters) == ("", "pbkdf2", "f=SHA256,w=1000,l=32")
    assert (len(salt), len(key)) == (22, 43)
    assert "=" not in salt + key


def test_by_default_a_hash_takes_600000_rounds() -> None:
    assert Pbkdf2Hasher().hash("x").startswith("$pbkdf2$f=SHA256,w=600000,l=32$")


def test_a_hash_of_another_implementation_is_understood() -> None:
    assert Pbkdf2Hasher().verify("password", BY_OPENSSL)
    assert not Pbkdf2Hasher().verify("Password", BY_OPENSSL)


def test_the_same_password_never_has_the_same_hash() -> None:
    hasher = Pbkdf2Hasher(1000)
    first, second = hasher.hash(PASSWORD), hasher.hash(PASSWORD)
    assert first != second
    assert hasher.verify(PASSWORD, first)
    assert hasher.verify(PASSWORD, second)
    assert not hasher.verify(PASSWORD + "!", first)


@pytest.mark.parametrize(
    "hashed",
    [
        "",
        "plain",
        "$pbkdf2$",
        "$pbkdf2$f=MD5,w=1000,l=32$c2FsdA$aGFzaA",
        "$pbkdf2$f=SHA256,w=99999999,l=4$c2FsdA$aGFzaA",
        "$pbkdf2$f=SHA256,w=1000,l=32$c2FsdA$aGFzaA",
        "$pbkdf2$f=SHA256,w=1000,l=4$c$aGFzaA",
        "$2a$10$short",
        "$2a$99$" + "a" * 53,
    ],
)
def test_a_damaged_hash_fits_no_password(hashed: str) -> None:
    assert not Pbkdf2Hasher(1000).verify("", hashed)
    assert not BcryptHasher().verify("", hashed)


def test_bcrypt_of_older_servers_is_accepted_and_renewed(server: Any) -> None:
    server.sign_up("bob")
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    server.app.db.execute("UPDATE {users} SET password = ? WHERE username = 'bob'", (old,))
    client = server.client()
    assert client.login("bob", "wrong").status == 401
    assert stored(server) == old
    assert client.login("bob").status == 200
    assert stored(server).startswith("$pbkdf2$")
    assert client.login("bob").status == 200


@pytest.mark.parametrize(
    ("settings", "password", "error"),
    [
        ({"MinimumLength": 10}, "nine-char", "pwd_min_length"),
        ({}, "x" * 73, "pwd_max_length"),
        ({"Lowercase": True}, "UPPERCASE", "pwd_lowercase"),
        ({"Uppercase": True, "Number": True}, "lowercase", "pwd_uppercase_number"),
        (
            {"Lowercase": True, "Uppercase": True, "Number": True, "Symbol": True},
            "üüüüüüüü",
            "pwd_lowercase_uppercase_number_symbol",
        ),
        ({"Symbol": True}, "lowercase1", "pwd_symbol"),
    ],
)
def test_each_rule_that_is_broken_is_named(server: Any, settings: dict[str, Any], password: str, error: str) -> None:
    bob = server.sign_up("bob")
    server.configure(PasswordSettings=settings)
    answer = bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": password})
    assert (answer.status, answer.error) == (400, f"model.user.is_valid.{error}.app_error")


def test_ones_own_password_changes_with_the_current_one(server: Any) -> None:
    bob = server.sign_up("bob")
    missing = bob.put("/users/me/password", {"new_password": NEW})
    wrong = bob.put("/users/me/password", {"current_password": "wrong", "new_password": NEW})
    assert (missing.status, missing.error) == (400, "api.context.invalid_body_param.app_error")
    assert (wrong.status, wrong.error) == (400, "api.user.update_password.incorrect.app_error")
    changed = bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": NEW})
    assert (changed.status, changed.json) == (200, {"status": "OK"})
    assert server.client().login("bob", PASSWORD).status == 401
    assert server.client().login("bob", NEW).status == 200


def test_a_new_password_ends_the_other_sessions(server: Any) -> None:
    bob, other = server.sign_up("bob"), server.client()
    other.login("bob")
    server.configure(ServiceSettings={"TerminateSessionsOnPasswordChange": True})
    bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": NEW})
    assert other.get("/users/me").status == 401
    assert bob.get("/users/me").status == 200


def test_where_settings_say_so_the_other_sessions_stay(server: Any) -> None:
    bob, other = server.sign_up("bob"), server.client()
    other.login("bob")
    server.configure(ServiceSettings={"TerminateSessionsOnPasswordChange": False})
    bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": NEW})
    assert other.get("/users/me").status == 200


def test_an_admin_sets_others_passwords_and_unlocks_them(server: Any) -> None:
    admin, bob, carol = server.sign_up("alice"), server.sign_up("bob"), server.sign_up("carol")
    refused = carol.put(f"/users/{bob.id}/password", {"new_password": NEW})
    assert (refused.status, refused.error) == (403, "api.user.update_password.context.app_error")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 1})
    assert server.client().login("bob", "wrong").status == 401
    assert server.client().login("bob").status == 401
    assert admin.put(f"/users/{bob.id}/password", {"new_password": NEW}).status == 200
    assert server.client().login("bob", NEW).status == 200


def test_who_manages_users_does_not_set_a_system_admins_password(server: Any) -> None:
    admin, bob, carol = server.sign_up("alice"), server.sign_up("bob"), server.sign_up("carol")
    server.make_user_manager(admin, bob)
    assert bob.put(f"/users/{carol.id}/password", {"new_password": NEW}).status == 200
    refused = bob.put(f"/users/{admin.id}/password", {"new_password": NEW})
    assert (refused.status, refused.error) == (403, "api.user.update_password.context.app_error")


def test_guessing_the_current_password_locks_the_account(server: Any) -> None:
    bob = server.sign_up("bob")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 2})
    for _ in range(2):
        bob.put("/users/me/password", {"current_password": "wrong", "new_password": NEW})
    locked = bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": NEW})
    assert locked.error == "api.user.check_user_login_attempts.too_many.app_error"


def test_an_account_of_another_service_has_no_password_to_change(server: Any) -> None:
    bob = server.sign_up("bob")
    server.app.db.execute("UPDATE {users} SET authservice = 'ldap', authdata = 'bob' WHERE id = ?", (bob.id,))
    server.app.caches.clear_here()
    refused = bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": NEW})
    assert (refused.status, refused.error) == (400, "api.user.update_password.valid_account.app_error")


def test_longer_passwords_than_any_stored_one_are_wrong_without_hashing(server: Any) -> None:
    server.sign_up("bob")
    assert server.client().login("bob", "x" * 100_000).status == 401
