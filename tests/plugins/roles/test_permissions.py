"""Who may do what: system, team and channel roles together."""

from typing import Any

import msgspec
import pytest

from hubbub.core.contracts.errors import PermissionDenied
from hubbub.core.contracts.permissions import MemberRoles, PermissionService, RolePatch, RoleService
from hubbub.core.contracts.sessions import Session
from hubbub.hookspecs import hookimpl

TEAMS = {"team1": ""}
CHANNELS = {"inteam": "team1", "direct": ""}
MEMBERS = {
    ("team", "user1", "team1"): ("team_user",),
    ("team", "boss1", "team1"): ("team_user", "team_admin"),
    ("channel", "user1", "inteam"): ("channel_user",),
    ("channel", "user1", "direct"): ("channel_user",),
}


class Memberships:
    """A plugin that knows teams and channels by heart."""

    def __init__(self, scope: str, parents: dict[str, str]) -> None:
        self._scope, self._parents = scope, parents

    @hookimpl
    def register_member_roles(self) -> MemberRoles:
        """Contribute a scope."""
        return MemberRoles(
            scope=self._scope,
            roles_of=lambda user_id, object_id: MEMBERS.get((self._scope, user_id, object_id), ()),
            parent_of=self._parents.get,
        )


@pytest.fixture
def may(make_server: Any, sqlite_database: Any) -> Any:
    """Return the permission service over two teams' worth of members."""
    server = make_server(sqlite_database, ("roles", "users", "auth_password", "sessions"))
    server.app.hooks.register(Memberships("team", TEAMS), "test_teams")
    server.app.hooks.register(Memberships("channel", CHANNELS), "test_channels")
    service = server.app.services.get(PermissionService)
    service.roles_service = server.app.services.get(RoleService)
    return service


def session(user_id: str, roles: str = "system_user") -> Session:
    """Return a session of a user."""
    return Session(id="s", token="t", user_id=user_id, roles=roles)


def test_system_roles_add_up(may: Any) -> None:
    assert may.has(session("x"), "create_direct_channel")
    assert not may.has(session("x"), "manage_system")
    assert may.has(session("x", "system_user system_admin"), "manage_system")
    assert not may.has(session("x", "no_such_role"), "create_direct_channel")
    assert not may.has(session("x", ""), "create_direct_channel")


def test_a_team_role_counts_in_its_team(may: Any) -> None:
    assert may.has_team(session("user1"), "team1", "view_team")
    assert not may.has_team(session("user1"), "team1", "manage_team")
    assert may.has_team(session("boss1"), "team1", "manage_team")
    assert not may.has_team(session("stranger"), "team1", "view_team")


def test_system_roles_count_in_every_team_that_is_there(may: Any) -> None:
    admin = session("x", "system_admin")
    assert may.has_team(admin, "team1", "manage_team")
    assert not may.has_team(admin, "elsewhere", "manage_team")
    assert not may.has_team(admin, "", "manage_team")


def test_a_channel_role_counts_in_its_channel(may: Any) -> None:
    assert may.has_channel(session("user1"), "inteam", "create_post")
    assert may.has_channel(session("user1"), "direct", "create_post")
    assert not may.has_channel(session("stranger"), "direct", "create_post")


def test_team_roles_count_in_the_teams_channels_only(may: Any) -> None:
    assert may.has_channel(session("boss1"), "inteam", "manage_team_roles")
    assert not may.has_channel(session("boss1"), "direct", "manage_team_roles")


def test_a_channel_that_is_not_there_is_refused_to_admins_too(may: Any) -> None:
    admin = session("x", "system_admin")
    assert may.has_channel(admin, "inteam", "read_channel")
    assert may.has_channel(admin, "direct", "read_channel")
    assert not may.has_channel(admin, "gone", "read_channel")
    assert not may.has_channel(admin, "", "read_channel")


def test_a_local_session_may_everything(may: Any) -> None:
    local = Session(id="", token="", local=True)
    assert may.has(local, "manage_system")
    assert may.has_team(local, "team1", "manage_team")
    assert may.has_channel(local, "inteam", "create_post")
    assert may.has_user(local, "anybody")


def test_a_demand_names_what_is_missing(may: Any) -> None:
    may.require_channel(session("user1"), "inteam", "manage_system", "create_post")
    with pytest.raises(PermissionDenied) as refusal:
        may.require_team(session("user1"), "team1", "manage_team", "manage_team_roles")
    assert refusal.value.detailed_error == "permission=manage_team,manage_team_roles"
    with pytest.raises(PermissionDenied):
        may.require(session("user1"), "manage_system")
    with pytest.raises(PermissionDenied):
        may.require_user(session("user1"), "somebody")


def test_oneself_always_others_only_for_admins_and_unknown_ones_as_admins(may: Any) -> None:
    assert may.has_user(session("user1"), "user1")
    assert not may.has_user(session("user1"), "other")
    assert may.has_user(session("x", "system_admin"), "other")
    assert not may.has_user(session("x", "system_user system_user_manager"), "unknown")


def test_a_deleted_role_grants_nothing(may: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    roles = may.roles_service
    gone = msgspec.structs.replace(roles.get_by_name("system_admin"), delete_at=1)
    monkeypatch.setattr(roles, "get_by_names", lambda _names: [gone])
    assert not may.has(session("x", "system_admin"), "manage_system")


def test_a_patched_role_counts_at_once(may: Any) -> None:
    assert may.has(session("x"), "create_team")
    system_user = may.roles_service.get_by_name("system_user")
    kept = [name for name in system_user.permissions if name != "create_team"]
    may.roles_service.patch(system_user.id, RolePatch(permissions=kept))
    assert not may.has(session("x"), "create_team")
