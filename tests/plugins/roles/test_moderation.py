"""Roles of moderated channels, as an existing database has them."""

from typing import Any

import pytest

from hubbub.core.contracts.permissions import RolePatch, RoleService
from hubbub.core.db import Migrator, Table
from hubbub.core.db.fields import BigInt, Id, Varchar

ONLY = ("roles", "users", "auth_password", "sessions", "teams", "channels", "preferences")


class Scheme(Table):
    """The columns of `schemes` that matter here."""

    id = Id(primary_key=True)
    scope = Varchar(32, null=True)
    delete_at = BigInt(null=True)
    default_channel_admin_role = Varchar(64, null=True)
    default_channel_user_role = Varchar(64, null=True)
    default_channel_guest_role = Varchar(64, null=True)

    class Meta:
        table_name = "schemes"


@pytest.fixture
def roles(make_server: Any, database: Any) -> Any:
    """Return the role service of a server with one moderated channel: its members may react, but not post."""
    server = make_server(database, ONLY)
    Migrator(server.app.db).create_table(Scheme)
    db = server.app.db
    db.insert_many(
        "schemes",
        ("id", "scope", "deleteat", "defaultchanneladminrole", "defaultchanneluserrole", "defaultchannelguestrole"),
        [("s" * 26, "channel", 0, "admins", "members", "guests")],
    )
    db.insert_many(
        "roles",
        ("id", "name", "deleteat", "permissions", "schememanaged", "builtin"),
        [
            ("a" * 26, "admins", 0, "", True, False),
            ("b" * 26, "members", 0, " add_reaction manage_system", True, False),
            ("c" * 26, "guests", 0, " create_post", True, False),
        ],
    )
    return server.app.services.get(RoleService)


def test_what_is_moderated_is_as_the_channel_says_the_rest_as_the_wider_role_says(roles: Any) -> None:
    wider = set(roles.get_by_name("channel_user").permissions)
    members = set(roles.get_by_name("members").permissions)
    assert {"read_channel", "add_reaction"} <= members
    assert not {"create_post", "use_channel_mentions", "manage_system"} & members
    assert members < wider


def test_admins_of_the_channel_are_never_moderated(roles: Any) -> None:
    assert roles.get_by_name("admins").permissions == roles.get_by_name("channel_admin").permissions


def test_nothing_is_granted_that_the_wider_role_does_not_grant(roles: Any) -> None:
    assert "create_post" in roles.get_by_name("guests").permissions
    wider = roles.get_by_name("channel_guest")
    kept = [name for name in wider.permissions if name != "create_post"]
    roles.patch(wider.id, RolePatch(permissions=kept))
    assert "create_post" not in roles.get_by_name("guests").permissions


def test_a_patch_changes_what_is_stored_not_what_is_shown(roles: Any) -> None:
    patched = roles.patch("b" * 26, RolePatch(permissions=["create_post"]))
    assert patched.permissions == ["create_post"]
    shown = roles.get("b" * 26).permissions
    assert "create_post" in shown
    assert "add_reaction" not in shown
    assert "read_channel" in shown
