"""Queries on policies, and on who has which."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core.db import Database
from hubbub.plugins.data_retention.records import Policy

_POLICY: Final = """SELECT p.id, p.displayname, p.postduration,
    (SELECT COUNT(*) FROM {retentionpoliciesteams} t WHERE t.policyid = p.id),
    (SELECT COUNT(*) FROM {retentionpolicieschannels} c WHERE c.policyid = p.id) FROM {retentionpolicies} p"""


class Holders:
    """The teams, or the channels, that have a policy: rows of one of the two tables. At most one policy each."""

    def __init__(self, db: Database, kind: str) -> None:
        self._db = db
        self.table = f"retentionpolicies{kind}s"
        self._id = f"{kind}id"
        self._kind = kind

    def page(self, policy_id: str, *, offset: int, limit: int) -> list[str]:
        """Return the ids of those that have a policy, by display name."""
        sql = f"""SELECT h.{self._id} FROM {{{self.table}}} h JOIN {{{self._kind}s}} x ON x.id = h.{self._id}
            WHERE h.policyid = ? ORDER BY x.displayname, x.id LIMIT ? OFFSET ?"""
        return [row[0] for row in self._db.fetch_all(sql, (policy_id, limit, offset))]

    def count(self, policy_id: str) -> int:
        """Return how many have a policy."""
        sql = f"""SELECT COUNT(*) FROM {{{self.table}}} h JOIN {{{self._kind}s}} x ON x.id = h.{self._id}
            WHERE h.policyid = ?"""
        return int(self._db.fetch_value(sql, (policy_id,)))

    def search(
        self,
        policy_id: str,
        term: str,
        limit: int,
        *,
        types: Sequence[str] = (),
        team_ids: Sequence[str] = (),
        archived: bool = False,
    ) -> list[str]:
        """Return the ids of those whose name or display name holds `term` (in any case), by display name.

        `types` and `team_ids` narrow channels down unless they are empty; `archived`: archived ones alone.
        """
        like = f"%{self._db.dialect.like(term.lower())}%"
        where = "h.policyid = ? AND (LOWER(x.name) LIKE ? ESCAPE '*' OR LOWER(x.displayname) LIKE ? ESCAPE '*')"
        params: list[Any] = [policy_id, like, like]
        if types:
            where += f" AND x.type IN ({', '.join('?' * len(types))})"
            params += types
        if team_ids:
            condition, ids = self._db.in_list(" AND x.teamid IN ({ids})", team_ids)
            where += condition
            params += ids
        if archived:
            where += " AND x.deleteat > 0"
        sql = f"""SELECT h.{self._id} FROM {{{self.table}}} h JOIN {{{self._kind}s}} x ON x.id = h.{self._id}
            WHERE {where} ORDER BY x.displayname, x.id LIMIT ?"""
        return [row[0] for row in self._db.fetch_all(sql, (*params, limit))]

    def add(self, policy_id: str, ids: Iterable[str]) -> None:
        """Give them the policy, instead of the one that they have."""
        rows = [(policy_id, id) for id in dict.fromkeys(ids)]
        self._db.upsert(self.table, ("policyid", self._id), (self._id,), rows)

    def remove(self, policy_id: str, ids: Sequence[str] | None = None) -> None:
        """Take the policy from them (None: from all who have it)."""
        if ids is None:
            self._db.execute(f"DELETE FROM {{{self.table}}} WHERE policyid = ?", (policy_id,))
        elif ids:
            condition, params = self._db.in_list(f"{self._id} IN ({{ids}})", ids)
            self._db.execute(f"DELETE FROM {{{self.table}}} WHERE policyid = ? AND {condition}", (policy_id, *params))

    def of_ids(self, ids: Sequence[str], *, offset: int, limit: int) -> tuple[list[tuple[str, int]], int]:
        """Return (id, days) of a page of those of `ids` that have a policy, and how many have one."""
        sql = f"""SELECT h.{self._id}, p.postduration FROM {{{self.table}}} h
            JOIN {{retentionpolicies}} p ON p.id = h.policyid WHERE h.{self._id} IN ({{ids}})"""
        found = sorted((row[0], _days(row[1])) for row in self._db.select_in(sql, ids))
        return found[offset : offset + limit], len(found)


class PolicyStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.teams = Holders(db, "team")
        self.channels_with_own = Holders(db, "channel")

    def transaction(self) -> Any:
        """Begin a transaction, or join the one that is open."""
        return self._db.transaction()

    def get(self, policy_id: str) -> Policy | None:
        """Return a policy."""
        row = self._db.fetch_one(f"{_POLICY} WHERE p.id = ?", (policy_id,))
        return _policy(row) if row else None

    def page(self, *, offset: int, limit: int) -> list[Policy]:
        """Return policies by display name."""
        sql = f"{_POLICY} ORDER BY p.displayname, p.id LIMIT ? OFFSET ?"
        return [_policy(row) for row in self._db.fetch_all(sql, (limit, offset))]

    def count(self) -> int:
        """Return how many policies there are."""
        return int(self._db.fetch_value("SELECT COUNT(*) FROM {retentionpolicies}"))

    def insert(self, policy_id: str, display_name: str, days: int) -> None:
        """Store a new policy."""
        self._db.insert_many(
            "retentionpolicies", ("id", "displayname", "postduration"), [(policy_id, display_name, days)]
        )

    def change(self, policy_id: str, display_name: str, days: int) -> None:
        """Store what a policy is called and how long it keeps messages."""
        sql = "UPDATE {retentionpolicies} SET displayname = ?, postduration = ? WHERE id = ?"
        self._db.execute(sql, (display_name, days, policy_id))

    def delete(self, policy_id: str) -> bool:
        """Delete a policy; say whether it was there. Who has it must have been taken from it before."""
        return bool(self._db.execute("DELETE FROM {retentionpolicies} WHERE id = ?", (policy_id,)))

    def channels(self) -> dict[str, int]:
        """Return channel id → days that its messages are kept (-1: for ever), for channels under a policy.

        A channel's own policy goes before that of its team.
        """
        days = {
            row[0]: row[1]
            for row in self._db.fetch_all(
                "SELECT c.id, p.postduration FROM {retentionpolicies} p"
                " JOIN {retentionpoliciesteams} t ON t.policyid = p.id JOIN {channels} c ON c.teamid = t.teamid"
            )
        }
        own = self._db.fetch_all(
            "SELECT c.channelid, p.postduration FROM {retentionpolicies} p"
            " JOIN {retentionpolicieschannels} c ON c.policyid = p.id"
        )
        days.update(dict(own))
        return {channel_id: _days(kept) for channel_id, kept in days.items()}

    def any(self) -> bool:
        """Say whether there is a policy."""
        return self._db.fetch_one("SELECT 1 FROM {retentionpolicies} LIMIT 1") is not None


def _days(kept: int | None) -> int:
    return -1 if kept is None else int(kept)


def _policy(row: tuple[Any, ...]) -> Policy:
    return Policy(
        id=row[0],
        display_name=row[1] or "",
        post_duration=_days(row[2]),
        team_count=int(row[3]),
        channel_count=int(row[4]),
    )
