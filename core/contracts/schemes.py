"""Schemes: roles of their own for some teams or for one channel, in place of the built-in ones."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, Protocol

import msgspec

from hubbub.core.contracts.errors import BadRequest, NotFound

TEAM_SCOPE: Final = "team"
CHANNEL_SCOPE: Final = "channel"


class Scheme(msgspec.Struct, kw_only=True):
    """A scheme and the names of its roles. Shared between requests: never change it. `scope` is team or channel."""

    id: str
    name: str = ""
    display_name: str = ""
    description: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    scope: str = TEAM_SCOPE
    default_team_admin_role: str = ""
    default_team_user_role: str = ""
    default_channel_admin_role: str = ""
    default_channel_user_role: str = ""
    default_team_guest_role: str = ""
    default_channel_guest_role: str = ""
    default_playbook_admin_role: str = ""
    default_playbook_member_role: str = ""
    default_run_admin_role: str = ""
    default_run_member_role: str = ""


class NewScheme(msgspec.Struct, kw_only=True):
    """What it takes to make a scheme; an empty name becomes a new id."""

    name: str = ""
    display_name: str = ""
    description: str = ""
    scope: str = ""


class SchemePatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    name: str | None = None
    display_name: str | None = None
    description: str | None = None


class MemberRoleNames(NamedTuple):
    """What the roles of a scope's members are called there."""

    guest: str
    user: str
    admin: str


class ChannelModeratedRole(msgspec.Struct):
    """Whether members may do it (`value`), and whether that may be changed here (`enabled`)."""

    value: bool
    enabled: bool


class ChannelModeratedRoles(msgspec.Struct):
    """The same for guests (None where guests never may) and members."""

    guests: ChannelModeratedRole | None = None
    members: ChannelModeratedRole | None = None


class ChannelModeration(msgspec.Struct):
    """One thing that can be moderated in a channel (create_post, create_reactions, …)."""

    name: str
    roles: ChannelModeratedRoles


class ChannelModeratedRolesPatch(msgspec.Struct, kw_only=True):
    """Who may from now on; None leaves it."""

    guests: bool | None = None
    members: bool | None = None


class ChannelModerationPatch(msgspec.Struct, kw_only=True):
    """A change of one thing that can be moderated."""

    name: str = ""
    roles: ChannelModeratedRolesPatch = msgspec.field(default_factory=ChannelModeratedRolesPatch)


class SchemeNotFound(NotFound):
    id = "app.scheme.get.app_error"
    message = "There is no such scheme."


class WrongScope(BadRequest):
    id = "api.team.update_team_scheme.scheme_scope.error"
    message = "A scheme of scope {scope} is needed here."


class SchemeService(Protocol):
    """Schemes. What members' roles are called is worked out by the owners of memberships, from these names."""

    def get(self, scheme_id: str) -> Scheme:
        """Return a scheme, not a deleted one. Raises `SchemeNotFound`. Cached."""

    def team_roles(self, scheme_id: str | None) -> MemberRoleNames:
        """Return the role names of a team's members: its scheme's, or the built-in ones. Cached."""

    def channel_roles(self, scheme_id: str | None, team_scheme_id: str | None) -> MemberRoleNames:
        """Return the role names of a channel's members: its scheme's, else the team's scheme's, else the built-in.

        Cached.
        """

    def moderations(
        self, scheme_id: str | None, team_scheme_id: str | None, *, public: bool
    ) -> list[ChannelModeration]:
        """Return what is moderated in a channel that has these schemes."""

    def moderate(
        self,
        scheme_id: str | None,
        team_scheme_id: str | None,
        patches: Iterable[ChannelModerationPatch],
        *,
        public: bool,
        title: str = "",
    ) -> str:
        """Moderate a channel inside the caller's transaction; return the id of the scheme it has then, "" for none.

        Raises `Forbidden` for what the wider roles don't grant. `title` is the channel's name, for a new scheme.
        """

    def changed(self) -> None:
        """Say, inside the transaction, that a team or a channel got another scheme (or a channel another team)."""

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called in the transaction in which members' roles may have got other names."""

    def on_delete(self, callback: Callable[[str], None]) -> None:
        """Have `callback(scheme_id)` called in the transaction that deletes a scheme."""
