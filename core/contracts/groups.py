"""Groups of users: people that an identity provider or somebody here has put together, to be mentioned at once."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import NotFound

CUSTOM: Final = "custom"
"""The source of groups that are made here; those of others (ldap, …) are kept by their providers."""


class Group(msgspec.Struct, kw_only=True):
    """A group. Shared between requests: never change it. Fields that are UNSET weren't asked for."""

    id: str
    name: str | UnsetType = UNSET
    display_name: str = ""
    description: str = ""
    source: str = CUSTOM
    remote_id: str | None = None
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    has_syncables: bool = False
    member_count: int | UnsetType = UNSET
    allow_reference: bool = False
    channel_member_count: int | UnsetType = UNSET
    channel_member_timezones_count: int | UnsetType = UNSET
    member_ids: list[str] | None = None
    scheme_admin: bool | UnsetType = UNSET


class GroupMember(msgspec.Struct, kw_only=True):
    """A membership in a group."""

    group_id: str
    user_id: str
    create_at: int = 0
    delete_at: int = 0


class MembershipChanges(msgspec.Struct, kw_only=True):
    """How many memberships of teams and channels were changed for groups."""

    added: int = 0
    removed: int = 0
    roles: int = 0


class GroupNotFound(NotFound):
    id = "app.group.no_rows"
    message = "There is no such group."


class GroupService(Protocol):
    """Groups, for those who mention or sync them."""

    def get(self, group_id: str) -> Group:
        """Return a group, a deleted one too. Raises `GroupNotFound`. One query."""

    def get_by_names(self, names: Iterable[str]) -> list[Group]:
        """Return the groups of these names that exist and may be mentioned. One query."""

    def member_ids(self, group_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return the ids of the members of groups. One query."""

    def mentionable_names(self) -> frozenset[str]:
        """Return the names of all groups that may be mentioned. Cached, so that posts without groups ask nothing."""

    def mentioned(self, names: Iterable[str], channel: Channel) -> Mapping[str, frozenset[str]]:
        """Return name → ids of the members, for groups that a post in the channel may mention. Cached.

        In a channel that belongs to groups (`group_constrained`) only those may be: one query there.
        """


class NullGroupService:
    """There are no groups."""

    def get(self, group_id: str) -> Group:
        """Raise `GroupNotFound`."""
        raise GroupNotFound

    def get_by_names(self, names: Iterable[str]) -> list[Group]:
        """Return none."""
        return []

    def member_ids(self, group_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return nobody."""
        return {}

    def mentionable_names(self) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def mentioned(self, names: Iterable[str], channel: Channel) -> Mapping[str, frozenset[str]]:
        """Return nobody."""
        return {}


class DirectoryGroups(Protocol):
    """Groups that a directory keeps: linked by an administrator, brought up to date by the directory's plugin."""

    def of_source(self, source: str) -> list[Group]:
        """Return the groups of a source that are linked now. One query."""

    def link(self, source: str, remote_id: str, display_name: str) -> tuple[Group, bool]:
        """Link a group of a directory, one that was linked before comes back; also say whether it is new.

        Raises `BadRequest` for a name or an id that can't be a group's.
        """

    def unlink(self, source: str, remote_id: str) -> None:
        """Forget a group: what it gave people stays, but it gives nothing any more. Raises `GroupNotFound`."""

    def rename(self, group_id: str, display_name: str) -> None:
        """Take over the name that the directory has for a group; does nothing when it is the same."""

    def set_members(self, group_id: str, user_ids: Collection[str]) -> tuple[int, int]:
        """Have exactly these people in a group; return how many came and went. A few statements."""

    def add_member(self, group_id: str, user_id: str) -> None:
        """Put somebody into a group; does nothing for a member. Two statements."""

    def sync_memberships(self, *, user_id: str = "", readd: bool = False) -> MembershipChanges:
        """Give people (or one) the teams and channels of their groups, and take them from those who may not be there.

        Who has left a team or channel is not brought back, unless `readd` says so. One query per kind of change, and
        what each change costs.
        """
