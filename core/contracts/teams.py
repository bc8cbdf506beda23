"""Teams and who belongs to them."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import BadRequest, NotFound


class Team(msgspec.Struct, kw_only=True):
    """A team. Shared between requests: never change it. `type` is O (open) or I (invitation only)."""

    id: str
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    display_name: str = ""
    name: str = ""
    description: str = ""
    email: str = ""
    type: str = "O"
    company_name: str = ""
    allowed_domains: str = ""
    invite_id: str = ""
    allow_open_invite: bool = False
    last_team_icon_update: int | msgspec.UnsetType = msgspec.UNSET
    scheme_id: str | None = None
    group_constrained: bool | None = None
    policy_id: str | None = None
    cloud_limits_archived: bool = False


def team_labels(team: Team | None) -> dict[str, object]:
    """Return the fields that channels are listed with when those of several teams are: empty for one without team."""
    return {
        "team_display_name": team.display_name if team else "",
        "team_name": team.name if team else "",
        "team_update_at": team.update_at if team else 0,
    }


class TeamMember(msgspec.Struct, kw_only=True):
    """A membership; `roles` are the effective ones (scheme roles and explicit roles), separated by spaces."""

    team_id: str
    user_id: str
    roles: str = ""
    delete_at: int = 0
    scheme_guest: bool = False
    scheme_user: bool = False
    scheme_admin: bool = False
    explicit_roles: str = ""


class TeamPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    display_name: str | None = None
    description: str | None = None
    company_name: str | None = None
    allowed_domains: str | None = None
    allow_open_invite: bool | None = None
    group_constrained: bool | None = None
    cloud_limits_archived: bool | None = None


class TeamStats(msgspec.Struct, kw_only=True):
    team_id: str
    total_member_count: int
    active_member_count: int


class TeamNotFound(NotFound):
    id = "app.team.get.find.app_error"
    message = "There is no such team."


class TeamMemberNotFound(NotFound):
    id = "app.team.get_member.missing.app_error"
    message = "The user is not a member of this team."


class TeamExists(BadRequest):
    id = "app.team.save.existing.app_error"
    message = "A team with that name exists already."


class TeamInvitations(Protocol):
    """A team's link that invites whoever has it."""

    def check(self, invite_id: str) -> None:
        """Raise `TeamNotFound` unless a team has this invitation. One query."""

    def join(self, invite_id: str, user_id: str) -> None:
        """Have a user join the team. Raises `TeamNotFound`, and what `TeamService.add_member` does."""


class NullTeamInvitations:
    """There are no teams, so nobody is invited."""

    def check(self, invite_id: str) -> None:
        """Raise `TeamNotFound`."""
        raise TeamNotFound

    def join(self, invite_id: str, user_id: str) -> None:
        """Raise `TeamNotFound`."""
        raise TeamNotFound


class TeamService(Protocol):
    """Teams and memberships. Reads by id and of memberships are cached; changes clear caches everywhere."""

    def get(self, team_id: str) -> Team:
        """Return the team, archived or not. Raises `TeamNotFound`. Cached."""

    def get_by_name(self, name: str) -> Team:
        """Return the team of a URL name. Raises `TeamNotFound`. One query."""

    def get_many(self, team_ids: Iterable[str]) -> dict[str, Team]:
        """Return the teams that exist, by id. Cached."""

    def team_ids_of(self, user_id: str) -> tuple[str, ...]:
        """Return the ids of the teams the user is in now (archived ones left out). Cached."""

    def member(self, team_id: str, user_id: str) -> TeamMember:
        """Return a membership (delete_at may be set). Raises `TeamMemberNotFound`."""

    def member_ids(self, team_id: str) -> list[str]:
        """Return the ids of the current members. One query; for background work."""

    def create(self, team: Team, *, creator_id: str = "") -> Team:
        """Create a team (id, times, invite id made here); the creator becomes member and team admin."""

    def add_member(self, team_id: str, user_id: str, *, actor_id: str = "") -> TeamMember:
        """Add a user (joins default channels by hook `user_has_joined_team`). Does nothing for a member.

        Raises `TeamNotFound`, `UserNotFound`, `BadRequest` (team full, domain not allowed).
        """

    def set_scheme_admin(self, team_id: str, user_id: str, admin: bool) -> None:
        """Make a member an administrator of the team, or not; does nothing for guests. Raises `TeamMemberNotFound`."""

    def remove_member(self, team_id: str, user_id: str, *, actor_id: str = "") -> None:
        """Remove a user from the team and, by hook `user_has_left_team`, from its channels."""
