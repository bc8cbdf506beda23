"""Makes a small site a large one by copying its rows: `python large_rows.py CONFIG POSTS USERS CHANNELS`.

Runs before the server, on what `people.py` has made: its one busy member stays in that team's channels, which get the
posts of some ten times as many. Half of the posts are in the first 200 channels, one in four is an answer. Ids, names
and times are other ones each; counters are what the posts say.
"""

# ruff: noqa: E402  (patching comes first)
from hubbub.core.patching import patch

patch()

import os
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from search_posts import Texts

from hubbub.core.cli_app import create_offline_app, running_offline
from hubbub.core.clock import now_ms
from hubbub.core.config import ConfigStore
from hubbub.core.db import Database, describe
from hubbub.core.ids import new_id

PORTION: Final = 20_000
ROOMS_OF_EACH: Final = 20
READ: Final = 0.9
"""What part of a channel's posts its members have read."""


class Copier:
    """Writes rows that are copies of one."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def copy(self, table: str, where: str, params: tuple[Any, ...], changes: Iterator[dict[str, Any]]) -> None:
        """Write a copy of the first row that `where` finds for each of `changes`, other values by column."""
        info = describe(self._db, table)
        assert info is not None, table
        columns = [column.name for column in info.columns]
        found = self._db.fetch_all(f"SELECT {', '.join(columns)} FROM {{{table}}} WHERE {where} LIMIT 1", params)
        row = dict(zip(columns, found[0], strict=True))
        while portion := list(islice(changes, PORTION)):
            self._db.load(table, columns, [tuple({**row, **change}.values()) for change in portion])


class Site:
    """What is made, in the order in which it refers to each other."""

    def __init__(self, db: Database, posts: int, users: int, channels: int) -> None:
        self._db, self._copier, self._posts = db, Copier(db), posts
        self._random = random.Random(5)
        first = db.fetch_all("SELECT id FROM {channels} WHERE name LIKE 'room%' ORDER BY name")
        self._first = [str(row[0]) for row in first]
        self._rooms = self._first + [new_id() for _ in range(channels - len(first))]
        self._users = [new_id() for _ in range(users)]
        self._some_user = db.fetch_all("SELECT id FROM {users} WHERE username = 'user0'")[0][0]
        self._counts = dict.fromkeys(self._rooms, 0)
        self._roots_of = dict.fromkeys(self._rooms, 0)

    def make(self) -> None:
        """Make all of it."""
        self._people()
        self._channels()
        self._messages()
        self._members()
        self._count()

    def _people(self) -> None:
        one = (self._some_user,)
        copy = self._copier.copy
        copy(
            "users", "id = ?", one,
            ({"id": user, "username": f"person{n:06}", "email": f"person{n}@example.org"}
             for n, user in enumerate(self._users)),
        )  # fmt: skip
        copy("teammembers", "userid = ?", one, ({"userid": user} for user in self._users))
        copy("sessions", "userid = ?", one, ({"id": new_id(), "token": new_id(), "userid": u} for u in self._users))
        copy(
            "preferences", "userid = ?", one,
            ({"userid": user, "category": "direct_channel_show", "name": self._users[n - k]}
             for n, user in enumerate(self._users) for k in range(1, 11)),
        )  # fmt: skip

    def _channels(self) -> None:
        new = self._rooms[len(self._first) :]
        for table in ("channels", "publicchannels"):
            changes = ({"id": room, "name": f"place{n:05}", "displayname": f"Place {n}"} for n, room in enumerate(new))
            self._copier.copy(table, "id = ?", (self._first[0],), changes)

    def _members(self) -> None:
        self._copier.copy(
            "channelmembers", "channelid = ? AND userid = ?", (self._first[0], self._some_user),
            ({"channelid": room, "userid": user, "msgcount": int(self._counts[room] * READ),
              "msgcountroot": int(self._roots_of[room] * READ)}
             for user in self._users for room in self._random.sample(self._rooms, ROOMS_OF_EACH)),
        )  # fmt: skip

    def _messages(self) -> None:
        threads: dict[str, list[Any]] = {}
        one = "type = '' AND rootid = ''"
        self._copier.copy("posts", one, (), self._of_posts(threads))
        copied = (
            {"postid": root, "channelid": room, "replycount": count, "lastreplyat": last,
             "participants": f'["{author}"]', "threadteamid": self._team()}
            for root, (room, count, last, author) in threads.items()
        )  # fmt: skip
        columns = ("postid", "channelid", "replycount", "lastreplyat", "participants", "threadteamid")
        while portion := list(islice(copied, PORTION)):
            self._db.load("threads", columns, [tuple(row[name] for name in columns) for row in portion])

    def _team(self) -> str:
        return str(self._db.fetch_value("SELECT teamid FROM {channels} WHERE id = ?", (self._first[0],)))

    def _of_posts(self, threads: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
        texts, source = Texts(2), self._random
        roots: dict[str, str] = {}
        start = now_ms() - self._posts * 1000
        for number in range(self._posts):
            room = source.choice(self._first if source.random() < 0.5 else self._rooms)
            post, author, time = new_id(), source.choice(self._users), start + number * 1000
            root = roots.get(room, "") if source.random() < 0.25 else ""
            if root:
                thread = threads.setdefault(root, [room, 0, time, author])
                thread[1] += 1
                thread[2] = time
            else:
                roots[room] = post
                self._roots_of[room] += 1
            self._counts[room] += 1
            yield {
                "id": post, "createat": time, "updateat": time, "channelid": room, "userid": author, "rootid": root,
                "message": texts.next(),
            }  # fmt: skip

    def _count(self) -> None:
        now = now_ms()
        rows = [(self._counts[room], self._roots_of[room], now, now, room) for room in self._rooms]
        self._db.execute_many(
            "UPDATE {channels} SET totalmsgcount = ?, totalmsgcountroot = ?, lastpostat = ?, lastrootpostat = ?"
            " WHERE id = ?",
            rows,
        )


def main(config: str, posts: int, users: int, channels: int) -> None:
    """Make it."""
    store = ConfigStore(Path(config), dict(os.environ))
    store.load()
    with running_offline(create_offline_app(store)) as app:
        Site(app.db, posts, users, channels).make()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
