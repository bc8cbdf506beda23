"""What plugins can do about signing in: refuse, hear of it, bring accounts of their own."""

from typing import Any

import pytest

from hubbub.core.contracts.auth import ExternalIdentity, InvalidCredentials
from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.users import User
from hubbub.hookspecs import hookimpl

PASSWORD = "Correct-horse-9"


class Doorkeeper:
    """Refuses who is on its list and keeps a book of who came in."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.book: list[str] = []

    @hookimpl
    def user_will_log_in(self, user: User) -> None:
        """Refuse."""
        if user.username in self.refused:
            raise Rejected("Come back tomorrow.")

    @hookimpl
    def user_has_logged_in(self, user: User) -> None:
        """Write down."""
        self.book.append(user.username)


class Directory:
    """A directory of people, as LDAP is one; also the plugin that brings it."""

    id = "ldap"
    kind = "password"

    def __init__(self) -> None:
        self.passwords = {"wanda": "directory-password"}

    @hookimpl
    def register_auth_providers(self) -> list[Any]:
        """Offer itself."""
        return [self]

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Look somebody up."""
        if login_id not in self.passwords:
            return None
        if self.passwords[login_id] != password:
            raise InvalidCredentials
        return ExternalIdentity(
            provider="ldap",
            subject=f"uid={login_id}",
            username=login_id,
            email=f"{login_id}@corp.example",
            first_name="W",
        )


@pytest.fixture
def doorkeeper(server: Any) -> Doorkeeper:
    """Return a doorkeeper at the server's door."""
    keeper = Doorkeeper()
    server.app.hooks.register(keeper, "test_doorkeeper")
    return keeper


@pytest.fixture
def directory(server: Any) -> Directory:
    """Return a directory that the server knows."""
    people = Directory()
    server.app.hooks.register(people, "test_directory")
    return people


def test_a_plugin_refuses_with_a_reason(server: Any, doorkeeper: Doorkeeper) -> None:
    server.sign_up("bob")
    doorkeeper.refused = {"bob"}
    refused = server.client().login("bob")
    assert (refused.status, refused.json["message"]) == (400, "Come back tomorrow.")
    sessions = server.app.db.fetch_value("SELECT COUNT(*) FROM {sessions}")
    assert sessions == 1


def test_a_plugin_hears_of_who_came_in(server: Any, doorkeeper: Doorkeeper) -> None:
    server.sign_up("bob")
    server.client().login("bob", "wrong")
    server.settle()
    assert doorkeeper.book == ["bob"]


def test_who_is_in_a_directory_gets_an_account_at_the_first_sign_in(server: Any, directory: Directory) -> None:
    server.sign_up("alice")
    wanda = server.client()
    assert wanda.login("wanda", "directory-password").status == 200
    assert (wanda.user["auth_service"], wanda.user["roles"], wanda.user["first_name"]) == ("ldap", "system_user", "W")
    again = server.client()
    again.login("wanda", "directory-password", ldap_only="true")
    assert again.id == wanda.id
    assert server.client().login("wanda@corp.example", "directory-password").status == 401


def test_a_directory_refuses_wrong_passwords_and_strangers_alike(server: Any, directory: Directory) -> None:
    server.sign_up("alice")
    for login_id, more in (("wanda", {}), ("wanda", {"ldap_only": "true"}), ("nobody", {"ldap_only": "true"})):
        answer = server.client().login(login_id, "wrong", **more)
        assert (answer.status, answer.error) == (401, "api.user.login.invalid_credentials_email_username")


def test_ldap_only_never_opens_a_local_account(server: Any, directory: Directory) -> None:
    server.sign_up("alice")
    assert server.client().login("alice", PASSWORD, ldap_only="true").status == 401


def test_who_left_the_directory_stays_out(server: Any, directory: Directory) -> None:
    server.sign_up("alice")
    assert server.client().login("wanda", "directory-password").status == 200
    directory.passwords.clear()
    assert server.client().login("wanda", "directory-password").status == 401
