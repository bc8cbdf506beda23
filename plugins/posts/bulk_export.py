"""Posts into the bulk format: channel by channel, oldest first, in constant memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.bulk import BulkExport, PostEntry
from hubbub.core.contracts.bulk_lines import DirectPostLine, PostLine, ReplyLine
from hubbub.core.db import Database

REPLIES: Final = 2_000
PAGE: Final = 500
"""Roots that are read, and written out, together."""
_READ: Final = (
    "SELECT id, createat, userid, channelid, rootid, type, message, props, editat, ispinned, fileids FROM {posts}"
)
Row = tuple[Any, ...]
Make = Callable[..., Any]


class PostExport:
    """Reads the posts of an export."""

    def __init__(self, db: Database, run: BulkExport) -> None:
        self._db, self._run = db, run
        self._page = db.prepare(
            f"{_READ} WHERE channelid = ? AND deleteat = 0 AND createat > ? AND createat <= ? AND rootid = ''"
            " AND originalid = '' ORDER BY createat LIMIT ?"
        )

    def of_places(self) -> Iterator[list[PostEntry]]:
        """Yield the posts of teams' channels, in the order of those."""
        places = self._run.places()

        def make(row: Row, fields: dict[str, Any]) -> PostLine:
            return PostLine(team=places[row[3]].team, channel=places[row[3]].name, **fields)

        return self._of(list(places), make)

    def of_direct_places(self) -> Iterator[list[PostEntry]]:
        """Yield the posts of direct and group channels, in the order of those."""
        places = self._run.direct_places()

        def make(row: Row, fields: dict[str, Any]) -> DirectPostLine:
            return DirectPostLine(channel_members=list(places[row[3]].usernames), **fields)

        return self._of(list(places), make)

    def _of(self, channel_ids: Sequence[str], make: Make) -> Iterator[list[PostEntry]]:
        waiting: list[Row] = []
        for channel_id in channel_ids:
            for rows in self._pages(channel_id):
                waiting += rows
                if len(waiting) >= PAGE:
                    for portion in self._portions(waiting):
                        yield self._entries(portion, make)
                    waiting = []
        for portion in self._portions(waiting):
            yield self._entries(portion, make)

    def _portions(self, rows: list[Row]) -> Iterator[list[Row]]:
        """Yield roots together that don't have too many replies together."""
        sql = "SELECT postid, replycount FROM {threads} WHERE postid IN ({ids})"
        replies: dict[str, int] = dict(self._db.select_in(sql, [row[0] for row in rows]))
        portion: list[Row] = []
        count = 0
        for row in rows:
            count += replies.get(row[0]) or 0
            if portion and count > REPLIES:
                yield portion
                portion, count = [], replies.get(row[0]) or 0
            portion.append(row)
        if portion:
            yield portion

    def _pages(self, channel_id: str) -> Iterator[list[Row]]:
        """Yield the roots of a channel; those of one moment come together, in an order of their own."""
        after, limit = 0, PAGE
        while True:
            rows = self._db.fetch_all(self._page, (channel_id, after, self._run.started, limit))
            if len(rows) < limit:
                if rows:
                    yield self._sorted(rows)
                return
            last = rows[-1][1]
            whole = [row for row in rows if row[1] != last]
            if not whole:
                limit *= 4  # more of one moment than a page holds
                continue
            yield self._sorted(whole)
            after, limit = whole[-1][1], PAGE

    def _sorted(self, rows: list[Row]) -> list[Row]:
        names = self._run.names.usernames({row[2] for row in rows})
        return sorted(rows, key=lambda row: (row[1], names.get(row[2], ""), row[5] or "", row[6] or "", row[7] or ""))

    def _entries(self, rows: list[Row], make: Make) -> list[PostEntry]:
        """Return roots, each with its replies behind it."""
        found = self._db.select_in(f"{_READ} WHERE rootid IN ({{ids}}) AND deleteat = 0", [row[0] for row in rows])
        replies: dict[str, list[Row]] = {}
        for row in found:
            if row[1] <= self._run.started:
                replies.setdefault(row[4], []).append(row)
        names = self._run.names.usernames({row[2] for row in rows} | {row[2] for row in found})
        entries = []
        for row in rows:
            if row[2] not in names:
                self._run.left_out("posts of accounts that are gone, with their replies")
                continue
            data = make(row, self._fields(row, names))
            root = _entry(row, data, None)
            entries.append(root)
            for reply in self._sorted(replies.get(row[0], [])):
                if reply[2] not in names:
                    self._run.left_out("replies of accounts that are gone")
                    continue
                entry = _entry(reply, ReplyLine(**self._fields(reply, names)), root)
                data.replies = [*(data.replies or ()), entry.data]
                entries.append(entry)
        return entries

    def _fields(self, row: Row, names: Any) -> dict[str, Any]:
        return {
            "user": names[row[2]],
            "type": row[5] or "",
            "message": row[6] or "",
            "props": _alike(json.decode(row[7])) if row[7] and row[7] not in ("{}", "null") else None,
            "create_at": row[1],
            "edit_at": row[8] or 0,
            "is_pinned": bool(row[9]) or None,
        }


def _entry(row: Row, data: Any, root: PostEntry | None) -> PostEntry:
    files = json.decode(row[10]) if row[10] and row[10] != "[]" else []
    return PostEntry(data=data, id=row[0], user_id=row[2], channel_id=row[3], root=root, file_ids=files)


def _alike(value: Any) -> Any:
    """Return JSON as every engine would give it back: PostgreSQL orders keys and writes numbers in its own way."""
    if isinstance(value, dict):
        return {key: _alike(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_alike(entry) for entry in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
