"""Joining, leaving, roles, notify props; direct and group channels; what has been read."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.posts.world import ONLY

ZONE = {"useAutomaticTimezone": "false", "automaticTimezone": "", "manualTimezone": "Europe/Berlin"}


def members(talk: Any, channel: str = "") -> set[str]:
    """Return the ids of a channel's members."""
    return {member["user_id"] for member in talk.alice.get(f"/channels/{channel or talk.channel}/members").json}


def test_joining_a_public_channel(talk: Any) -> None:
    answer = talk.dave.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    member = answer.json
    assert (answer.status, member["roles"], member["msg_count"]) == (201, "channel_user", 0)
    assert member["notify_props"]["desktop"] == "default"
    others, own = talk.server.events("user_added")
    assert others.data == own.data == {"user_id": talk.dave.id, "team_id": talk.team}
    assert (others.broadcast.channel_id, others.broadcast.omit_users) == (talk.channel, {talk.dave.id: True})
    assert (own.broadcast.channel_id, own.broadcast.user_id) == (talk.channel, talk.dave.id)
    again = talk.dave.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    assert (again.status, len(talk.server.events("user_added"))) == (201, 2)


def test_who_may_be_added_and_by_whom(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members"
    assert talk.bob.post(path, {"user_id": talk.eve.id}).error == "api.channel.add_user.to.channel.failed.app_error"
    assert talk.dave.post(path, {"user_id": talk.eve.id}).status == 403
    assert talk.eve.post(path, {"user_id": talk.eve.id}).status == 403
    assert talk.bob.post(path, {"user_id": "x"}).error == "api.context.invalid_body_param.app_error"
    assert talk.bob.post(path, {"user_id": "x" * 26}).status == 404
    assert talk.bob.post(path, {"user_id": talk.dave.id}).status == 201
    assert talk.dave.id in members(talk)


def test_many_are_added_at_once(talk: Any) -> None:
    channel = talk.make_channel("many")
    answer = talk.alice.post(f"/channels/{channel}/members", {"user_ids": [talk.bob.id, talk.carol.id, talk.bob.id]})
    assert [member["user_id"] for member in answer.json] == [talk.bob.id, talk.carol.id]
    assert talk.alice.post(f"/channels/{channel}/members", {"user_ids": ["x" * 26] * 1001}).status == 404
    many = {"user_ids": [f"{number:026}" for number in range(1001)]}
    assert talk.alice.post(f"/channels/{channel}/members", many).status == 400


def test_leaving_and_removing(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members"
    assert talk.dave.delete(f"{path}/{talk.bob.id}").status == 403
    assert talk.bob.delete(f"{path}/me").json == {"status": "OK"}
    stay, gone = talk.server.events("user_removed")
    assert (stay.data, stay.broadcast.channel_id) == ({"user_id": talk.bob.id, "remover_id": talk.bob.id}, talk.channel)
    assert (gone.data, gone.broadcast.user_id) == (
        {"channel_id": talk.channel, "remover_id": talk.bob.id},
        talk.bob.id,
    )
    assert talk.bob.delete(f"{path}/me").error == "app.channel.get_member.missing.app_error"
    assert talk.alice.delete(f"{path}/{talk.carol.id}").status == 200
    assert members(talk) == {talk.alice.id}
    assert talk.bob.get(f"{path}/me").status == 403
    assert talk.bob.get(f"/channels/{talk.channel}").status == 200, "it is public"


def test_coming_back_starts_afresh(talk: Any) -> None:
    talk.say(talk.alice, "@bob")
    talk.bob.delete(f"/channels/{talk.channel}/members/me")
    talk.say(talk.alice, "meanwhile")
    member = talk.bob.post(f"/channels/{talk.channel}/members", {"user_id": talk.bob.id}).json
    assert (member["mention_count"], member["msg_count"]) == (0, 2)
    assert talk.bob.get(f"/users/me/channels/{talk.channel}/unread").json["msg_count"] == 0


def test_plugins_may_refuse_a_membership(talk: Any) -> None:
    class Bouncer:
        @hookimpl
        def channel_member_will_be_added(self, channel_member: Any) -> None:
            raise Rejected("Full house.")

    talk.server.app.hooks.register(Bouncer(), "bouncer")
    answer = talk.dave.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    assert (answer.status, answer.json["message"]) == (400, "Full house.")
    assert talk.dave.id not in members(talk)


def test_roles_of_a_member(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members/{talk.bob.id}"
    admin = {"scheme_user": True, "scheme_admin": True}
    assert talk.bob.put(f"{path}/schemeRoles", admin).status == 403
    assert talk.alice.put(f"{path}/schemeRoles", admin).json == {"status": "OK"}
    assert talk.bob.get(path).json["scheme_admin"] is True
    (event,) = talk.server.events("channel_member_updated")
    assert json.loads(event.data["channelMember"])["roles"].split() == ["channel_user", "channel_admin"]
    assert event.broadcast.user_id == talk.bob.id
    role = {"roles": "channel_user channel_admin"}
    assert talk.bob.put(f"/channels/{talk.channel}/members/{talk.carol.id}/roles", role).status == 200, "admins may"
    assert talk.alice.put(f"{path}/roles", {"roles": "channel_user"}).status == 200
    assert talk.bob.get(path).json["scheme_admin"] is False
    assert talk.alice.put(f"{path}/roles", {"roles": "system_admin"}).status == 400
    neither = talk.alice.put(f"{path}/schemeRoles", {"scheme_user": False, "scheme_admin": True})
    assert neither.error == "api.channel.update_channel_member_roles.unset_user_scheme.app_error"
    guest = talk.alice.put(f"{path}/schemeRoles", {"scheme_user": False, "scheme_admin": False, "scheme_guest": True})
    assert guest.status == 400


def test_notify_props_of_a_member(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members/{talk.bob.id}/notify_props"
    assert talk.carol.put(path, {"desktop": "all"}).status == 403
    assert talk.bob.put(path, {"desktop": "all", "mark_unread": "mention", "own": "x"}).json == {"status": "OK"}
    props = talk.member(talk.bob)["notify_props"]
    assert (props["desktop"], props["mark_unread"], props["push"], props["own"]) == ("all", "mention", "default", "x")
    (event,) = talk.server.events("channel_member_updated")
    assert json.loads(event.data["channelMember"])["notify_props"] == props
    wrong = talk.bob.put(path, {"desktop": "loud"})
    assert wrong.error == "model.channel_member.is_valid.notify_level.app_error"
    assert talk.bob.put(path, {"desktop": 1}).status == 400


def test_notify_props_set_at_once_are_all_kept(talk: Any) -> None:
    path = f"/channels/{talk.channel}/members/{talk.bob.id}/notify_props"
    greenlets = [gevent.spawn(talk.bob.put, path, {f"p{number}": "x"}) for number in range(8)]
    gevent.joinall(greenlets, raise_error=True)
    assert {greenlet.value.status for greenlet in greenlets} == {200}
    assert {f"p{number}" for number in range(8)} <= set(talk.member(talk.bob)["notify_props"])


def test_members_by_id_and_of_a_user(talk: Any) -> None:
    found = talk.bob.post(f"/channels/{talk.channel}/members/ids", [talk.carol.id, talk.dave.id]).json
    assert [member["user_id"] for member in found] == [talk.carol.id]
    assert talk.dave.get(f"/channels/{talk.channel}/members").status == 403
    mine = talk.bob.get(f"/users/me/teams/{talk.team}/channels/members").json
    assert len(mine) == 3
    assert talk.bob.get(f"/users/{talk.carol.id}/teams/{talk.team}/channels/members").status == 403
    paged = talk.bob.get("/users/me/channel_members", query={"page": 0, "per_page": 2}).json
    assert (len(paged), paged[0]["team_name"]) == (2, "crew")
    everything = talk.bob.get("/users/me/channel_members", query={"page": -1})
    assert everything.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line)["channel_id"] for line in everything.body.splitlines()] == [m["channel_id"] for m in mine]
    talk.bob.put("/users/me/patch", {"timezone": ZONE})
    assert "Europe/Berlin" in talk.bob.get(f"/channels/{talk.channel}/timezones").json


def test_a_direct_channel_is_one_for_both(talk: Any) -> None:
    made = talk.bob.post("/channels/direct", [talk.bob.id, talk.eve.id])
    channel = made.json
    assert (made.status, channel["type"], channel["team_id"]) == (201, "D", "")
    assert channel["name"] == "__".join(sorted([talk.bob.id, talk.eve.id]))
    assert talk.eve.post("/channels/direct", [talk.eve.id, talk.bob.id]).json["id"] == channel["id"]
    (event,) = talk.server.events("direct_added")
    assert event.data == {"creator_id": talk.bob.id, "teammate_id": talk.eve.id}
    assert event.broadcast.channel_id == channel["id"]
    assert talk.carol.get(f"/channels/{channel['id']}").status == 403
    assert channel["id"] in [entry["id"] for entry in talk.bob.get(f"/users/me/teams/{talk.team}/channels").json]


def test_direct_channels_that_are_special(talk: Any) -> None:
    own = talk.bob.post("/channels/direct", [talk.bob.id, talk.bob.id]).json
    assert own["name"] == f"{talk.bob.id}__{talk.bob.id}"
    assert members(talk, own["id"]) == {talk.bob.id}
    talk.alice.put(f"/users/{talk.eve.id}/active", {"active": False})
    assert talk.bob.post("/channels/direct", [talk.bob.id, talk.eve.id]).status == 201, "to read what was said"
    assert talk.bob.post("/channels/direct", [talk.carol.id, talk.dave.id]).status == 403
    assert talk.bob.post("/channels/direct", [talk.bob.id]).status == 400
    unknown = talk.bob.post("/channels/direct", [talk.bob.id, "x" * 26])
    assert unknown.error == "api.channel.create_direct_channel.invalid_user.app_error"


def test_direct_messages_may_be_kept_in_teams(talk: Any) -> None:
    talk.server.configure(TeamSettings={"RestrictDirectMessage": "team"})
    refused = talk.bob.post("/channels/direct", [talk.bob.id, talk.eve.id])
    assert refused.error == "api.channel.create_channel.direct_channel.team_restricted_error"
    assert talk.bob.post("/channels/direct", [talk.bob.id, talk.dave.id]).status == 201


def test_what_a_direct_channel_refuses(talk: Any) -> None:
    path = f"/channels/{talk.bob.post('/channels/direct', [talk.bob.id, talk.eve.id]).json['id']}"
    assert talk.bob.post(f"{path}/members", {"user_id": talk.carol.id}).status in (400, 403)
    assert talk.bob.delete(f"{path}/members/me").error == "api.channel.remove_channel_member.type.app_error"
    assert talk.bob.delete(path).error == "api.channel.delete_channel.type.invalid"
    assert talk.bob.put(f"{path}/patch", {"display_name": "x"}).status == 400
    assert talk.bob.put(f"{path}/patch", {"header": "h"}).json["header"] == "h"
    assert talk.carol.put(f"{path}/patch", {"header": "h"}).status == 403
    assert talk.alice.put(f"{path}/privacy", {"privacy": "O"}).status == 400


def test_a_group_channel_is_one_for_all(talk: Any) -> None:
    made = talk.bob.post("/channels/group", [talk.carol.id, talk.dave.id])
    assert (made.status, made.json["type"], made.json["display_name"]) == (201, "G", "bob, carol, dave")
    again = talk.dave.post("/channels/group", [talk.bob.id, talk.dave.id, talk.carol.id])
    assert again.json["id"] == made.json["id"]
    events = talk.server.events("group_added")
    assert {event.broadcast.user_id for event in events} == {talk.bob.id, talk.carol.id, talk.dave.id}
    ids = sorted([talk.bob.id, talk.carol.id, talk.dave.id])
    assert all(json.loads(event.data["teammate_ids"]) == ids for event in events)
    assert talk.bob.post("/channels/group", [talk.carol.id]).error == "api.channel.create_group.bad_size.app_error"
    many = [f"{number:026}" for number in range(8)]
    assert talk.bob.post("/channels/group", many).error == "api.channel.create_group.bad_size.app_error"
    unknown = talk.bob.post("/channels/group", [talk.carol.id, "x" * 26])
    assert unknown.error == "api.channel.create_group.bad_user.app_error"
    found = talk.bob.post("/channels/group/search", {"term": "car dav"}).json
    assert [channel["id"] for channel in found] == [made.json["id"]]
    assert talk.bob.post("/channels/group/search", {"term": "eve"}).json == []
    teams = talk.bob.get(f"/channels/{made.json['id']}/common_teams").json
    assert [team["name"] for team in teams] == ["crew"]
    assert talk.bob.get(f"/channels/{talk.channel}/common_teams").status == 400


@pytest.mark.parametrize("operation", ["direct", "group"])
def test_made_by_many_at_once_in_two_workers(make_talk: Any, tmp_path: Path, operation: str) -> None:
    pair = [make_talk() for _ in range(2)]
    ids = [pair[0].bob.id, pair[0].eve.id] + ([pair[0].carol.id] if operation == "group" else [])
    calls = [partial(talk.bob.post, f"/channels/{operation}", ids) for talk in pair for _ in range(4)]
    greenlets = [gevent.spawn(call) for call in calls]
    gevent.joinall(greenlets, raise_error=True)
    assert {greenlet.value.status for greenlet in greenlets} == {201}
    assert len({greenlet.value.json["id"] for greenlet in greenlets}) == 1
    events = [event for talk in pair for event in talk.server.events(f"{operation}_added")]
    assert len(events) == (1 if operation == "direct" else 3)


def test_joined_by_many_at_once_in_two_workers(make_talk: Any, tmp_path: Path) -> None:
    shared = {"RunDirectory": str(tmp_path / "run")}
    pair = [make_talk((*ONLY, "cluster_local"), HubbubSettings=shared) for _ in range(2)]
    body = {"user_id": pair[0].dave.id}
    calls = [partial(talk.dave.post, f"/channels/{talk.channel}/members", body) for talk in pair for _ in range(3)]
    greenlets = [gevent.spawn(call) for call in calls]
    gevent.joinall(greenlets, raise_error=True)
    assert {greenlet.value.status for greenlet in greenlets} == {201}
    assert sum(len(talk.server.events("user_added")) for talk in pair) == 2
    assert len(members(pair[0])) == 4


def test_viewing_two_channels(talk: Any) -> None:
    other = talk.make_channel("other", talk.bob)
    talk.say(talk.alice, "@bob")
    talk.alice.post("/posts", {"channel_id": other, "message": "@bob"})
    body = {"channel_id": talk.channel, "prev_channel_id": other, "collapsed_threads_supported": True}
    times = talk.bob.post("/channels/members/me/view", body).json["last_viewed_at_times"]
    assert set(times) == {talk.channel, other}
    assert [talk.mentions(talk.bob, channel) for channel in (talk.channel, other)] == [0, 0]
    assert talk.bob.post("/channels/members/me/view", {"channel_id": ""}).json["last_viewed_at_times"] == {}
    assert talk.bob.post("/channels/members/me/view", {"channel_id": "x"}).status == 400
    assert talk.carol.post(f"/channels/members/{talk.bob.id}/view", body).status == 403
    assert talk.carol.post("/channels/members/me/view", {"channel_id": other}).json["last_viewed_at_times"] == {}


def test_marking_several_as_read(talk: Any) -> None:
    talk.say(talk.alice, "@bob")
    answer = talk.bob.post("/channels/members/me/mark_read", [talk.channel])
    assert list(answer.json["last_viewed_at_times"]) == [talk.channel]
    assert talk.mentions(talk.bob) == 0
    assert talk.bob.post("/channels/members/me/mark_read", ["x"]).status == 400
