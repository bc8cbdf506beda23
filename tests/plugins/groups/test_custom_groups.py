"""Groups that are made here: who may, what is told, who is in them."""

import json
from functools import partial
from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.groups.kit import make_group, make_ldap_group
from hubbub.tests.plugins.posts.world import ONLY


def members(talk: Any, group_id: str) -> list[str]:
    """Return the user names of a group's members."""
    return [user["username"] for user in talk.alice.get(f"/groups/{group_id}/members").json["members"]]


def test_a_new_group_and_who_hears_of_it(talk: Any) -> None:
    group = make_group(talk, "crew.one", talk.bob, talk.carol, talk.bob, description="All of us")
    assert (group["name"], group["source"], group["member_count"]) == ("crew.one", "custom", 2)
    assert (group["remote_id"], group["has_syncables"], group["delete_at"]) == (None, False, 0)
    (told,) = talk.server.events("received_group")
    assert json.loads(told.data["group"])["id"] == group["id"]
    assert (told.broadcast.user_id, told.broadcast.channel_id, told.broadcast.team_id) == ("", "", "")
    shown = talk.bob.get(f"/groups/{group['id']}").json
    assert (shown["description"], "member_count" in shown) == ("All of us", False)
    assert talk.bob.get(f"/groups/{group['id']}?include_member_count=true").json["member_count"] == 2
    assert talk.bob.get(f"/groups/{group['id']}/stats").json == {"group_id": group["id"], "total_member_count": 2}
    assert members(talk, group["id"]) == ["bob", "carol"]


def test_members_come_and_go(talk: Any) -> None:
    group = make_group(talk, "crew", talk.bob)
    path = f"/groups/{group['id']}/members"
    added = talk.alice.post(path, {"user_ids": [talk.carol.id, talk.bob.id]})
    assert {member["user_id"] for member in added.json} == {talk.bob.id, talk.carol.id}
    (told,) = talk.server.events("group_member_add")
    assert told.broadcast.user_id == talk.carol.id
    assert json.loads(told.data["group_member"])["group_id"] == group["id"]
    removed = talk.alice.request("DELETE", path, {"user_ids": [talk.bob.id, talk.dave.id]})
    assert [member["user_id"] for member in removed.json] == [talk.bob.id]
    (told,) = talk.server.events("group_member_deleted")
    assert told.broadcast.user_id == talk.bob.id
    assert members(talk, group["id"]) == ["carol"]
    assert talk.alice.post(path, {"user_ids": [talk.bob.id]}).json[0]["delete_at"] == 0
    assert members(talk, group["id"]) == ["bob", "carol"]


def test_the_same_members_added_at_once_are_added_once(talk: Any) -> None:
    group = make_group(talk, "crew")
    add = partial(talk.alice.post, f"/groups/{group['id']}/members", {"user_ids": [talk.bob.id, talk.carol.id]})
    jobs = [gevent.spawn(add) for _ in range(4)]
    assert [job.get().status for job in jobs] == [200] * 4
    assert len(talk.server.events("group_member_add")) == 2


def test_a_group_is_changed_archived_and_restored(talk: Any) -> None:
    group = make_group(talk, "crew", talk.bob)
    path = f"/groups/{group['id']}"
    changed = talk.bob.put(f"{path}/patch", {"display_name": "The crew"}).json
    assert (changed["display_name"], changed["name"]) == ("The crew", "crew")
    archived = talk.alice.delete(path).json
    assert archived["delete_at"] > 0
    assert talk.bob.get(f"{path}/members").status == 404
    assert talk.bob.get("/groups").json == []
    assert talk.alice.post(f"{path}/restore").json["delete_at"] == 0
    assert [group["id"] for group in talk.bob.get("/groups").json] == [group["id"]]
    assert len(talk.server.events("received_group")) == 4


def test_names_are_taken_once(talk: Any) -> None:
    group, other = make_group(talk, "crew"), make_group(talk, "other")
    body = {"display_name": "X", "source": "custom", "allow_reference": True}
    assert talk.bob.post("/groups", {**body, "name": "crew"}).error == "app.custom_group.unique_name"
    assert talk.bob.post("/groups", {**body, "name": "dave"}).error == "app.group.username_conflict"
    refused = talk.alice.put(f"/groups/{other['id']}/patch", {"name": "crew"})
    assert (refused.status, refused.error) == (400, "app.custom_group.unique_name")
    assert talk.alice.put(f"/groups/{group['id']}/patch", {"name": "crew"}).status == 200


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "model.group.name.invalid_length.app_error"),
        ({"name": "a" * 65}, "model.group.name.invalid_length.app_error"),
        ({"name": "Big"}, "model.group.name.invalid_chars.app_error"),
        ({"name": "here"}, "model.group.name.reserved_name.app_error"),
        ({"display_name": ""}, "model.group.display_name.app_error"),
        ({"display_name": "x" * 129}, "model.group.display_name.app_error"),
        ({"description": "x" * 1025}, "model.group.description.app_error"),
        ({"source": "ldap"}, "app.group.crud_permission"),
        ({"allow_reference": False}, "api.custom_groups.must_be_referenceable"),
        ({"remote_id": "x"}, "api.custom_groups.no_remote_id"),
        ({"user_ids": ["x" * 26]}, "app.group.user_not_found"),
    ],
)
def test_wrong_groups_are_refused(talk: Any, fields: dict[str, Any], error: str) -> None:
    body = {"name": "a" * 64, "display_name": "x" * 128, "source": "custom", "allow_reference": True}
    answer = talk.bob.post("/groups", {**body, **fields})
    assert (answer.status, answer.error) == (400, error)
    assert talk.bob.post("/groups", {**body, "description": "x" * 1024}).status == 201


@pytest.mark.engines("sqlite")
def test_who_may_change_a_group(talk: Any) -> None:
    group = make_group(talk, "crew", talk.bob)
    guest = talk.make_guest("gast", talk.channel)
    path = f"/groups/{group['id']}"
    assert guest.put(f"{path}/patch", {"display_name": "Mine"}).status == 403
    assert guest.post(f"{path}/members", {"user_ids": [guest.id]}).status == 403
    assert guest.delete(path).status == 403
    body = {"name": "g", "display_name": "G", "source": "custom", "allow_reference": True}
    assert guest.post("/groups", body).status == 403
    for method, tail in (("PUT", "/patch"), ("POST", "/members"), ("DELETE", ""), ("POST", "/restore")):
        body = {"user_ids": [talk.bob.id]} if tail == "/members" else {}
        answer = talk.alice.request(method, f"/groups/{'x' * 26}{tail}", body)
        assert (answer.status, answer.error) == (404, "app.group.no_rows"), (method, tail)
    assert talk.alice.post(f"{path}/members", {"user_ids": []}).status == 400
    assert talk.alice.post(f"{path}/members", {"user_ids": ["x" * 26]}).error == "app.group.user_not_found"


@pytest.mark.engines("sqlite")
def test_a_group_of_a_provider_is_not_changed_here(talk: Any) -> None:
    group_id = make_ldap_group(talk, "staff", talk.bob)
    for method, tail in (("POST", "/members"), ("DELETE", "/members"), ("DELETE", ""), ("POST", "/restore")):
        answer = talk.alice.request(method, f"/groups/{group_id}{tail}", {"user_ids": [talk.bob.id]})
        assert (answer.status, answer.error) == (501, "app.group.crud_permission"), (method, tail)
    assert talk.bob.put(f"/groups/{group_id}/patch", {"allow_reference": True}).status == 403
    assert talk.alice.put(f"/groups/{group_id}/patch", {"allow_reference": True}).json["allow_reference"] is True


@pytest.mark.engines("sqlite")
def test_custom_groups_can_be_turned_off(talk: Any, make_talk: Any) -> None:
    group = make_group(talk, "crew", talk.bob)
    off = make_talk((*ONLY, "groups"), ServiceSettings={"EnableCustomGroups": False})
    assert off.alice.get("/groups").json == []
    for answer in (
        off.alice.get(f"/groups/{group['id']}"),
        off.alice.put(f"/groups/{group['id']}/patch", {}),
        off.alice.post("/groups", {"name": "g", "display_name": "G", "source": "custom", "allow_reference": True}),
    ):
        assert (answer.status, answer.error) == (400, "api.custom_groups.feature_disabled")
