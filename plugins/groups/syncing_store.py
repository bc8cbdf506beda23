"""Every query that compares who is in teams and channels with who is in their groups."""

from typing import Any, Final, NamedTuple

from hubbub.core.db import Database


class Scope(NamedTuple):
    """How teams, or channels, are kept."""

    links: str
    things: str
    members: str
    column: str
    current: str
    """Condition on a membership `m` that hasn't ended."""
    gone: str
    """Condition that somebody `gm.userid` has been in the thing `l` before."""
    kinds: str
    """Condition on a thing `t` that can have groups."""


TEAMS: Final = Scope(
    links="groupteams",
    things="teams",
    members="teammembers",
    column="teamid",
    current="m.deleteat = 0",
    gone="EXISTS (SELECT 1 FROM {teammembers} o WHERE o.teamid = l.teamid AND o.userid = gm.userid)",
    kinds="t.deleteat = 0",
)
CHANNELS: Final = Scope(
    links="groupchannels",
    things="channels",
    members="channelmembers",
    column="channelid",
    current="1 = 1",
    gone="EXISTS (SELECT 1 FROM {channelmemberhistory} o WHERE o.channelid = l.channelid AND o.userid = gm.userid)",
    kinds="t.deleteat = 0 AND t.type IN ('O', 'P')",
)
Pairs = list[tuple[str, str]]
"""(team or channel id, user id)."""


class SyncingStore:
    """Finds what has to change. Empty `thing_id` and `user_id`: all."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def missing(self, scope: Scope, *, thing_id: str = "", user_id: str = "", readd: bool = False) -> Pairs:
        """Return who is to be added by a group; those who have been there before only with `readd`."""
        again = "" if readd else f" AND NOT {scope.gone}"
        return self._pairs(
            f"""SELECT DISTINCT l.{scope.column}, gm.userid{_given(scope)} AND l.autoadd = TRUE AND {scope.kinds}
            AND NOT EXISTS (SELECT 1 FROM {{{scope.members}}} m WHERE m.{scope.column} = l.{scope.column}
            AND m.userid = gm.userid AND {scope.current}){again}""",
            f"l.{scope.column}", "gm.userid", thing_id, user_id,
        )  # fmt: skip

    def outsiders(self, scope: Scope, *, thing_id: str = "", user_id: str = "") -> Pairs:
        """Return who is in something that belongs to groups without being in one of them. Bots may be."""
        mine = f"l.{scope.column} = m.{scope.column}"
        return self._pairs(
            f"""SELECT m.{scope.column}, m.userid FROM {{{scope.members}}} m
            JOIN {{{scope.things}}} t ON t.id = m.{scope.column} LEFT JOIN {{bots}} b ON b.userid = m.userid
            WHERE {scope.current} AND {scope.kinds} AND t.groupconstrained = TRUE AND b.userid IS NULL
            AND EXISTS (SELECT 1 FROM {{{scope.links}}} l WHERE {mine} AND l.deleteat = 0)
            AND NOT EXISTS (SELECT 1{_given(scope)} AND {mine} AND gm.userid = m.userid)""",
            f"m.{scope.column}", "m.userid", thing_id, user_id,
        )  # fmt: skip

    def new_admins(self, scope: Scope, *, thing_id: str = "", user_id: str = "") -> Pairs:
        """Return members whom a group makes administrators of a team or channel, and who aren't."""
        return self._pairs(
            f"""SELECT DISTINCT l.{scope.column}, gm.userid{_given(scope, members=True)} AND l.schemeadmin = TRUE
            AND {scope.kinds} AND {scope.current}
            AND COALESCE(m.schemeadmin, FALSE) = FALSE AND COALESCE(m.schemeguest, FALSE) = FALSE""",
            f"l.{scope.column}", "gm.userid", thing_id, user_id,
        )  # fmt: skip

    def old_admins(self, scope: Scope, *, thing_id: str = "", user_id: str = "") -> Pairs:
        """Return administrators of things that belong to groups, whom no group makes one where groups do."""
        mine = f"l.{scope.column} = m.{scope.column}"
        return self._pairs(
            f"""SELECT m.{scope.column}, m.userid FROM {{{scope.members}}} m
            JOIN {{{scope.things}}} t ON t.id = m.{scope.column}
            WHERE {scope.current} AND {scope.kinds} AND t.groupconstrained = TRUE AND m.schemeadmin = TRUE
            AND EXISTS (SELECT 1 FROM {{{scope.links}}} l WHERE {mine} AND l.deleteat = 0 AND l.schemeadmin = TRUE)
            AND NOT EXISTS (SELECT 1{_given(scope)} AND {mine} AND gm.userid = m.userid AND l.schemeadmin = TRUE)""",
            f"m.{scope.column}", "m.userid", thing_id, user_id,
        )  # fmt: skip

    def permits(self, scope: Scope, thing_id: str, user_id: str) -> bool:
        """Say whether somebody may be in something that belongs to groups: in one of them, or a bot."""
        sql = f"SELECT 1{_given(scope)} AND l.{scope.column} = ? AND gm.userid = ?"
        if self._db.fetch_one(sql, (thing_id, user_id)) is not None:
            return True
        return self._db.fetch_one("SELECT 1 FROM {bots} WHERE userid = ?", (user_id,)) is not None

    def _pairs(self, sql: str, thing: str, user: str, thing_id: str, user_id: str) -> Pairs:
        params: list[Any] = []
        for column, value in ((thing, thing_id), (user, user_id)):
            if value:
                sql += f" AND {column} = ?"
                params.append(value)
        return [(row[0], row[1]) for row in self._db.fetch_all(sql, params)]


def _given(scope: Scope, *, members: bool = False) -> str:
    """Return FROM and WHERE of what groups `g` give to active people `gm` by links `l` to things `t`."""
    joined = (
        f" JOIN {{{scope.members}}} m ON m.{scope.column} = l.{scope.column} AND m.userid = gm.userid"
        if members
        else ""
    )
    return f""" FROM {{groupmembers}} gm JOIN {{{scope.links}}} l ON l.groupid = gm.groupid
        JOIN {{usergroups}} g ON g.id = gm.groupid JOIN {{{scope.things}}} t ON t.id = l.{scope.column}
        JOIN {{users}} u ON u.id = gm.userid{joined}
        WHERE gm.deleteat = 0 AND l.deleteat = 0 AND g.deleteat = 0 AND u.deleteat = 0"""
