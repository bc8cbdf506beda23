"""Queries on the tables incomingwebhooks and outgoingwebhooks."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from hubbub.core import json
from hubbub.core.db import Database
from hubbub.core.http.paging import Page
from hubbub.plugins.webhooks.records import IncomingWebhook, OutgoingWebhook

_Hook = TypeVar("_Hook", bound=IncomingWebhook | OutgoingWebhook)
_INCOMING: Final = (
    "id", "createat", "updateat", "deleteat", "userid", "channelid", "teamid", "displayname", "description",
    "username", "iconurl", "channellocked",
)  # fmt: skip
_OUTGOING: Final = (
    "id", "token", "createat", "updateat", "deleteat", "creatorid", "channelid", "teamid", "triggerwords",
    "callbackurls", "displayname", "contenttype", "triggerwhen", "username", "iconurl", "description",
)  # fmt: skip


class HookStore(Generic[_Hook]):
    """Rows of one of the two tables in, records out. Deleted ones are never found."""

    def __init__(
        self,
        db: Database,
        table: str,
        columns: Sequence[str],
        owner: str,
        from_row: Callable[[tuple[Any, ...]], _Hook],
        to_row: Callable[[_Hook], tuple[Any, ...]],
    ) -> None:
        self._db = db
        self._table = table
        self._columns = columns
        self._owner = owner
        self._from_row = from_row
        self._to_row = to_row
        self._select = f"SELECT {', '.join(columns)} FROM {{{table}}}"

    def get(self, hook_id: str) -> _Hook | None:
        """Return a webhook, or None."""
        row = self._db.fetch_one(f"{self._select} WHERE id = ? AND deleteat = 0", (hook_id,))
        return self._from_row(row) if row else None

    def lock(self, hook_id: str) -> _Hook | None:
        """Return a webhook, or None; who else wants to change it waits. Call it in a transaction."""
        row = self._db.fetch_one(f"{self._select} WHERE id = ? AND deleteat = 0 {{for_update}}", (hook_id,))
        return self._from_row(row) if row else None

    def page(self, page: Page, *, team_id: str = "", channel_id: str = "", owner_id: str = "") -> list[_Hook]:
        """Return a page of the webhooks of a team, a channel and an owner ("": of all), oldest first."""
        where, params = self._where(team_id, channel_id, owner_id)
        sql = f"{self._select}{where} ORDER BY createat, id LIMIT ? OFFSET ?"
        return [self._from_row(row) for row in self._db.fetch_all(sql, (*params, page.limit, page.offset))]

    def count(self, *, team_id: str = "", owner_id: str = "") -> int:
        """Return how many webhooks a team and an owner ("": all) have."""
        where, params = self._where(team_id, "", owner_id)
        return int(self._db.fetch_value(f"SELECT COUNT(*) FROM {{{self._table}}}{where}", params))

    def of_team(self, team_id: str) -> list[_Hook]:
        """Return all webhooks of a team, oldest first."""
        sql = f"{self._select} WHERE teamid = ? AND deleteat = 0 ORDER BY createat, id"
        return [self._from_row(row) for row in self._db.fetch_all(sql, (team_id,))]

    def of_channel(self, channel_id: str) -> list[_Hook]:
        """Return all webhooks of a channel."""
        sql = f"{self._select} WHERE channelid = ? AND deleteat = 0"
        return [self._from_row(row) for row in self._db.fetch_all(sql, (channel_id,))]

    def team_ids(self) -> frozenset[str]:
        """Return the ids of the teams that have webhooks."""
        rows = self._db.fetch_all(f"SELECT DISTINCT teamid FROM {{{self._table}}} WHERE deleteat = 0")
        return frozenset(row[0] for row in rows if row[0])

    def insert(self, hook: _Hook) -> None:
        """Insert a new one."""
        self._db.insert_many(self._table, self._columns, [self._to_row(hook)])

    def update(self, hook: _Hook) -> None:
        """Store all of a webhook that is there."""
        names = self._columns[1:]
        values = self._to_row(hook)[1:]
        sql = f"UPDATE {{{self._table}}} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?"
        self._db.execute(sql, (*values, hook.id))

    def _where(self, team_id: str, channel_id: str, owner_id: str) -> tuple[str, list[str]]:
        conditions: list[str] = ["deleteat = 0"]
        params: list[str] = []
        for column, value in (("teamid", team_id), ("channelid", channel_id), (self._owner, owner_id)):
            if value:
                conditions.append(f"{column} = ?")
                params.append(value)
        return f" WHERE {' AND '.join(conditions)}", params


def incoming_store(db: Database) -> HookStore[IncomingWebhook]:
    """Return the queries on incomingwebhooks."""
    return HookStore(db, "incomingwebhooks", _INCOMING, "userid", _to_incoming, _from_incoming)


def outgoing_store(db: Database) -> HookStore[OutgoingWebhook]:
    """Return the queries on outgoingwebhooks."""
    return HookStore(db, "outgoingwebhooks", _OUTGOING, "creatorid", _to_outgoing, _from_outgoing)


def _to_incoming(row: tuple[Any, ...]) -> IncomingWebhook:
    return IncomingWebhook(
        id=row[0],
        create_at=row[1] or 0,
        update_at=row[2] or 0,
        delete_at=row[3] or 0,
        user_id=row[4] or "",
        channel_id=row[5] or "",
        team_id=row[6] or "",
        display_name=row[7] or "",
        description=row[8] or "",
        username=row[9] or "",
        icon_url=row[10] or "",
        channel_locked=bool(row[11]),
    )


def _from_incoming(hook: IncomingWebhook) -> tuple[Any, ...]:
    return (
        hook.id, hook.create_at, hook.update_at, hook.delete_at, hook.user_id, hook.channel_id, hook.team_id,
        hook.display_name, hook.description, hook.username, hook.icon_url, hook.channel_locked,
    )  # fmt: skip


def _to_outgoing(row: tuple[Any, ...]) -> OutgoingWebhook:
    return OutgoingWebhook(
        id=row[0],
        token=row[1] or "",
        create_at=row[2] or 0,
        update_at=row[3] or 0,
        delete_at=row[4] or 0,
        creator_id=row[5] or "",
        channel_id=row[6] or "",
        team_id=row[7] or "",
        trigger_words=_list(row[8]),
        callback_urls=_list(row[9]),
        display_name=row[10] or "",
        content_type=row[11] or "",
        trigger_when=row[12] or 0,
        username=row[13] or "",
        icon_url=row[14] or "",
        description=row[15] or "",
    )


def _from_outgoing(hook: OutgoingWebhook) -> tuple[Any, ...]:
    return (
        hook.id, hook.token, hook.create_at, hook.update_at, hook.delete_at, hook.creator_id, hook.channel_id,
        hook.team_id, json.encode_str(hook.trigger_words), json.encode_str(hook.callback_urls), hook.display_name,
        hook.content_type, hook.trigger_when, hook.username, hook.icon_url, hook.description,
    )  # fmt: skip


def _list(text: str | None) -> list[str]:
    found = json.decode(text) if text else []
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
