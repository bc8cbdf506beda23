"""Joining, leaving and roles in teams."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.posts.world import ONLY


def add(talk: Any, client: Any, user: Any) -> Any:
    """Return the answer to adding a user to the team."""
    return client.post(f"/teams/{talk.team}/members", {"team_id": talk.team, "user_id": user.id})


def channels_of(talk: Any, client: Any) -> set[str]:
    """Return the names of a client's channels."""
    return {channel["name"] for channel in client.get("/users/me/channels").json}


def test_being_added(talk: Any) -> None:
    answer = add(talk, talk.bob, talk.eve)
    member = answer.json
    assert answer.status == 201
    assert (member["team_id"], member["user_id"], member["roles"]) == (talk.team, talk.eve.id, "team_user")
    assert (member["delete_at"], member["scheme_user"], member["scheme_admin"]) == (0, True, False)
    assert channels_of(talk, talk.eve) == {"town-square", "off-topic"}
    (event,) = talk.server.events("added_to_team")
    assert (event.data["user_id"], event.broadcast.user_id) == (talk.eve.id, talk.eve.id)
    assert add(talk, talk.bob, talk.eve).json == member
    assert len(talk.server.events("added_to_team")) == 1


def test_who_may_add_or_join(talk: Any) -> None:
    assert add(talk, talk.eve, talk.eve).status == 403, "the team is not open"
    talk.alice.put(f"/teams/{talk.team}/patch", {"allow_open_invite": True})
    assert add(talk, talk.eve, talk.eve).status == 201
    guest = talk.make_guest("gast")
    stranger = talk.server.sign_up("frank")
    assert add(talk, guest, stranger).status == 403
    assert add(talk, talk.bob, stranger).status == 201
    wrong = talk.bob.post(f"/teams/{talk.team}/members", {"team_id": "x" * 26, "user_id": stranger.id})
    assert wrong.error == "api.context.invalid_body_param.app_error"
    assert talk.bob.post(f"/teams/{talk.team}/members", {"team_id": talk.team, "user_id": "x" * 26}).status == 404


def test_a_team_has_room_for_so_many(talk: Any) -> None:
    talk.server.configure(TeamSettings={"MaxUsersPerTeam": 4})
    assert add(talk, talk.alice, talk.eve).error == "app.team.join_user_to_team.max_accounts.app_error"
    talk.alice.put(f"/users/{talk.carol.id}/active", {"active": False})
    assert add(talk, talk.alice, talk.eve).status == 201, "deactivated members don't count"


def test_only_some_domains_may_join(talk: Any) -> None:
    talk.alice.put(f"/teams/{talk.team}/patch", {"allowed_domains": "corp.org, @example.net"})
    assert add(talk, talk.alice, talk.eve).error == "api.team.join_user_to_team.allowed_domains.app_error"
    frank = talk.server.sign_up("frank", email="frank@EXAMPLE.net")
    assert add(talk, talk.alice, frank).status == 201


def test_deactivated_people_and_archived_teams(talk: Any) -> None:
    talk.alice.put(f"/users/{talk.eve.id}/active", {"active": False})
    assert add(talk, talk.alice, talk.eve).status == 400
    talk.alice.put(f"/users/{talk.eve.id}/active", {"active": True})
    talk.alice.delete(f"/teams/{talk.team}")
    assert add(talk, talk.alice, talk.eve).status == 404


def test_joining_by_an_invitation_link(talk: Any) -> None:
    invite_id = talk.alice.get(f"/teams/{talk.team}").json["invite_id"]
    assert talk.eve.post("/teams/members/invite").error == "api.team.add_user_to_team.missing_parameter.app_error"
    unknown = talk.eve.post("/teams/members/invite", query={"invite_id": "x" * 26})
    assert unknown.error == "app.team.get_by_invite_id.finding.app_error"
    joined = talk.eve.post("/teams/members/invite", query={"invite_id": invite_id})
    assert (joined.status, joined.json["user_id"]) == (201, talk.eve.id)
    guest = talk.make_guest("gast")
    refused = guest.post("/teams/members/invite", query={"invite_id": invite_id})
    assert refused.error == "api.team.add_user_to_team_from_invite.guest.app_error"


def test_many_are_added_at_once(talk: Any) -> None:
    frank = talk.server.sign_up("frank")
    path = f"/teams/{talk.team}/members/batch"
    body = [{"team_id": talk.team, "user_id": user_id} for user_id in (talk.eve.id, "x" * 26, frank.id)]
    found = talk.bob.post(path, body, query={"graceful": "true"})
    assert found.status == 201
    assert [entry["member"] is not None for entry in found.json] == [True, False, True]
    assert found.json[1]["error"]["status_code"] == 404
    plain = talk.bob.post(path, body[:1])
    assert [member["user_id"] for member in plain.json] == [talk.eve.id]
    assert talk.bob.post(path, body[:1] * 257).error == "api.team.add_members.too_many.app_error"
    assert talk.bob.post(path, []).status == 400
    assert talk.bob.post(path, [{"team_id": "x" * 26, "user_id": talk.eve.id}]).status == 400
    guest = talk.make_guest("gast")
    assert guest.post(path, body).status == 403


def test_leaving_leaves_the_channels_too(talk: Any) -> None:
    talk.say(talk.alice, "@bob")
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["name"]
    assert talk.bob.get(f"/users/me/teams/{talk.team}/unread").json["mention_count"] == 1
    assert talk.bob.delete(f"/teams/{talk.team}/members/me").json == {"status": "OK"}
    assert channels_of(talk, talk.bob) == {direct}
    assert talk.bob.get("/users/me/teams").json == []
    assert talk.bob.get("/users/me/teams/unread").json == []
    assert talk.bob.get(f"/teams/{talk.team}").status == 403
    others, own = talk.server.events("leave_team")
    assert others.data == own.data == {"user_id": talk.bob.id, "team_id": talk.team}
    assert (others.broadcast.team_id, others.broadcast.omit_users) == (talk.team, {talk.bob.id: True})
    assert own.broadcast.user_id == talk.bob.id
    assert talk.bob.delete(f"/teams/{talk.team}/members/me").status == 404
    assert talk.alice.get(f"/teams/{talk.team}/members/{talk.bob.id}").json["delete_at"] > 0
    assert add(talk, talk.alice, talk.bob).json["delete_at"] == 0
    assert channels_of(talk, talk.bob) == {direct, "town-square", "off-topic"}


def test_who_may_remove_others(talk: Any) -> None:
    path = f"/teams/{talk.team}/members"
    assert talk.bob.delete(f"{path}/{talk.carol.id}").status == 403
    assert talk.alice.delete(f"{path}/{talk.carol.id}").status == 200
    assert talk.carol.post("/posts", {"channel_id": talk.channel, "message": "m"}).status == 403


def test_plugins_may_refuse_a_membership(talk: Any) -> None:
    class Bouncer:
        @hookimpl
        def team_member_will_be_added(self, team_member: Any) -> None:
            raise Rejected("Not you.")

    talk.server.app.hooks.register(Bouncer(), "bouncer")
    answer = add(talk, talk.alice, talk.eve)
    assert (answer.status, answer.json["message"]) == (400, "Not you.")
    assert talk.eve.get("/users/me/teams").json == []


def test_roles_of_a_member(talk: Any) -> None:
    path = f"/teams/{talk.team}/members/{talk.bob.id}"
    admin = {"scheme_user": True, "scheme_admin": True}
    assert talk.bob.put(f"{path}/schemeRoles", admin).status == 403
    assert talk.alice.put(f"{path}/schemeRoles", admin).json == {"status": "OK"}
    (event,) = talk.server.events("memberrole_updated")
    assert json.loads(event.data["member"])["roles"].split() == ["team_user", "team_admin"]
    assert event.broadcast.user_id == talk.bob.id
    assert talk.bob.put(f"/teams/{talk.team}/patch", {"description": "mine"}).status == 200, "at once"
    assert talk.alice.put(f"{path}/roles", {"roles": "team_user"}).status == 200
    assert talk.bob.put(f"/teams/{talk.team}/patch", {"description": "x"}).status == 403
    assert talk.alice.put(f"{path}/roles", {"roles": "system_admin"}).status == 403
    assert talk.alice.put(f"{path}/roles", {"roles": "team_guest"}).status == 400
    neither = talk.alice.put(f"{path}/schemeRoles", {"scheme_user": False, "scheme_admin": False})
    assert neither.error == "api.team.update_team_member_roles.unset_user_scheme.app_error"
    missing = talk.alice.put(f"/teams/{talk.team}/members/{talk.eve.id}/schemeRoles", admin)
    assert missing.status == 404


def test_guests_join_no_default_channels(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.channel)
    assert channels_of(talk, guest) == {"talk"}
    member = guest.get(f"/teams/{talk.team}/members/me").json
    assert (member["roles"], member["scheme_guest"], member["scheme_user"]) == ("team_guest", True, False)
    assert guest.get(f"/teams/{talk.team}/channels").status == 403
    talk.dave.delete(f"/channels/{talk.channel}/members/me")
    seen = {entry["user_id"] for entry in guest.get(f"/teams/{talk.team}/members").json}
    assert talk.dave.id not in seen, "guests see whom they share a channel with"
    assert talk.bob.id in seen


def test_lists_of_members(talk: Any) -> None:
    path = f"/teams/{talk.team}/members"
    everybody = talk.bob.get(path).json
    assert {member["user_id"] for member in everybody} == {c.id for c in (talk.alice, talk.bob, talk.carol, talk.dave)}
    by_name = talk.bob.get(path, query={"sort": "Username", "per_page": 2, "page": 1}).json
    assert [member["user_id"] for member in by_name] == [talk.carol.id, talk.dave.id]
    talk.alice.put(f"/users/{talk.carol.id}/active", {"active": False})
    assert len(talk.bob.get(path, query={"exclude_deleted_users": "true"}).json) == 3
    found = talk.bob.post(f"{path}/ids", [talk.dave.id, talk.eve.id]).json
    assert [member["user_id"] for member in found] == [talk.dave.id]
    assert talk.bob.post(f"{path}/ids", []).status == 400
    assert talk.eve.get(path).status == 403
    assert talk.bob.get(f"{path}/{talk.eve.id}").status == 404
    assert [member["team_id"] for member in talk.bob.get("/users/me/teams/members").json] == [talk.team]
    assert talk.bob.get(f"/users/{talk.carol.id}/teams/members").status == 403


@pytest.mark.parametrize("worker", [0, 1])
def test_workers_agree_on_who_is_a_member(make_talk: Any, tmp_path: Path, worker: int) -> None:
    shared = {"RunDirectory": str(tmp_path / "run")}
    pair = [make_talk((*ONLY, "cluster_local"), HubbubSettings=shared) for _ in range(2)]
    here, there = pair[worker], pair[1 - worker]
    assert there.eve.get(f"/teams/{there.team}").status == 403

    def until(status: int) -> None:
        with gevent.Timeout(10):
            while there.eve.get(f"/teams/{there.team}").status != status:
                gevent.sleep(0.001)

    assert add(here, here.alice, here.eve).status == 201
    until(200)
    here.alice.delete(f"/teams/{here.team}/members/{here.eve.id}")
    until(403)


def test_joining_at_once_is_joining_once(make_talk: Any) -> None:
    pair = [make_talk() for _ in range(2)]
    greenlets = [gevent.spawn(partial(add, talk, talk.alice, talk.eve)) for talk in pair for _ in range(3)]
    gevent.joinall(greenlets, raise_error=True)
    assert {greenlet.value.status for greenlet in greenlets} == {201}
    assert channels_of(pair[0], pair[0].eve) == {"town-square", "off-topic"}
    assert sum(len(talk.server.events("user_added")) for talk in pair) == 4
    assert sum(len(talk.server.events("added_to_team")) for talk in pair) == 1
