"""Teams and memberships in the bulk format."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, MemberFlags, member_flags, refused, roles_text
from hubbub.core.contracts.bulk_lines import TeamLine, UserTeam
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.teams import Team
from hubbub.core.db import Database
from hubbub.core.ids import new_id
from hubbub.plugins.teams import validation
from hubbub.plugins.teams.records import MEMBER_COLUMNS
from hubbub.plugins.teams.store import TeamStore

_ROLES: Final = ("roles", "deleteat", "schemeuser", "schemeadmin", "schemeguest")


class TeamLines:
    """Owns lines of type team."""

    line = "team"
    rank = 0
    order = 30
    record = TeamLine
    batch = 100

    def __init__(self, store: TeamStore) -> None:
        self._store, self._db = store, store.db

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse names and texts that a team can't have."""
        for entry in entries:
            try:
                validation.check(_changed(Team(id=""), entry.data, ""))
            except BadRequest as error:
                raise refused(entry, "the team {name}: {why}", name=entry.data.name, why=error.text) from None

    def take(self, entries: Sequence[Entry], _run: BulkImport) -> None:
        """Make teams, or change them. One that was archived comes back."""
        self.check(entries)
        schemes = _schemes(self._db, [entry.data.scheme for entry in entries])
        for entry in entries:
            data: TeamLine = entry.data
            if data.scheme and data.scheme not in schemes:
                raise refused(entry, "there is no scheme {name}.", name=data.scheme)
            self._save(entry, schemes.get(data.scheme or "", ""))

    def _save(self, entry: Entry, scheme_id: str) -> None:
        data: TeamLine = entry.data
        old, now = self._store.get_by_name(data.name), now_ms()
        team = _changed(old or Team(id=new_id(), create_at=now, invite_id=new_id()), data, scheme_id)
        entry.id, entry.is_new = team.id, old is None
        if old is None:
            team.update_at = now
            self._store.insert(team)
            return
        columns = {
            "displayname": team.display_name, "type": team.type, "description": team.description,
            "allowopeninvite": team.allow_open_invite, "schemeid": team.scheme_id or "", "deleteat": 0, "updateat": now,
        }  # fmt: skip
        self._store.change(team.id, columns)

    def batches(self, _run: BulkExport) -> Iterator[list[Entry]]:
        """Yield teams by name; archived ones are left out."""
        sql = (
            "SELECT t.id, t.name, t.displayname, t.type, t.description, t.allowopeninvite, s.name FROM {teams} t"
            " LEFT JOIN {schemes} s ON s.id = t.schemeid AND s.deleteat = 0 WHERE t.deleteat = 0"
        )
        rows = sorted(self._db.fetch_all(sql), key=lambda row: row[1])
        yield [Entry(id=row[0], data=_team_line(row)) for row in rows]


def _changed(team: Team, data: TeamLine, scheme_id: str) -> Team:
    team.name, team.display_name, team.type = data.name, data.display_name, data.type
    if data.description is not None:
        team.description = data.description
    if data.allow_open_invite is not None:
        team.allow_open_invite = data.allow_open_invite
    if scheme_id:
        team.scheme_id = scheme_id
    return team


def _schemes(db: Database, names: list[str | None]) -> dict[str, str]:
    sql = "SELECT name, id FROM {schemes} WHERE deleteat = 0 AND scope = 'team' AND name IN ({ids})"
    return dict(db.select_in(sql, {name for name in names if name}))


def _team_line(row: Sequence[Any]) -> TeamLine:
    return TeamLine(
        name=row[1],
        display_name=row[2] or "",
        type=row[3] or "O",
        description=row[4] or None,
        allow_open_invite=bool(row[5]),
        scheme=row[6] or None,
    )


class TeamMembersPart:
    """Memberships of teams, in lines of users."""

    line = "user"
    rank = 10

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store memberships; one that had ended is renewed."""
        wanted = [(entry, team) for entry in entries for team in entry.data.teams or ()]
        ids = run.names.teams({team.name for _, team in wanted})
        rows = {}
        for entry, team in wanted:
            if team.name not in ids:
                raise refused(entry, "there is no team {name}.", name=team.name)
            flags = member_flags("team", team.roles)
            team_id = ids[team.name]
            rows[team_id, entry.id] = (
                team_id, entry.id, flags.explicit, 0, flags.user, flags.admin, flags.guest, run.started
            )  # fmt: skip
        self._db.upsert(
            "teammembers", MEMBER_COLUMNS, ("teamid", "userid"), [rows[key] for key in sorted(rows)], update=_ROLES
        )

    def give(self, entries: Sequence[Entry], run: BulkExport) -> None:
        """Name the teams of users."""
        sql = (
            "SELECT m.userid, t.name, m.roles, m.schemeguest, m.schemeuser, m.schemeadmin FROM {teammembers} m"
            " JOIN {teams} t ON t.id = m.teamid WHERE m.deleteat = 0 AND t.deleteat = 0 AND m.userid IN ({ids})"
        )
        by_id = {entry.id: entry.data for entry in entries}
        for user_id, name, explicit, guest, user, admin in self._db.select_in(sql, by_id):
            data = by_id[user_id]
            flags = MemberFlags(explicit or "", bool(guest), bool(user), bool(admin))
            data.teams = [*(data.teams or ()), UserTeam(name=name, roles=roles_text("team", flags))]
        for data in by_id.values():
            if data.teams:
                data.teams.sort(key=lambda team: team.name)
