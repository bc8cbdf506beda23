"""Teams and memberships as rows of their tables, in both directions."""

from typing import Any, Final

from msgspec import UNSET

from hubbub.core.contracts.permissions import effective_roles
from hubbub.core.contracts.teams import Team, TeamMember

TEAM_COLUMNS: Final = (
    "id", "createat", "updateat", "deleteat", "displayname", "name", "description", "email", "type", "companyname",
    "alloweddomains", "inviteid", "schemeid", "allowopeninvite", "lastteamiconupdate", "groupconstrained",
    "cloudlimitsarchived",
)  # fmt: skip
MEMBER_COLUMNS: Final = (
    "teamid", "userid", "roles", "deleteat", "schemeuser", "schemeadmin", "schemeguest", "createat",
)  # fmt: skip
SCHEME_COLUMNS: Final = ("defaultteamguestrole", "defaultteamuserrole", "defaultteamadminrole")
"""What the team's scheme calls the roles, in the order of `effective_roles`."""


def to_team(row: tuple[Any, ...]) -> Team:
    """Return a row of `TEAM_COLUMNS` as a record."""
    return Team(
        id=row[0],
        create_at=row[1] or 0,
        update_at=row[2] or 0,
        delete_at=row[3] or 0,
        display_name=row[4] or "",
        name=row[5] or "",
        description=row[6] or "",
        email=row[7] or "",
        type=row[8] or "O",
        company_name=row[9] or "",
        allowed_domains=row[10] or "",
        invite_id=row[11] or "",
        scheme_id=row[12] or None,
        allow_open_invite=bool(row[13]),
        last_team_icon_update=row[14] or UNSET,
        group_constrained=None if row[15] is None else bool(row[15]),
        cloud_limits_archived=bool(row[16]),
    )


def to_team_row(team: Team) -> tuple[Any, ...]:
    """Return the values of `TEAM_COLUMNS`."""
    icon = team.last_team_icon_update
    return (
        team.id, team.create_at, team.update_at, team.delete_at, team.display_name, team.name, team.description,
        team.email, team.type, team.company_name, team.allowed_domains, team.invite_id, team.scheme_id or "",
        team.allow_open_invite, 0 if icon is UNSET else icon, team.group_constrained, team.cloud_limits_archived,
    )  # fmt: skip


def to_member(row: tuple[Any, ...]) -> TeamMember:
    """Return a row of `MEMBER_COLUMNS` and `SCHEME_COLUMNS` as a record, its effective roles worked out."""
    explicit, user, admin, guest = row[2] or "", bool(row[4]), bool(row[5]), bool(row[6])
    return TeamMember(
        team_id=row[0],
        user_id=row[1],
        roles=effective_roles("team", explicit, user=user, admin=admin, guest=guest, scheme=row[8:11]),
        delete_at=row[3] or 0,
        scheme_user=user,
        scheme_admin=admin,
        scheme_guest=guest,
        explicit_roles=explicit,
    )
