"""Queries on the tables commands and commandwebhooks."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.commands import Command
from hubbub.core.db import Database

_COLUMNS: Final = (
    "id", "token", "createat", "updateat", "deleteat", "creatorid", "teamid", '"trigger"', "method", "username",
    "iconurl", "autocomplete", "autocompletedesc", "autocompletehint", "displayname", "description", "url", "pluginid",
)  # fmt: skip
_NUMBERS: Final = frozenset({"createat", "updateat", "deleteat"})
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{commands}} WHERE deleteat = 0"
MAX_USES: Final = 5


class CommandWebhook(msgspec.Struct, kw_only=True, frozen=True):
    """Who may be answered later, by which command, and where."""

    id: str
    create_at: int
    command_id: str
    user_id: str
    channel_id: str
    root_id: str


class CommandStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, command_id: str) -> Command | None:
        """Return a command, None for one that isn't there or deleted."""
        row = self._db.fetch_one(f"{_SELECT} AND id = ?", (command_id,))
        return None if row is None else _to_command(row)

    def of_team(self, team_id: str) -> list[Command]:
        """Return a team's commands by trigger, each trigger once as it should be."""
        rows = self._db.fetch_all(f'{_SELECT} AND teamid = ? ORDER BY "trigger", createat, id', (team_id,))
        return [_to_command(row) for row in rows]

    def by_trigger(self, team_id: str, trigger: str) -> Command | None:
        """Return the team's command of a trigger (lower case)."""
        sql = f'{_SELECT} AND teamid = ? AND lower("trigger") = ? ORDER BY createat, id LIMIT 1'
        row = self._db.fetch_one(sql, (team_id, trigger))
        return None if row is None else _to_command(row)

    def insert(self, command: Command) -> None:
        """Insert a new one."""
        self._db.insert_many("commands", _COLUMNS, [_to_row(command)])

    def update(self, command: Command) -> bool:
        """Store a changed (or deleted) one; False when it is gone."""
        sets = ", ".join(f"{name} = ?" for name in _COLUMNS[1:])
        sql = f"UPDATE {{commands}} SET {sets} WHERE id = ? AND deleteat = 0"
        return self._db.execute(sql, (*_to_row(command)[1:], command.id)) > 0

    # --- addresses for later answers ---

    def insert_webhook(self, hook: CommandWebhook) -> None:
        """Insert a new one."""
        columns = ("id", "createat", "commandid", "userid", "channelid", "rootid", "usecount")
        self._db.insert_many("commandwebhooks", columns, [(*msgspec.structs.astuple(hook), 0)])

    def webhook(self, hook_id: str, since: int) -> CommandWebhook | None:
        """Return an address that was made at `since` (ms) or later."""
        sql = (
            "SELECT id, createat, commandid, userid, channelid, rootid FROM {commandwebhooks}"
            " WHERE id = ? AND createat >= ?"
        )
        row = self._db.fetch_one(sql, (hook_id, since))
        if row is None:
            return None
        return CommandWebhook(
            id=row[0], create_at=row[1], command_id=row[2], user_id=row[3], channel_id=row[4], root_id=row[5] or ""
        )

    def use_webhook(self, hook_id: str) -> bool:
        """Count a use; False when there were as many as there may be. Two at once are counted as two."""
        sql = "UPDATE {commandwebhooks} SET usecount = usecount + 1 WHERE id = ? AND usecount < ?"
        return self._db.execute(sql, (hook_id, MAX_USES)) > 0

    def delete_webhooks_before(self, time: int) -> None:
        """Delete addresses made before `time` (ms)."""
        self._db.execute("DELETE FROM {commandwebhooks} WHERE createat < ?", (time,))


def _to_command(row: tuple[Any, ...]) -> Command:
    values: dict[str, Any] = {
        field: value or (0 if name in _NUMBERS else "")
        for name, field, value in zip(_COLUMNS, _FIELDS, row, strict=True)
    }
    command = Command(**values)
    command.auto_complete = bool(command.auto_complete)
    return command


_FIELDS: Final = (
    "id", "token", "create_at", "update_at", "delete_at", "creator_id", "team_id", "trigger", "method", "username",
    "icon_url", "auto_complete", "auto_complete_desc", "auto_complete_hint", "display_name", "description", "url",
    "plugin_id",
)  # fmt: skip


def _to_row(command: Command) -> tuple[Any, ...]:
    return tuple(getattr(command, name) for name in _FIELDS)
