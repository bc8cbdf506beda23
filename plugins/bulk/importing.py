"""The second reading of a file: lines are stored in batches, each with a note of how far the import is."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import gevent

from hubbub.core.contracts.bulk import BulkBeginner, BulkError, BulkFinisher, BulkReader, Entry, PostEntry
from hubbub.core.contracts.bulk_lines import DirectChannelLine
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.bulk.checking import Found, named
from hubbub.plugins.bulk.lines import Decoder
from hubbub.plugins.bulk.parts import DIRECT_CHANNEL, DIRECT_POST, POST, Parts
from hubbub.plugins.bulk.source import Source
from hubbub.plugins.bulk.store import ImportStore, Names, Progress

POSTS: Final = (POST, DIRECT_POST)
TIMEOUT_S: Final = 600.0
SQLITE: Final = ("cache_size = -65536", "wal_autocheckpoint = 16384")
"""KiB of pages in memory, pages (of 4 KiB) in the log."""
IN_COMPANY: Final = 5
"""How much smaller batches are in a process that serves people meanwhile."""


class Stopped(BulkError):
    id = "app.import.bulk_import.stopped.app_error"
    message = "The import was stopped after line {line}; begun again with the same file it goes on there."


class Importer:
    """Stores a file that was checked. Implements `BulkImport` for the parts."""

    def __init__(
        self, context: PluginContext, parts: Parts, source: Source, *, attachments: bool = True, alone: bool = True
    ) -> None:
        self._context = context
        self._parts, self._source = parts, source
        self._attachments = attachments
        self._alone = alone
        self._store = ImportStore(context.db)
        self.names = Names(context.db)
        self._progress = Progress("", 0, 0, {})
        self.resumed_at = 0
        self.posts = 0

    @property
    def started(self) -> int:
        """See `BulkImport`."""
        return self._progress.started

    @property
    def notes(self) -> dict[str, Any]:
        """See `BulkImport`."""
        return self._progress.notes

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """See `BulkImport.load`: a command is alone in its process, a job isn't."""
        if self._alone:
            self._context.db.load(table, columns, rows)
        else:
            self._context.db.insert_many(table, columns, rows)

    def has_file(self, path: str) -> bool:
        """See `BulkImport.has_file`."""
        return self._attachments and self._source.has(path)

    def file(self, path: str) -> Iterator[bytes]:
        """See `BulkImport.file`."""
        return self._source.file(path)

    # --- the reading ---

    def run(self, found: Found, heard: Callable[[int], bool | None]) -> None:
        """Store what isn't stored yet; `posts` says how many were read.

        `heard(lines)` is told of each batch; it returns False to stop. Raises `BulkError`: what was stored
        before stays, and the same file goes on after it.
        """
        self._progress = self._store.begin(found.id, self._source.path.name)
        if self._alone:
            self._use_memory()
        self.resumed_at = self._progress.line
        if not self.resumed_at:
            self._begin()
        for name, entries in self._batches():
            self.posts += self._write(name, entries)
            if heard(len(entries)) is False:
                raise Stopped(line=self._progress.line)
            if not self._alone:
                gevent.sleep(0)
        self._finish()

    def _batches(self) -> Iterator[tuple[str, list[Entry]]]:
        """Yield lines of one type together, as many as its owner takes at once."""
        decoder = Decoder(self._parts.owners)
        current, batch, weight, limit = "", list[Entry](), 0, 0
        for number, line in self._source.lines():
            if number <= self._progress.line or number == 1:
                continue
            name, data = decoder.decode(number, line)
            if batch and (name != current or (weight >= limit and not _same_moment(name, batch[-1].data, data))):
                yield current, batch
                batch, weight = [], 0
            if name != current:
                current, limit = name, self._parts.owners[name].batch
                if not self._alone:
                    limit = max(1, limit // IN_COMPANY)
            batch.append(Entry(number=number, data=data))
            weight += 1 + len(data.replies or ()) if name in POSTS else 1
        if batch:
            yield current, batch

    def _write(self, name: str, entries: list[Entry]) -> int:
        db = self._context.db
        try:
            with db.transaction(timeout=TIMEOUT_S):
                found = self._posts(name, entries) if name in POSTS else entries
                for part in self._parts.of(name, BulkReader):
                    part.take(found, self)
                self._advance(entries[-1].number)
        except BadRequest as error:
            self.names.forget()
            raise BulkError(
                "{why} Everything before line {first} is stored; begun again with the mended file it is stored once.",
                why=named(error),
                first=entries[0].number,
            ) from None
        self._progress.line = entries[-1].number
        return len(found) if name in POSTS else 0

    def _use_memory(self) -> None:
        """Have SQLite keep more of its indexes in memory, and move what is written into its file less often.

        PERF: ids are random, so that each batch changes pages all over the indexes.
        """
        if self._context.db.engine == "sqlite":
            for setting in SQLITE:
                self._context.db.execute(f"PRAGMA {setting}")

    def _begin(self) -> None:
        with self._context.db.transaction(timeout=TIMEOUT_S):
            for part in self._parts.all:
                if isinstance(part, BulkBeginner):
                    part.begin(self)
            self._advance(1)
        self._progress.line = 1

    def _advance(self, line: int) -> None:
        if not self._store.advance(self._progress, line):
            raise BulkError("another process imports this file at the moment: let it end.")

    def _finish(self) -> None:
        with self._context.db.transaction(timeout=TIMEOUT_S):
            for part in self._parts.all:
                if isinstance(part, BulkFinisher):
                    part.finish(self)
            self._store.end(self._progress)
        if self._alone and self._context.db.engine == "postgres":
            # PERF: without numbers of what came, PostgreSQL takes wrong indexes for the first minutes.
            self._context.db.execute("ANALYZE")
        forget_everything(self._context)

    # --- posts ---

    def _posts(self, name: str, entries: list[Entry]) -> list[PostEntry]:
        """Return roots and replies with the ids of users, channels and teams."""
        users = self.names.users(_usernames(name, entries))
        places = self._direct(entries, users) if name == DIRECT_POST else self._places(entries)
        found = []
        for entry, (team_id, channel_id) in zip(entries, places, strict=True):
            root = _post(entry.number, entry.data, users, team_id, channel_id, None)
            found.append(root)
            found += [
                _post(entry.number, reply, users, team_id, channel_id, root) for reply in entry.data.replies or ()
            ]
        return found

    def _places(self, entries: list[Entry]) -> list[tuple[str, str]]:
        """Return (team, channel) of each post."""
        teams = self.names.teams({entry.data.team for entry in entries})
        keys = [(teams.get(entry.data.team, ""), entry.data.channel) for entry in entries]
        channels = self.names.channels(keys)
        for entry, key in zip(entries, keys, strict=True):
            if key not in channels:
                raise BadRequest("there is no channel {name}.", line=entry.number, name=entry.data.channel)
        return [(key[0], channels[key]) for key in keys]

    def _direct(self, entries: list[Entry], users: Any) -> list[tuple[str, str]]:
        """Return ("", channel) of each direct post; channels that aren't there are made."""
        keys = [tuple(sorted({users.get(name, "") for name in entry.data.channel_members})) for entry in entries]
        known = self.names.without_team(keys)
        missing = {
            key: Entry(number=entry.number, data=DirectChannelLine(members=entry.data.channel_members))
            for key, entry in zip(keys, entries, strict=True)
            if key not in known
        }
        if missing:
            for part in self._parts.of(DIRECT_CHANNEL, BulkReader):
                part.take(list(missing.values()), self)
            known |= {key: entry.id for key, entry in missing.items()}
        return [("", known[key]) for key in keys]


def _same_moment(name: str, one: Any, other: Any) -> bool:
    """Say whether two posts are of one moment: those are told apart only among the posts of one batch."""
    return name in POSTS and one.create_at == other.create_at


def _usernames(name: str, entries: list[Entry]) -> set[str]:
    found = set()
    for entry in entries:
        data = entry.data
        found.add(data.user)
        found.update(reply.user for reply in data.replies or ())
        found.update(follower.user for follower in data.thread_followers or ())
        for post in (data, *(data.replies or ())):
            found.update(reaction.user for reaction in post.reactions or ())
            found.update(post.flagged_by or ())
        if name == DIRECT_POST:
            found.update(data.channel_members)
    return found


def _post(number: int, data: Any, users: Any, team_id: str, channel_id: str, root: PostEntry | None) -> PostEntry:
    user_id = users.get(data.user)
    if user_id is None:
        raise BadRequest("there is no user {name}.", line=number, name=data.user)
    return PostEntry(number=number, data=data, user_id=user_id, channel_id=channel_id, team_id=team_id, root=root)


def forget_everything(context: PluginContext) -> None:
    """Empty the caches of all workers: what they know of users, channels and members may be old now."""
    caches = getattr(context, "caches", None)
    if caches is not None:
        caches.invalidate_all()


def bulk_error(found: Found, path: str) -> BulkError:
    """Return the error for a file that was checked and isn't right."""
    more = "" if len(found.errors) < 20 else " (there may be more)"
    lines = "\n  ".join(found.errors)
    return BulkError(
        "{path} can't be imported, and nothing was changed{more}:\n  {lines}", path=path, lines=lines, more=more
    )
