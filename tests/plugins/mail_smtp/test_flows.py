"""People's mails from end to end: asked for over the API, read at the mail server, their links followed."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hubbub.core.testing import PASSWORD
from hubbub.tests.plugins.mail_smtp.conftest import SITE
from hubbub.tests.plugins.posts.world import ONLY, Talk, database

__all__ = ["database"]
pytestmark = pytest.mark.engines("sqlite")


def link_in(received: Any) -> dict[str, str]:
    """Return the query of the link in a mail; text and HTML name the same."""
    (link,) = re.findall(rf"^({SITE}/\S*\?\S*)$", received.text, re.M)
    assert link.replace("&", "&amp;") in received.html
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def newest(server: Any, smtp: Any, to: str) -> Any:
    """Return the newest mail to somebody, once everything is sent."""
    server.settle()
    return [one for one in smtp.mails if one.to == to][-1]


def test_an_address_is_confirmed(make_mailing: Any, sqlite_database: Any, smtp: Any) -> None:
    server = make_mailing(sqlite_database, email={"RequireEmailVerification": True})
    server.sign_up("alice")
    bob = server.client()
    bob.post("/users", {"username": "bob", "email": "bob@example.com", "password": PASSWORD, "locale": "de"})
    assert bob.login("bob").error == "api.user.login.not_verified.app_error"
    received = newest(server, smtp, "bob@example.com")
    assert received.message["Subject"] == "Bestätige deine E-Mail-Adresse für Hubbub"
    assert bob.post("/users/email/verify", {"token": link_in(received)["token"]}).status == 200
    assert bob.login("bob").status == 200


def test_a_forgotten_password_is_set_and_its_owner_told(server: Any, smtp: Any) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    assert newest(server, smtp, "bob@example.com").message["Subject"] == "Welcome to Hubbub"
    bob.post("/users/password/reset/send", {"email": "bob@example.com"})
    received = newest(server, smtp, "bob@example.com")
    assert received.message["Subject"] == "Choose a new password for Hubbub"
    body = {"token": link_in(received)["token"], "new_password": "Another-horse-10"}
    assert bob.post("/users/password/reset", body).status == 200
    assert bob.login("bob", "Another-horse-10").status == 200
    told = newest(server, smtp, "bob@example.com")
    assert told.message["Subject"] == "Your password for Hubbub was changed"
    assert "Another-horse-10" not in told.text


def test_changes_of_an_account_are_told_to_the_address_it_had(
    make_mailing: Any, sqlite_database: Any, smtp: Any
) -> None:
    server = make_mailing(sqlite_database, TeamSettings={"EnableUserDeactivation": True})
    server.sign_up("alice")
    bob = server.sign_up("bob")
    bob.put("/users/me/patch", {"email": "robert@example.com", "password": PASSWORD})
    told = newest(server, smtp, "bob@example.com")
    assert told.message["Subject"] == "Your e-mail address for Hubbub was changed"
    assert "robert@example.com" in told.text
    bob.put("/users/me/patch", {"username": "robert"})
    told = newest(server, smtp, "robert@example.com")
    assert "now robert; it was bob" in told.text
    bob.put("/users/me/patch", {"nickname": "Rob"})
    server.settle()
    before = len(smtp.mails)
    bob.put(f"/users/{bob.id}/active", {"active": False})
    told = newest(server, smtp, "robert@example.com")
    assert told.message["Subject"] == "Your account on Hubbub was deactivated"
    assert len(smtp.mails) == before + 1


def test_who_is_deactivated_by_an_admin_gets_no_mail(server: Any, smtp: Any) -> None:
    alice, bob = server.sign_up("alice"), server.sign_up("bob")
    server.settle()
    before = len(smtp.mails)
    assert alice.put(f"/users/{bob.id}/active", {"active": False}).status == 200
    server.settle()
    assert len(smtp.mails) == before


def test_a_new_access_token_is_told_without_it(make_mailing: Any, sqlite_database: Any, smtp: Any) -> None:
    server = make_mailing(sqlite_database, ServiceSettings={"EnableUserAccessTokens": True})
    alice = server.sign_up("alice")
    token = alice.post("/users/me/tokens", {"description": "for a script"}).json["token"]
    told = newest(server, smtp, "alice@example.com")
    assert told.message["Subject"] == "Your account on Hubbub has a new access token"
    assert token not in told.text + told.html


def test_no_welcome_where_notifications_are_off(make_mailing: Any, sqlite_database: Any, smtp: Any) -> None:
    server = make_mailing(sqlite_database, email={"SendEmailNotifications": False})
    server.sign_up("alice")
    server.settle()
    assert smtp.mails == []


@pytest.fixture
def talk(make_mailing: Any, database: Any) -> Talk:
    """Return a team with people on a server that invites by mail."""
    only = (*ONLY, "invitations", "mail_smtp")
    on = {"ServiceSettings": {"EnableEmailInvitations": True}, "GuestAccountsSettings": {"Enable": True}}
    return Talk(make_mailing(database, only, **on), "Correct-horse-9")


def test_members_and_guests_come_by_their_invitations(talk: Talk, smtp: Any) -> None:
    evil = "<img src=x onerror=alert(1)> Do come"
    body = {"emails": ["new@example.com"], "channelIds": [talk.channel], "message": evil}
    assert talk.bob.post(f"/teams/{talk.team}/invite/email", body).status == 200
    received = newest(talk.server, smtp, "new@example.com")
    assert "bob invites you to" in received.message["Subject"]
    assert "Do come" in received.text
    assert "<img" not in received.html
    new = talk.server.client()
    body = {"username": "new", "email": "new@example.com", "password": PASSWORD}
    assert new.post(f"/users?t={link_in(received)['t']}", body).status == 201
    new.login("new")
    assert talk.member(new)["roles"] == "channel_user"

    body = {"emails": ["gast@example.com"], "channels": [talk.channel]}
    assert talk.alice.post(f"/teams/{talk.team}/invite-guests/email", body).status == 200
    received = newest(talk.server, smtp, "gast@example.com")
    assert "as a guest" in received.message["Subject"]
    body = {"username": "gast", "email": "gast@example.com", "password": PASSWORD}
    assert talk.server.client().post(f"/users?t={link_in(received)['t']}", body).json["roles"] == "system_guest"


def test_many_invitations_are_one_transaction(talk: Talk, smtp: Any) -> None:
    emails = [f"new{number}@example.com" for number in range(20)]
    assert talk.bob.post(f"/teams/{talk.team}/invite/email", emails).status == 200
    talk.server.settle()
    assert sorted(one.to for one in smtp.mails) == sorted(emails)


def test_nobody_is_invited_to_nowhere(make_server: Any, database: Any) -> None:
    server = make_server(
        database, (*ONLY, "invitations", "mail_smtp"), ServiceSettings={"EnableEmailInvitations": True}
    )
    talk = Talk(server, "Correct-horse-9")
    answer = talk.bob.post(f"/teams/{talk.team}/invite/email", ["new@example.com"])
    assert answer.error == "api.team.invite_members.unable_to_send_email.app_error"
    assert server.app.db.fetch_value("SELECT COUNT(*) FROM {tokens}") == 0
