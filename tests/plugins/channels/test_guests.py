"""People who become guests, and guests who become users."""

import json
from typing import Any

import pytest

GUESTS = {"GuestAccountsSettings": {"Enable": True}}


@pytest.fixture
def talk(make_talk: Any) -> Any:
    """Return a server on which there may be guests."""
    return make_talk(**GUESTS)


def flags(member: dict[str, Any]) -> tuple[bool, bool, bool]:
    """Return what a membership says of guest, user and admin."""
    return member["scheme_guest"], member["scheme_user"], member["scheme_admin"]


def test_who_is_demoted_is_a_guest_in_every_team_and_channel(talk: Any) -> None:
    own = talk.bob.post("/channels", {"team_id": talk.team, "name": "own", "display_name": "Own", "type": "O"}).json
    assert flags(talk.member(talk.bob, own["id"])) == (False, True, True)
    assert talk.alice.post(f"/users/{talk.bob.id}/demote").json == {"status": "OK"}
    assert talk.bob.get("/users/me").json["roles"] == "system_guest"
    assert flags(talk.member(talk.bob, own["id"])) == (True, False, False)
    assert talk.member(talk.bob)["roles"] == "channel_guest"
    assert talk.bob.get(f"/teams/{talk.team}/members/me").json["roles"] == "team_guest"
    body = {"team_id": talk.team, "name": "more", "display_name": "More", "type": "O"}
    assert talk.bob.post("/channels", body).status == 403


def test_who_is_promoted_is_a_user_again_and_joins_the_default_channels(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    town = talk.alice.get(f"/teams/{talk.team}/channels/name/town-square").json["id"]
    assert guest.get(f"/channels/{town}/members/me").status == 403
    assert talk.alice.post(f"/users/{guest.id}/promote").json == {"status": "OK"}
    assert guest.get("/users/me").json["roles"] == "system_user"
    assert flags(talk.member(guest)) == (False, True, False)
    assert flags(talk.member(guest, town)) == (False, True, False)
    assert guest.get(f"/teams/{talk.team}/members/me").json["roles"] == "team_user"


def test_everybody_hears_of_the_account_and_the_guest_of_the_memberships(talk: Any) -> None:
    talk.server.sent.clear()
    talk.alice.post(f"/users/{talk.bob.id}/demote")
    assert len(talk.server.events("user_updated")) == 3
    (told,) = talk.server.events("memberrole_updated")
    assert (told.broadcast.user_id, json.loads(told.data["member"])["roles"]) == (talk.bob.id, "team_guest")
    members = talk.server.events("channel_member_updated")
    assert {event.broadcast.user_id for event in members} == {talk.bob.id}
    assert {json.loads(event.data["channelMember"])["roles"] for event in members} == {"channel_guest"}


@pytest.mark.engines("sqlite")
def test_who_may_and_when(talk: Any, make_talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    for path in ("promote", "demote"):
        assert talk.bob.post(f"/users/{guest.id}/{path}").status == 403
        assert talk.alice.post(f"/users/{'x' * 26}/{path}").status == 404
    refused = talk.alice.post(f"/users/{talk.bob.id}/promote")
    assert (refused.status, refused.error) == (501, "api.user.promote_guest_to_user.no_guest.app_error")
    refused = talk.alice.post(f"/users/{guest.id}/demote")
    assert (refused.status, refused.error) == (501, "api.user.demote_user_to_guest.already_guest.app_error")
    assert talk.alice.post("/users/me/demote").error == "app.user.update.lastAdmin.app_error"
    off = make_talk()
    refused = off.alice.post(f"/users/{off.bob.id}/demote")
    assert (refused.status, refused.error) == (501, "api.team.demote_user_to_guest.disabled.error")
