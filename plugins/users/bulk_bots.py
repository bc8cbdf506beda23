"""Bots in the bulk format."""

from collections.abc import Iterator, Sequence
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bots import Bot
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, refused
from hubbub.core.contracts.bulk_lines import BotLine
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.users import NewUser
from hubbub.core.db import Database
from hubbub.core.http.paging import Page
from hubbub.plugins.users.bot_store import COLUMNS, BotStore
from hubbub.plugins.users.bulk_pictures import BulkPictures
from hubbub.plugins.users.service import Users
from hubbub.plugins.users.store import UserStore

BATCH: Final = 200
ALL: Final = 1_000_000


class BotLines:
    """Owns lines of type bot."""

    line = "bot"
    rank = 0
    order = 55
    record = BotLine
    batch = BATCH

    def __init__(self, db: Database, users: Users, store: UserStore, bots: BotStore, pictures: BulkPictures) -> None:
        self._db, self._users, self._store, self._bots = db, users, store, bots
        self._pictures = pictures

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse names that people have."""
        for entry in entries:
            try:
                self._users.check_new(_new(entry.data))
            except BadRequest as error:
                raise refused(entry, "the bot {name}: {why}", name=entry.data.username, why=error.text) from None
        known = {user.username: user for user in self._store.get_by_usernames(entry.data.username for entry in entries)}
        for entry in entries:
            user = known.get(entry.data.username)
            if user is not None and user.is_bot is not True:
                raise refused(
                    entry,
                    "the bot {name} can't be made: a person's account has that name here. Rename one of them.",
                    name=entry.data.username,
                )

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Make bots, or change them. An owner who isn't known stays as the line says: a plugin's id."""
        self.check(entries)
        known = {user.username: user for user in self._store.get_by_usernames(entry.data.username for entry in entries)}
        owners = run.names.users({entry.data.owner for entry in entries})
        users, bots = [], []
        for entry in entries:
            data: BotLine = entry.data
            owner, old = owners.get(data.owner, data.owner), known.get(data.username)
            if old is not None:
                entry.id = old.id
                self._change(entry, owner)
                continue
            row = self._users.row_of(_new(data), "")
            row["deleteat"] = data.delete_at or 0
            entry.id, entry.is_new = row["id"], True
            users.append(row)
            now = now_ms()
            bots.append((entry.id, data.description or "", owner, now, now, data.delete_at or 0, 0))
        if users:
            self._db.insert_many("users", tuple(users[0]), [tuple(row.values()) for row in users])
            self._db.insert_many("bots", COLUMNS, bots)
        self._pictures.take(entries, run)

    def _change(self, entry: Entry, owner: str) -> None:
        data: BotLine = entry.data
        columns = {"ownerid": owner, "updateat": now_ms()}
        if data.description is not None:
            columns["description"] = data.description
        user = {"updateat": now_ms()} | ({} if data.display_name is None else {"firstname": data.display_name})
        if data.delete_at is not None:
            columns["deleteat"] = user["deleteat"] = data.delete_at
        self._bots.update(entry.id, **columns)
        self._store.update(entry.id, user)

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield bots by name."""
        bots = sorted(self._bots.page(Page(0, ALL), deleted=True), key=lambda bot: bot.username)
        owners = run.names.usernames({bot.owner_id for bot in bots})
        for start in range(0, len(bots), BATCH):
            part = bots[start : start + BATCH]
            entries = [Entry(id=bot.user_id, data=_line(bot, owners.get(bot.owner_id, bot.owner_id))) for bot in part]
            self._pictures.give(entries, self._store.get_many(bot.user_id for bot in part), run)
            yield entries


def _new(data: BotLine) -> NewUser:
    return NewUser(username=data.username, email=f"{data.username}@localhost", first_name=data.display_name or "")


def _line(bot: Bot, owner: str) -> BotLine:
    return BotLine(
        username=bot.username,
        owner=owner,
        display_name=bot.display_name,
        description=bot.description or None,
        delete_at=bot.delete_at or None,
    )
