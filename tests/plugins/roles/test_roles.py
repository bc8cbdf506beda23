"""Roles over the API."""

from typing import Any

import msgspec
import pytest

from hubbub.core import json
from hubbub.core.contracts.permissions import Permission, Role


@pytest.fixture
def people(server: Any) -> Any:
    """Return (admin, bob), signed in."""
    return server.sign_up("alice"), server.sign_up("bob")


def role(client: Any, name: str) -> dict[str, Any]:
    """Return a role by its name."""
    return client.get(f"/roles/name/{name}").json


def test_a_new_server_has_the_default_roles(people: Any) -> None:
    admin, _ = people
    roles = {entry["name"]: entry for entry in admin.get("/roles").json}
    assert len(roles) == 25
    assert len(roles["channel_admin"]["permissions"]) == 24
    assert len(roles["team_admin"]["permissions"]) == 41
    assert "create_post" in roles["channel_user"]["permissions"]
    assert roles["system_user"]["built_in"] is True
    assert roles["system_user"]["delete_at"] == 0


def test_every_permission_of_a_default_role_is_a_known_one(people: Any) -> None:
    admin, _ = people
    held = {name for entry in admin.get("/roles").json for name in entry["permissions"]}
    assert held <= {str(permission) for permission in Permission}


def test_by_id_and_by_name(people: Any) -> None:
    _, bob = people
    found = role(bob, "team_user")
    assert bob.get(f"/roles/{found['id']}").json == found


def test_by_names_leaves_out_what_is_not_there(people: Any) -> None:
    _, bob = people
    found = bob.post("/roles/names", ["system_user", "no_such_role", "channel_user", ""]).json
    assert [entry["name"] for entry in found] == ["system_user", "channel_user"]


def test_what_is_wrong_is_named(people: Any) -> None:
    _, bob = people
    answers = [
        bob.get("/roles/" + "x" * 26),
        bob.get("/roles/name/nothing"),
        bob.post("/roles/names", []),
        bob.post("/roles/names", ["no role"]),
        bob.post("/roles/names", [f"role{number}" for number in range(101)]),
        bob.get("/roles"),
    ]
    assert [(answer.status, answer.error) for answer in answers] == [
        (404, "app.role.get.app_error"),
        (404, "app.role.get_by_name.app_error"),
        (400, "api.context.invalid_body_param.app_error"),
        (400, "api.context.invalid_body_param.app_error"),
        (400, "api.roles.get_multiple_by_name_too_many.request_error"),
        (403, "api.context.permissions.app_error"),
    ]


def test_changed_permissions_count_at_once_and_are_told(server: Any, people: Any) -> None:
    admin, bob = people
    system_user = role(bob, "system_user")
    assert bob.post("/users/me/tokens", {"description": "x"}).status == 403
    server.configure(ServiceSettings={"EnableUserAccessTokens": True})
    permissions = [*system_user["permissions"], "create_user_access_token"]
    patched = admin.put(f"/roles/{system_user['id']}/patch", {"permissions": permissions})
    assert (patched.status, patched.json["permissions"]) == (200, permissions)
    assert patched.json["update_at"] > system_user["update_at"]
    assert bob.post("/users/me/tokens", {"description": "x"}).status == 200
    told = json.decode(server.events("role_updated")[0].data["role"], Role)
    assert (told.name, told.permissions) == ("system_user", permissions)


def test_a_patch_without_permissions_changes_nothing(server: Any, people: Any) -> None:
    admin, _ = people
    before = role(admin, "team_user")
    assert admin.put(f"/roles/{before['id']}/patch", {}).json == before
    assert server.events("role_updated") == []


def test_all_permissions_can_be_taken_away(people: Any) -> None:
    admin, _ = people
    before = role(admin, "team_user")
    assert admin.put(f"/roles/{before['id']}/patch", {"permissions": []}).json["permissions"] == []


def test_an_unknown_permission_is_refused(people: Any) -> None:
    admin, _ = people
    answer = admin.put(f"/roles/{role(admin, 'team_user')['id']}/patch", {"permissions": ["do_magic"]})
    assert (answer.status, answer.error) == (400, "app.role.save.invalid_role.app_error")


def test_who_may_change_roles(people: Any) -> None:
    admin, bob = people
    team_user, system_admin = role(admin, "team_user"), role(admin, "system_admin")
    assert bob.put(f"/roles/{team_user['id']}/patch", {"permissions": []}).status == 403
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_manager"})
    kept = team_user["permissions"][:-1]
    assert bob.put(f"/roles/{team_user['id']}/patch", {"permissions": kept}).status == 200
    assert bob.put(f"/roles/{system_admin['id']}/patch", {"permissions": []}).status == 403
    assert bob.put(f"/roles/{team_user['id']}/patch", {"permissions": [*kept, "manage_system"]}).status == 403


def test_the_right_to_give_roles_is_not_given_by_a_role(people: Any) -> None:
    admin, _ = people
    team_user = role(admin, "team_user")
    answer = admin.put(f"/roles/{team_user['id']}/patch", {"permissions": [*team_user["permissions"], "manage_roles"]})
    assert (answer.status, answer.error) == (501, "api.roles.patch_roles.not_allowed_permission.error")


def test_what_an_administrator_changed_stays_at_the_next_start(make_server: Any, database: Any) -> None:
    only = ("roles", "users", "auth_password", "sessions")
    first = make_server(database, only)
    admin = first.sign_up("alice")
    admin.put(f"/roles/{role(admin, 'team_user')['id']}/patch", {"permissions": ["view_team"]})
    first.stop()
    second = make_server(database, only)
    client = second.client()
    client.login("alice")
    assert role(client, "team_user")["permissions"] == ["view_team"]
    assert len(client.get("/roles").json) == 25


def test_records_are_shared_and_so_compare_equal(people: Any) -> None:
    admin, bob = people
    assert msgspec.json.encode(role(admin, "system_user")) == msgspec.json.encode(role(bob, "system_user"))
