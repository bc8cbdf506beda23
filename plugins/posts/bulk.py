"""Posts from the bulk format: matched with those that are there, or stored many at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, PostEntry, refused
from hubbub.core.contracts.bulk_lines import DirectPostLine, PostLine, ReplyLine
from hubbub.core.contracts.posts import MAX_MESSAGE, Post
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.db import Database
from hubbub.core.ids import new_id
from hubbub.plugins.posts.bulk_export import PostExport
from hubbub.plugins.posts.rows import COLUMNS
from hubbub.plugins.posts.text import hashtags

BATCH: Final = 1000
MAX_TYPE: Final = 26
MAX_PROPS: Final = 800_000
_THREAD_COLUMNS: Final = (
    "postid", "replycount", "lastreplyat", "participants", "channelid", "threaddeleteat", "threadteamid",
)  # fmt: skip
_EXISTING: Final = (
    "SELECT id, channelid, userid, createat, rootid, type, message, originalid, deleteat, props, editat, ispinned,"
    " fileids, hasreactions FROM {posts} WHERE createat IN ({ids})"
)
Key = tuple[str, str, int, str]
"""What a post is known by: channel, author, time, root."""


class PostLines:
    """Owns lines of type post, and stores those of type direct_post too."""

    line = "post"
    rank = 0
    order = 60
    record = PostLine
    batch = BATCH

    def __init__(self, db: Database, search: SearchEngine) -> None:
        self._db, self._search = db, search
        self._update = db.prepare(
            "UPDATE {posts} SET message = ?, props = ?, hashtags = ?, editat = ?, ispinned = ?, fileids = ?,"
            " hasreactions = ?,"
            " updateat = {greatest}(updateat + 1, ?) WHERE id = ?"
        )

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse posts that can't be stored."""
        for entry in entries:
            for data in (entry.data, *(entry.data.replies or ())):
                if complaint := _complaint(data):
                    raise refused(entry, complaint)

    def take(self, entries: Sequence[PostEntry], run: BulkImport) -> None:
        """Store posts that aren't there, and change those that say something else."""
        old = self._match(entries)
        new = [entry for entry in entries if entry.id == ""]
        now = now_ms()
        rows, posts = [], []
        for entry in new:
            entry.id, entry.is_new = new_id(), True
            _name_files(entry, 0, run)
            row = _row(entry)
            rows.append(row)
            posts.append(_indexed(row))
        run.load("posts", COLUMNS, rows)
        self._search.index_posts(posts)
        self._change(old, run, now)
        self._count_replies(new)

    # --- those that are there ---

    def _match(self, entries: Sequence[PostEntry]) -> list[tuple[PostEntry, Any]]:
        """Give entries the ids of the posts that they are; return them with the rows."""
        rows = self._db.select_in(_EXISTING, {entry.data.create_at for entry in entries})
        have: dict[Key, list[Any]] = {}
        for row in rows:
            if not row[7]:  # earlier versions of edited posts
                have.setdefault((row[1], row[2], row[3], row[4] or ""), []).append(row)
        if not have:
            return []
        roots = [entry for entry in entries if entry.root is None]
        found = _matched(roots, have)
        found += _matched([entry for entry in entries if entry.root is not None and entry.root.id], have)
        return found

    def _change(self, found: Iterable[tuple[PostEntry, Any]], run: BulkImport, now: int) -> None:
        changes, texts = [], []
        for entry, row in found:
            data = entry.data
            files = json.decode(row[12] or "[]")
            _name_files(entry, len(files), run)
            new = (
                data.message, _props(data.props if data.props is not None else json.decode(row[9] or "{}")),
                hashtags(data.message), (data.edit_at if data.edit_at is not None else row[10]) or 0,
                bool(data.is_pinned if data.is_pinned is not None else row[11]),
                json.encode_str([*files, *(name for name in entry.file_ids if name)]),
                bool(row[13] or data.reactions),
            )  # fmt: skip
            before = (
                row[6] or "", _props(json.decode(row[9] or "{}")), new[2], row[10] or 0, bool(row[11]),
                json.encode_str(files), bool(row[13]),
            )  # fmt: skip
            if new != before and not row[8]:
                changes.append((*new, now, entry.id))
                if new[0] != before[0]:
                    texts.append(entry)
        if texts:
            self._search.remove_posts([entry.id for entry in texts])
        self._db.execute_many(self._update, changes)
        if texts:
            self._search.index_posts([_indexed(_row(entry)) for entry in texts])

    # --- threads ---

    def _count_replies(self, new: Sequence[PostEntry]) -> None:
        by_root: dict[str, list[PostEntry]] = {}
        for entry in new:
            if entry.root is not None:
                by_root.setdefault(entry.root.id, []).append(entry)
        if not by_root:
            return
        old = [root for root, replies in by_root.items() if replies[0].root is not None and not replies[0].root.is_new]
        sql = "SELECT postid, replycount, lastreplyat, participants FROM {threads} WHERE postid IN ({ids})"
        known = {row[0]: row for row in self._db.select_in(sql, old)}
        rows = [_thread_row(root, by_root[root], known.get(root)) for root in sorted(by_root)]
        update = ("replycount", "lastreplyat", "participants")
        self._db.upsert("threads", _THREAD_COLUMNS, ("postid",), rows, update=update)

    def batches(self, run: BulkExport) -> Iterator[list[PostEntry]]:
        """Yield posts of teams' channels."""
        return PostExport(self._db, run).of_places()


class DirectPostLines:
    """Owns lines of type direct_post; `PostLines` stores them."""

    line = "direct_post"
    rank = 0
    order = 90
    record = DirectPostLine
    batch = BATCH

    def __init__(self, db: Database) -> None:
        self._db = db

    def batches(self, run: BulkExport) -> Iterator[list[PostEntry]]:
        """Yield posts of direct and group channels."""
        return PostExport(self._db, run).of_direct_places()


def _complaint(data: ReplyLine) -> str:
    if data.create_at <= 0:
        return "create_at is the time of a post in ms, more than 0."
    if len(data.message) > MAX_MESSAGE:
        return f"the message has {len(data.message)} characters; {MAX_MESSAGE} are the most."
    if data.type and len(data.type) > MAX_TYPE:
        return f"the type has more than {MAX_TYPE} characters."
    if data.props and len(_props(data.props)) > MAX_PROPS:
        return f"the props have more than {MAX_PROPS} characters."
    return ""


def _matched(entries: Iterable[PostEntry], have: dict[Key, list[Any]]) -> list[tuple[PostEntry, Any]]:
    """Match entries with rows of the same key: first those of the same text, then what is left, in order."""
    groups: dict[Key, list[PostEntry]] = {}
    for entry in entries:
        key = (entry.channel_id, entry.user_id, entry.data.create_at, entry.root.id if entry.root else "")
        if key in have:
            groups.setdefault(key, []).append(entry)
    found = []
    for key, group in groups.items():
        rows = have[key]
        for same_text in (True, False):
            for entry in [entry for entry in group if not entry.id]:
                row = next((row for row in rows if _is_same(entry.data, row, same_text)), None)
                if row is not None:
                    rows.remove(row)
                    entry.id = row[0]
                    found.append((entry, row))
    return found


def _is_same(data: ReplyLine, row: Any, same_text: bool) -> bool:
    return (data.type or "") == (row[5] or "") and (not same_text or data.message == (row[6] or ""))


def _props(props: Mapping[str, Any] | None) -> str:
    return json.encode_str(props) if props else "{}"


def _name_files(entry: PostEntry, have: int, run: BulkImport) -> None:
    """Give ids to the attachments that a post doesn't have yet.

    The same post's have the same ones: bytes that an import had stored when it was cut off are written over.
    """
    attachments = entry.data.attachments
    if not attachments:
        return
    data = entry.data
    seed = f"{entry.channel_id} {entry.user_id} {data.create_at} {data.type or ''} {data.message}"
    entry.file_ids = [
        blake2b(f"{number} {seed}".encode(), digest_size=13).hexdigest()
        if number >= have and run.has_file(attachment.path)
        else ""
        for number, attachment in enumerate(attachments)
    ]


def _row(entry: PostEntry) -> tuple[Any, ...]:
    """Return the values of `COLUMNS`."""
    data = entry.data
    edited = data.edit_at or 0
    files = [name for name in entry.file_ids if name]
    return (
        entry.id, data.create_at, max(data.create_at, edited), edited, 0, bool(data.is_pinned), entry.user_id,
        entry.channel_id, entry.root.id if entry.root else "", "", data.message, data.type or "", _props(data.props),
        hashtags(data.message), "[]", json.encode_str(files) if files else "[]", bool(data.reactions), "",
    )  # fmt: skip


def _indexed(row: tuple[Any, ...]) -> Post:
    return Post(
        id=row[0], create_at=row[1], user_id=row[6], channel_id=row[7], message=row[10], type=row[11], hashtags=row[13]
    )


def _thread_row(root_id: str, replies: list[PostEntry], known: Any) -> tuple[Any, ...]:
    count, last, participants = (known[1] or 0, known[2] or 0, known[3]) if known else (0, 0, "[]")
    people = json.decode(participants or "[]")
    people += dict.fromkeys(reply.user_id for reply in replies if reply.user_id not in people)
    last = max(last, *(reply.data.create_at for reply in replies))
    one = replies[0]
    return (root_id, count + len(replies), last, json.encode_str(people), one.channel_id, 0, one.team_id)
