"""Drafts: kept, listed, deleted; whose they are, who hears of them, what is refused."""

import json
from typing import Any

import pytest

from hubbub.core.contracts.drafts import MAX_PROPS
from hubbub.core.contracts.posts import MAX_MESSAGE
from hubbub.core.ids import new_id
from hubbub.tests.plugins.posts.world import ONLY, Talk


def keep(author: Any, channel: str, message: str = "half a th", **fields: Any) -> dict[str, Any]:
    """Return a draft that was kept."""
    answer = author.post("/drafts", {"channel_id": channel, "message": message, **fields})
    assert answer.status == 201, answer
    return dict(answer.json)


def drafts(talk: Talk, user: Any) -> list[dict[str, Any]]:
    """Return a user's drafts in the team."""
    answer = user.get(f"/users/me/teams/{talk.team}/drafts")
    assert answer.status == 200, answer
    return list(answer.json)


def told(talk: Talk) -> list[tuple[str, str]]:
    """Return the events about drafts that were sent: name and message."""
    events = [event for event in talk.server.sent if event.name.startswith("draft_")]
    return [(event.name, json.loads(event.data["draft"])["message"]) for event in events]


def test_a_draft_is_there_on_the_next_device_with_everything_in_it(talk: Talk) -> None:
    kept = keep(
        talk.bob,
        talk.channel,
        props={"disable_group_highlight": True},
        file_ids=[new_id()],
        priority={"priority": "urgent", "requested_ack": True},
        user_id=talk.carol.id,
        create_at=5,
    )
    assert drafts(talk, talk.bob) == [kept]
    assert kept["user_id"] == talk.bob.id
    assert kept["priority"] == {"priority": "urgent", "requested_ack": True}
    assert kept["create_at"] == kept["update_at"] > 5
    assert drafts(talk, talk.carol) == []


def test_a_plain_draft_has_the_fields_that_clients_read(talk: Talk) -> None:
    kept = keep(talk.bob, talk.channel)
    del kept["create_at"], kept["update_at"]
    assert kept == {
        "delete_at": 0,
        "user_id": talk.bob.id,
        "channel_id": talk.channel,
        "root_id": "",
        "message": "half a th",
        "type": "",
        "props": {},
    }


def test_writing_on_replaces_the_draft_and_keeps_the_time_of_its_beginning(talk: Talk) -> None:
    first = keep(talk.bob, talk.channel, props={"a": 1})
    second = keep(talk.bob, talk.channel, "half a thought")
    assert drafts(talk, talk.bob) == [second]
    assert second["create_at"] == first["create_at"]
    assert second["props"] == {}


def test_a_channel_and_each_thread_have_drafts_of_their_own_the_last_changed_first(talk: Talk) -> None:
    root = talk.say(talk.alice, "root")["id"]
    keep(talk.bob, talk.channel, "to the channel")
    keep(talk.bob, talk.channel, "a reply", root_id=root)
    listed = drafts(talk, talk.bob)
    assert {draft["message"]: draft["root_id"] for draft in listed} == {"to the channel": "", "a reply": root}
    assert [draft["update_at"] for draft in listed] == sorted((draft["update_at"] for draft in listed), reverse=True)
    assert talk.bob.delete(f"/users/me/channels/{talk.channel}/drafts/{root}").json == {"status": "OK"}
    assert [draft["message"] for draft in drafts(talk, talk.bob)] == ["to the channel"]


def test_drafts_of_a_team_are_those_of_its_channels_and_of_direct_ones(talk: Talk) -> None:
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    other = talk.bob.post("/teams", {"name": "other", "display_name": "Other", "type": "O"}).json["id"]
    elsewhere = talk.bob.post("/channels", {"team_id": other, "name": "xx", "display_name": "X", "type": "O"}).json[
        "id"
    ]
    keep(talk.bob, direct, "to carol")
    keep(talk.bob, talk.channel, "here")
    keep(talk.bob, elsewhere, "there")
    assert {draft["message"] for draft in drafts(talk, talk.bob)} == {"to carol", "here"}
    there = talk.bob.get(f"/users/me/teams/{other}/drafts").json
    assert {draft["message"] for draft in there} == {"to carol", "there"}


def test_drafts_in_channels_that_one_was_removed_from_are_not_shown(talk: Talk) -> None:
    channel = talk.make_channel("secret", talk.bob, type="P")
    keep(talk.bob, channel)
    assert talk.alice.delete(f"/channels/{channel}/members/{talk.bob.id}").status == 200
    assert drafts(talk, talk.bob) == []
    assert talk.bob.delete(f"/users/me/channels/{channel}/drafts").status == 200


def test_a_post_leaves_the_draft_to_the_client_that_deletes_it(talk: Talk) -> None:
    keep(talk.bob, talk.channel)
    talk.say(talk.bob, "half a thought")
    assert len(drafts(talk, talk.bob)) == 1, "a program may post for bob while he writes something else"


def test_a_draft_that_was_emptied_is_deleted(talk: Talk) -> None:
    keep(talk.bob, talk.channel)
    emptied = talk.bob.post("/drafts", {"channel_id": talk.channel, "message": ""})
    assert (emptied.status, emptied.json) == (201, None)
    assert drafts(talk, talk.bob) == []
    assert told(talk)[-1] == ("draft_deleted", "half a th")


def test_deleting_what_is_not_there_succeeds_and_nobody_is_told(talk: Talk) -> None:
    for path in (f"/users/me/channels/{talk.channel}/drafts", f"/users/me/channels/{talk.channel}/drafts/{new_id()}"):
        assert talk.bob.delete(path).json == {"status": "OK"}
    assert told(talk) == []


def test_each_change_is_told_to_the_other_clients_of_the_user_and_to_nobody_else(talk: Talk) -> None:
    connection = {"Connection-Id": "a" * 26}
    body = {"channel_id": talk.channel, "message": "one"}
    talk.bob.post("/drafts", body, headers=connection)
    talk.bob.post("/drafts", {**body, "message": "two"}, headers=connection)
    talk.bob.delete(f"/users/me/channels/{talk.channel}/drafts", headers=connection)
    assert told(talk) == [("draft_created", "one"), ("draft_created", "two"), ("draft_deleted", "two")]
    for event in talk.server.sent[-3:]:
        assert event.broadcast.user_id == talk.bob.id
        assert event.broadcast.channel_id == talk.channel
        assert event.broadcast.omit_connection_id == "a" * 26


def test_drafts_of_replies_go_with_the_post_they_answer(talk: Talk) -> None:
    root = talk.say(talk.alice, "root")["id"]
    keep(talk.bob, talk.channel, "reply of bob", root_id=root)
    keep(talk.carol, talk.channel, "reply of carol", root_id=root)
    keep(talk.carol, talk.channel, "stays")
    assert talk.alice.delete(f"/posts/{root}").status == 200
    talk.server.settle()
    assert drafts(talk, talk.bob) == []
    assert [draft["message"] for draft in drafts(talk, talk.carol)] == ["stays"]
    gone = [event for event in talk.server.sent if event.name == "draft_deleted"]
    assert {event.broadcast.user_id for event in gone} == {talk.bob.id, talk.carol.id}


def test_drafts_of_others_can_neither_be_read_nor_deleted(talk: Talk) -> None:
    keep(talk.bob, talk.channel)
    for stranger in (talk.alice, talk.carol):  # alice is an administrator
        for attempt in (
            stranger.get(f"/users/{talk.bob.id}/teams/{talk.team}/drafts"),
            stranger.delete(f"/users/{talk.bob.id}/channels/{talk.channel}/drafts"),
        ):
            assert (attempt.status, attempt.error) == (403, "api.context.permissions.app_error")
    assert talk.server.client().post("/drafts", {}).status == 401
    assert len(drafts(talk, talk.bob)) == 1


def test_who_may_not_post_may_not_draft(talk: Talk) -> None:
    channel = talk.make_channel("secret", type="P")
    for stranger in (talk.dave, talk.eve):
        refused = stranger.post("/drafts", {"channel_id": channel, "message": "x"})
        assert (refused.status, refused.error) == (403, "api.context.permissions.app_error")
    assert talk.bob.post("/drafts", {"channel_id": new_id(), "message": "x"}).status == 403
    assert talk.eve.get(f"/users/me/teams/{talk.team}/drafts").status == 403


def test_an_archived_channel_takes_no_draft(talk: Talk) -> None:
    channel = talk.make_channel("old", talk.bob)
    assert talk.alice.delete(f"/channels/{channel}").status == 200
    refused = talk.bob.post("/drafts", {"channel_id": channel, "message": "x"})
    assert (refused.status, refused.error) == (400, "api.draft.create_draft.can_not_draft_to_deleted.error")


def test_a_reply_is_drafted_to_a_root_of_the_same_channel(talk: Talk) -> None:
    root = talk.say(talk.alice, "root")["id"]
    reply = talk.say(talk.alice, "reply", root_id=root)["id"]
    other = talk.make_channel("other", talk.bob)
    for channel, root_id in ((talk.channel, new_id()), (talk.channel, reply), (other, root), (talk.channel, "x")):
        refused = talk.bob.post("/drafts", {"channel_id": channel, "message": "x", "root_id": root_id})
        assert (refused.status, refused.error) == (400, "model.draft.is_valid.root_id.app_error")


REFUSED: list[tuple[Any, ...]] = [
    ({"channel_id": "x"}, "api.context.invalid_body_param.app_error"),
    ({"message": "m" * (MAX_MESSAGE + 1)}, "model.draft.is_valid.message_length.app_error"),
    ({"props": {"p": "x" * (MAX_PROPS - 7)}}, "model.draft.is_valid.props.app_error"),
    ({"props": "none"}, "api.context.invalid_body_param.app_error"),
    ({"file_ids": ["x"]}, "model.draft.is_valid.file_ids.app_error"),
    ({"file_ids": ["a" * 26] * 11}, "model.draft.is_valid.file_ids.app_error"),
    ({"priority": {"priority": "x" * 1000}}, "model.draft.is_valid.priority.app_error"),
    ({"type": "system_join_channel"}, "model.post.is_valid.type.app_error"),
]


@pytest.mark.engines("sqlite")
def test_what_can_not_be_kept_is_refused_by_name(talk: Talk) -> None:
    for fields, error in REFUSED:
        refused = talk.bob.post("/drafts", {"channel_id": talk.channel, "message": "x", **fields})
        assert (refused.status, refused.error) == (400, error), fields
        assert drafts(talk, talk.bob) == []


def test_the_largest_draft_is_kept_whole(talk: Talk) -> None:
    kept = keep(
        talk.bob, talk.channel, "\U0001f600" * MAX_MESSAGE, props={"p": "ü" * (MAX_PROPS - 8)}, file_ids=["a" * 26] * 10
    )
    assert drafts(talk, talk.bob) == [kept]


def test_without_synced_drafts_nothing_is_kept(make_talk: Any) -> None:
    talk = make_talk((*ONLY, "drafts"), ServiceSettings={"AllowSyncedDrafts": False})
    for attempt in (
        talk.bob.post("/drafts", {"channel_id": talk.channel, "message": "x"}),
        talk.bob.get(f"/users/me/teams/{talk.team}/drafts"),
        talk.bob.delete(f"/users/me/channels/{talk.channel}/drafts"),
    ):
        assert (attempt.status, attempt.error) == (501, "api.drafts.disabled.app_error")
    talk.server.configure(ServiceSettings={"AllowSyncedDrafts": True})
    assert drafts(talk, talk.bob) == []


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_drafts_that_other_servers_wrote_are_read(talk: Talk) -> None:
    row = (1, 2, 0, talk.bob.id, talk.channel, "", "old", "null", None, None)
    talk.server.app.db.insert_many(
        "drafts",
        "createat updateat deleteat userid channelid rootid message props fileids priority".split(),
        [row],
    )
    (draft,) = drafts(talk, talk.bob)
    assert (draft["message"], draft["props"], draft["create_at"], draft["type"]) == ("old", {}, 1, "")
    keep(talk.bob, talk.channel, "new")
    assert [draft["message"] for draft in drafts(talk, talk.bob)] == ["new"]
