"""Invitations by mail: to new people and to those who are here, for users and for guests."""

from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.tokens import DAY_MS
from hubbub.tests.plugins.invitations.conftest import INVITING

OK = {"status": "OK"}


def sign_up(talk: Any, token: str, username: str = "new", email: str = "new@example.com") -> Any:
    """Return the answer to somebody who signs up with an invitation."""
    body = {"username": username, "email": email, "password": "Correct-horse-9"}
    return talk.server.client().post(f"/users?t={token}", body)


def test_who_was_invited_signs_up_and_is_in_the_team_and_the_channels(talk: Any, mailbox: Any) -> None:
    body = {"emails": ["New@Example.com"], "channelIds": [talk.channel], "message": "Do come"}
    assert talk.bob.post(f"/teams/{talk.team}/invite/email", body).json == OK
    (mail,) = mailbox
    assert (mail.to, mail.kind) == ("new@example.com", "team_invitation")
    assert "Do come" in mail.text
    token = mailbox.token("new@example.com")
    answer = sign_up(talk, token, email="other@example.com")
    assert (answer.status, answer.json["email"], answer.json["roles"]) == (201, "new@example.com", "system_user")
    new = talk.server.client()
    new.login("new")
    assert new.get(f"/teams/{talk.team}/members/me").json["roles"] == "team_user"
    assert talk.member(new)["roles"] == "channel_user"
    assert sign_up(talk, token, "again").error == "api.user.create_user.signup_link_invalid.app_error"


def test_a_taken_name_uses_up_nothing(talk: Any, mailbox: Any) -> None:
    talk.bob.post(f"/teams/{talk.team}/invite/email", ["new@example.com"])
    token = mailbox.token("new@example.com")
    assert sign_up(talk, token, "bob").error == "app.user.save.username_exists.app_error"
    assert sign_up(talk, token).status == 201


def test_a_guest_is_invited_to_channels(talk: Any, mailbox: Any) -> None:
    body = {"emails": ["gast@example.com"], "channels": [talk.channel]}
    assert talk.alice.post(f"/teams/{talk.team}/invite-guests/email", body).json == OK
    answer = sign_up(talk, mailbox.token("gast@example.com"), "gast", "gast@example.com")
    assert answer.json["roles"] == "system_guest"
    guest = talk.server.client()
    guest.login("gast")
    assert talk.member(guest)["roles"] == "channel_guest"
    assert guest.get(f"/users/me/teams/{talk.team}/channels").json[0]["id"] == talk.channel


def test_somebody_who_has_an_account_joins_by_the_token(talk: Any, mailbox: Any) -> None:
    body = {"emails": ["eve@example.com"], "channelIds": [talk.channel]}
    talk.bob.post(f"/teams/{talk.team}/invite/email", body)
    token = mailbox.token("eve@example.com")
    path = f"/teams/members/invite?token={token}"
    assert talk.dave.post(path).error == "api.user.create_user.signup_link_invalid.app_error", "it is eve's"
    assert talk.eve.post(path).json["team_id"] == talk.team
    assert talk.member(talk.eve)["roles"] == "channel_user"
    assert talk.eve.post(path).status == 400


def test_old_and_withdrawn_invitations_are_void(talk: Any, mailbox: Any) -> None:
    talk.bob.post(f"/teams/{talk.team}/invite/email", ["new@example.com"])
    token = mailbox.token("new@example.com")
    talk.server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - 2 * DAY_MS - 1,))
    assert sign_up(talk, token).error == "api.user.create_user.signup_link_expired.app_error"
    talk.server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms(),))
    assert talk.bob.delete("/teams/invites/email").status == 403
    assert talk.alice.delete("/teams/invites/email").json == OK
    assert sign_up(talk, token).error == "api.user.create_user.signup_link_invalid.app_error"


def test_graceful_says_what_became_of_each_address(talk: Any, mailbox: Any) -> None:
    talk.alice.put(f"/teams/{talk.team}/patch", {"allowed_domains": "example.com"})
    emails = ["good@example.com", "bad@else.org", "nonsense"]
    refused = talk.bob.post(f"/teams/{talk.team}/invite/email", emails)
    assert (refused.status, refused.error) == (403, "api.team.invite_members.invalid_email.app_error")
    assert "bad@else.org, nonsense" in refused.json["message"]
    assert mailbox == []
    results = talk.bob.post(f"/teams/{talk.team}/invite/email?graceful=true", emails).json
    assert [(entry["email"], entry["error"] and entry["error"]["id"]) for entry in results] == [
        ("good@example.com", None),
        ("bad@else.org", "api.team.invite_members.invalid_email.app_error"),
        ("nonsense", "api.team.invite_members.invalid_email.app_error"),
    ]
    assert [mail.to for mail in mailbox] == ["good@example.com"]


def test_without_mail_nobody_is_told_that_they_invited_somebody(talk: Any) -> None:
    (result,) = talk.bob.post(f"/teams/{talk.team}/invite/email?graceful=true", ["new@example.com"]).json
    assert result["error"]["id"] == "api.team.invite_members.unable_to_send_email.app_error"
    assert talk.server.app.db.fetch_value("SELECT COUNT(*) FROM {tokens}") == 0


@pytest.mark.engines("sqlite")
def test_who_may_invite_whom_where(talk: Any, mailbox: Any, make_talk: Any) -> None:
    path, guests = f"/teams/{talk.team}/invite/email", f"/teams/{talk.team}/invite-guests/email"
    private = talk.make_channel("secret", type="P")
    guest_body = {"emails": ["a@example.com"], "channels": [talk.channel]}
    assert talk.eve.post(path, ["a@example.com"]).status == 403
    assert talk.bob.post(guests, guest_body).status == 403
    assert talk.bob.post(path, {"emails": ["a@example.com"], "channelIds": [private]}).status == 403
    elsewhere = talk.alice.post("/channels/direct", [talk.alice.id, talk.bob.id]).json["id"]
    refused = talk.bob.post(path, {"emails": ["a@example.com"], "channelIds": [elsewhere]})
    assert refused.error == "api.team.invite_guests.channel_in_invalid_team.app_error"
    for body in ([], [""], {"emails": []}, {"emails": ["a@example.com"], "channelIds": ["x"]}):
        assert talk.bob.post(path, body).error == "api.context.invalid_body_param.app_error"
    assert talk.bob.post(path, [1]).error == "api.team.invite_members_to_team_and_channels.invalid_body.app_error"
    for body in ({"emails": [], "channels": [talk.channel]}, {"emails": ["a@example.com"], "channels": []}):
        answer = talk.alice.post(guests, body)
        assert answer.error == "api.team.invite_guests_to_channels.invalid_body.app_error"
    magic = talk.alice.post(f"{guests}?guest_magic_link=true", guest_body)
    assert magic.error == "api.team.invite_guests_to_channels.guest_magic_link_disabled.error"
    off = make_talk(INVITING)
    assert off.alice.post(path, ["a@example.com"]).error == "api.team.invite_members.disabled.app_error"
    assert off.alice.post(guests, guest_body).error == "api.team.invite_guests_to_channels.disabled.error"
    assert mailbox == []
