"""A group channel becomes a private channel of a team."""

from typing import Any

import pytest


@pytest.fixture
def group(talk: Any) -> str:
    """Return the id of a group channel of alice, bob and carol, in which there is a post."""
    channel = talk.bob.post("/channels/group", [talk.alice.id, talk.bob.id, talk.carol.id]).json["id"]
    assert talk.bob.post("/posts", {"channel_id": channel, "message": "before"}).status == 201
    return str(channel)


def convert(talk: Any, client: Any, channel: str, **fields: str) -> Any:
    """Return the answer to a conversion."""
    body = {"channel_id": channel, "team_id": talk.team, "name": "plans", "display_name": "Plans", **fields}
    return client.post(f"/channels/{channel}/convert_to_channel", body)


def test_posts_and_members_stay_and_who_converts_administers(talk: Any, group: str) -> None:
    talk.server.sent.clear()
    answer = convert(talk, talk.bob, group)
    assert answer.status == 200, answer
    channel = answer.json
    assert (channel["id"], channel["type"], channel["team_id"]) == (group, "P", talk.team)
    assert (channel["name"], channel["display_name"]) == ("plans", "Plans")
    assert talk.messages(talk.carol, group) == ["before"]
    assert talk.member(talk.bob, group)["roles"] == "channel_user channel_admin"
    assert talk.member(talk.carol, group)["roles"] == "channel_user"
    assert talk.dave.get(f"/channels/{group}").status == 403
    listed = talk.carol.get(f"/users/me/teams/{talk.team}/channels").json
    assert group in [channel["id"] for channel in listed]
    (told,) = talk.server.events("channel_updated")
    assert told.broadcast.channel_id == group
    assert talk.server.events("channel_converted") == []


def test_a_message_says_so(talk: Any, group: str) -> None:
    convert(talk, talk.bob, group)
    talk.server.settle()
    page = talk.carol.get(f"/channels/{group}/posts").json
    newest = page["posts"][page["order"][0]]
    assert newest["type"] == "system_gm_to_channel"
    assert newest["props"]["convertedByUserId"] == talk.bob.id
    assert set(newest["props"]["gmMembersDuringConversionIDs"]) == {talk.alice.id, talk.bob.id, talk.carol.id}


def test_it_leaves_the_categories_of_direct_channels(talk: Any, group: str) -> None:
    def direct() -> dict[str, Any]:
        found = talk.bob.get(f"/users/me/teams/{talk.team}/channels/categories").json["categories"]
        return next(dict(category) for category in found if category["type"] == "direct_messages")

    path = f"/users/me/teams/{talk.team}/channels/categories/{direct()['id']}"
    assert talk.bob.put(path, {**direct(), "channel_ids": [group]}).status == 200
    assert group in direct()["channel_ids"]
    convert(talk, talk.bob, group)
    assert group not in direct()["channel_ids"]


def test_the_same_people_get_a_new_group_channel_afterwards(talk: Any, group: str) -> None:
    convert(talk, talk.bob, group)
    again = talk.bob.post("/channels/group", [talk.alice.id, talk.bob.id, talk.carol.id]).json
    assert (again["id"] != group, again["type"]) == (True, "G")


def test_everybody_must_be_in_the_team(talk: Any) -> None:
    channel = talk.bob.post("/channels/group", [talk.bob.id, talk.carol.id, talk.eve.id]).json["id"]
    refused = convert(talk, talk.bob, channel)
    assert (refused.status, refused.error) == (400, "app.channel.group_message_conversion.incorrect_team")
    assert talk.bob.get(f"/channels/{channel}").json["type"] == "G"


@pytest.mark.engines("sqlite")
def test_who_may_convert_what(talk: Any, group: str) -> None:
    assert convert(talk, talk.eve, group).status == 403, "not in the team"
    refused = convert(talk, talk.dave, group)
    assert (refused.status, refused.error) == (404, "app.channel.group_message_conversion.channel_member_missing")
    refused = convert(talk, talk.alice, talk.channel)
    assert (refused.status, refused.error) == (404, "app.channel.group_message_conversion.original_channel_not_gm")
    assert convert(talk, talk.bob, "x" * 26).status == 404
    assert convert(talk, talk.bob, group, team_id="x").error == "api.context.invalid_body_param.app_error"
    assert convert(talk, talk.bob, group, channel_id=talk.channel).error == "api.context.invalid_body_param.app_error"
    assert convert(talk, talk.bob, group, name="talk").error == "store.sql_channel.save_channel.exists.app_error"
    assert convert(talk, talk.bob, group, name="No Way").error == "model.channel.is_valid.1_or_more.app_error"
    guest = talk.make_guest("gast", talk.channel)
    mixed = talk.alice.post("/channels/group", [talk.alice.id, talk.bob.id, guest.id]).json["id"]
    assert convert(talk, guest, mixed).status == 403
