"""Scheduled posts before they are sent: kept, listed, changed, deleted; whose they are and what is refused."""

import json
from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.posts import MAX_MESSAGE
from hubbub.core.ids import new_id
from hubbub.tests.plugins.posts.world import Talk

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query

HOUR: int = 3_600_000


def schedule(author: Any, channel: str, message: str = "later", **fields: Any) -> dict[str, Any]:
    """Return a post that was scheduled for the next hour."""
    body = {"channel_id": channel, "message": message, "scheduled_at": now_ms() + HOUR, **fields}
    answer = author.post("/posts/schedule", body)
    assert answer.status == 201, answer
    return dict(answer.json)


def scheduled(talk: Talk, user: Any) -> list[dict[str, Any]]:
    """Return what a user has scheduled in the team's channels."""
    answer = user.get(f"/posts/scheduled/team/{talk.team}")
    assert answer.status == 200, answer
    assert list(answer.json) == [talk.team]
    return list(answer.json[talk.team])


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_what_was_scheduled_is_listed_whole_the_next_first(talk: Talk) -> None:
    root = talk.say(talk.alice, "root")["id"]
    later = schedule(talk.bob, talk.channel, "later", scheduled_at=now_ms() + 2 * HOUR, props={"a": 1})
    sooner = schedule(talk.bob, talk.channel, "sooner", root_id=root, priority={"priority": "urgent"})
    assert scheduled(talk, talk.bob) == [sooner, later]
    assert scheduled(talk, talk.carol) == []
    assert sooner["create_at"] == sooner["update_at"] > 0
    assert (sooner["user_id"], sooner["root_id"], sooner["priority"]) == (talk.bob.id, root, {"priority": "urgent"})
    assert (later["processed_at"], later["error_code"], later["props"]) == (0, "", {"a": 1})


def test_those_of_direct_channels_are_listed_when_asked_for(talk: Talk) -> None:
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    here, there = schedule(talk.bob, talk.channel), schedule(talk.bob, direct)
    listed = talk.bob.get(f"/posts/scheduled/team/{talk.team}?includeDirectChannels=true").json
    assert listed == {talk.team: [here], "directChannels": [there]}
    assert scheduled(talk, talk.bob) == [here]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_text_and_time_may_change_but_not_the_place(talk: Talk) -> None:
    before = schedule(talk.bob, talk.channel)
    other = talk.make_channel("other", talk.bob)
    wanted = {**before, "message": "changed", "scheduled_at": before["scheduled_at"] + HOUR, "channel_id": other}
    answer = talk.bob.put(f"/posts/schedule/{before['id']}", {**wanted, "user_id": talk.carol.id, "create_at": 1})
    assert answer.status == 201
    assert scheduled(talk, talk.bob) == [answer.json]
    assert {**wanted, "channel_id": talk.channel, "update_at": answer.json["update_at"]} == answer.json


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_deleted_one_is_gone(talk: Talk) -> None:
    one, other = schedule(talk.bob, talk.channel), schedule(talk.bob, talk.channel)
    deleted = talk.bob.delete(f"/posts/schedule/{one['id']}")
    assert (deleted.status, deleted.json) == (201, one)
    assert scheduled(talk, talk.bob) == [other]


def test_each_change_is_told_to_the_other_clients_of_the_author_and_to_nobody_else(talk: Talk) -> None:
    headers = {"Connection-Id": "a" * 26}
    body = {"channel_id": talk.channel, "message": "one", "scheduled_at": now_ms() + HOUR}
    made = talk.bob.post("/posts/schedule", body, headers=headers).json
    talk.bob.put(f"/posts/schedule/{made['id']}", {**made, "message": "two"}, headers=headers)
    talk.bob.delete(f"/posts/schedule/{made['id']}", headers=headers)
    events = [event for event in talk.server.sent if event.name.startswith("scheduled_post")]
    assert [(event.name, json.loads(event.data["scheduledPost"])["message"]) for event in events] == [
        ("scheduled_post_created", "one"),
        ("scheduled_post_updated", "two"),
        ("scheduled_post_deleted", "two"),
    ]
    for event in events:
        assert event.broadcast.user_id == talk.bob.id
        assert event.broadcast.omit_connection_id == "a" * 26


def test_those_of_others_are_out_of_reach_even_for_administrators(talk: Talk) -> None:
    one = schedule(talk.bob, talk.channel)
    path = f"/posts/schedule/{one['id']}"
    for stranger in (talk.alice, talk.carol):
        changed, deleted = stranger.put(path, one), stranger.delete(path)
        assert (changed.status, changed.error) == (403, "app.update_scheduled_post.update_permission.error")
        assert (deleted.status, deleted.error) == (403, "app.delete_scheduled_post.delete_permission.error")
    assert scheduled(talk, talk.bob) == [one]
    assert talk.server.client().delete(path).status == 401
    assert talk.eve.get(f"/posts/scheduled/team/{talk.team}").status == 403


def test_what_is_not_there_can_not_be_changed(talk: Talk) -> None:
    missing = new_id()
    body = {"id": missing, "message": "x", "scheduled_at": now_ms() + HOUR}
    changed, deleted = talk.bob.put(f"/posts/schedule/{missing}", body), talk.bob.delete(f"/posts/schedule/{missing}")
    assert (changed.status, changed.error) == (404, "app.update_scheduled_post.existing_scheduled_post.not_exist")
    assert (deleted.status, deleted.error) == (404, "app.delete_scheduled_post.existing_scheduled_post.not_exist")
    wrong = talk.bob.put(f"/posts/schedule/{new_id()}", body)
    assert (wrong.status, wrong.error) == (400, "api.context.invalid_url_param.app_error")


def test_who_may_not_post_may_not_schedule(talk: Talk) -> None:
    body = {"channel_id": talk.channel, "message": "x", "scheduled_at": now_ms() + HOUR}
    for stranger in (talk.dave, talk.eve):
        assert stranger.post("/posts/schedule", body).error == "api.context.permissions.app_error"
    one = schedule(talk.carol, talk.channel)
    assert talk.alice.delete(f"/channels/{talk.channel}/members/{talk.carol.id}").status == 200
    assert talk.carol.put(f"/posts/schedule/{one['id']}", one).status == 403
    assert talk.carol.delete(f"/posts/schedule/{one['id']}").status == 201


def test_an_archived_channel_takes_none(talk: Talk) -> None:
    channel = talk.make_channel("old", talk.bob)
    assert talk.alice.delete(f"/channels/{channel}").status == 200
    refused = talk.bob.post("/posts/schedule", {"channel_id": channel, "message": "x", "scheduled_at": now_ms() + HOUR})
    assert (refused.status, refused.error) == (400, "app.save_scheduled_post.channel_deleted.app_error")


REFUSED: list[tuple[Any, ...]] = [
    ({"channel_id": "x"}, "api.context.invalid_body_param.app_error"),
    ({"message": ""}, "model.scheduled_post.is_valid.empty_post.app_error"),
    ({"message": "m" * (MAX_MESSAGE + 1)}, "model.draft.is_valid.message_length.app_error"),
    ({"scheduled_at": 0}, "model.scheduled_post.is_valid.scheduled_at.app_error"),
    ({"scheduled_at": now_ms() - 60_000}, "model.scheduled_post.is_valid.scheduled_at.app_error"),
    ({"scheduled_at": "tomorrow"}, "api.context.invalid_body_param.app_error"),
    ({"root_id": "a" * 26}, "model.draft.is_valid.root_id.app_error"),
    ({"file_ids": ["a" * 26] * 11}, "model.draft.is_valid.file_ids.app_error"),
    ({"props": {"p": "x" * 8000}}, "model.draft.is_valid.props.app_error"),
    ({"type": "burn_on_read"}, "model.post.is_valid.type.app_error"),
]


def test_what_can_not_be_scheduled_is_refused_by_name(talk: Talk) -> None:
    good = schedule(talk.bob, talk.channel)
    for fields, error in REFUSED:
        body = {"channel_id": talk.channel, "message": "x", "scheduled_at": now_ms() + HOUR, **fields}
        refused = talk.bob.post("/posts/schedule", body)
        assert (refused.status, refused.error) == (400, error), fields
        if not fields.keys() & {"channel_id", "root_id", "type"}:  # a change leaves these alone
            refused = talk.bob.put(f"/posts/schedule/{good['id']}", {**body, "id": good["id"]})
            assert (refused.status, refused.error) == (400, error), fields
        assert scheduled(talk, talk.bob) == [good]


def test_it_can_be_turned_off(make_scheduling: Any) -> None:
    talk = make_scheduling(ServiceSettings={"ScheduledPosts": False})
    path = f"/posts/schedule/{new_id()}"
    for attempt in (
        talk.bob.post("/posts/schedule", {}),
        talk.bob.put(path, {}),
        talk.bob.delete(path),
        talk.bob.get(f"/posts/scheduled/team/{talk.team}"),
    ):
        assert (attempt.status, attempt.error) == (400, "api.scheduled_posts.feature_disabled")
