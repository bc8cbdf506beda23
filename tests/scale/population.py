"""The rest of a site: rows of other people, so many that reading a whole table is the wrong way to find one's own."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from hubbub.core.db import Database
from hubbub.core.ids import new_id
from hubbub.tests.scale.crowd import Crowd, copy_rows

USERS: Final = 3000
ROOMS: Final = 1500
POSTS: Final = 12_000
BIG: Final = (
    *"channelmembers channels drafts fileinfo posts preferences publicchannels reactions sessions".split(),
    *"sidebarcategories status teammembers threadmemberships threads users".split(),
)
"""Tables that have thousands of rows then."""


class Population:
    """Fills those tables: 3,000 people of other teams in 1,500 rooms of eight members and eight posts each."""

    def __init__(self, crowd: Crowd, db: Database) -> None:
        self._crowd, self._db = crowd, db
        self._users = [new_id() for _ in range(USERS)]
        self._rooms = [new_id() for _ in range(ROOMS)]
        self._teams = [new_id() for _ in range(30)]
        self._posts = [new_id() for _ in range(POSTS)]
        crowd.me.get(f"/users/{crowd.me.id}/teams/{crowd.team['id']}/channels/categories")  # makes them
        query = {"channel_id": crowd.channel["id"], "filename": "notes.txt"}
        headers = {"Content-Type": "application/octet-stream"}
        file = crowd.me.post("/files", b"some notes", query=query, headers=headers).json["file_infos"][0]["id"]
        self._with_file = crowd.me.create_post(crowd.channel, "read this", file_ids=[file])["id"]
        with db.transaction(timeout=120):
            self._people()
            self._places()
            self._talk()

    def _copy(self, table: str, where: str, params: Iterable[Any], times: int, **change: Callable[[int], Any]) -> None:
        copy_rows(self._db, table, where, params, times, change)

    def _user(self, number: int) -> str:
        return self._users[number % USERS]

    def _room(self, number: int) -> str:
        return self._rooms[number % ROOMS]

    def _people(self) -> None:
        friend, me, user = self._crowd.friend, self._crowd.me, self._user
        self._copy(
            "users", "id = ?", [friend], USERS,
            id=user, username=lambda n: f"stranger{n:05}", email=lambda n: f"stranger{n}@example.com",
            nickname=lambda n: f"Nick {n}",
        )  # fmt: skip
        self._copy("status", "userid = ?", [friend], USERS, userid=user)
        self._copy(
            "sessions", "token = ?", [me.token], USERS, id=lambda n: new_id(), token=lambda n: new_id(), userid=user
        )
        one = (me.id, "direct_channel_show", friend)
        self._copy(
            "preferences", "userid = ? AND category = ? AND name = ?", one, 3 * USERS,
            userid=user, name=lambda n: self._user(n // USERS + n),
        )  # fmt: skip

    def _places(self) -> None:
        crowd, user, room = self._crowd, self._user, self._room
        mine = (crowd.team["id"], crowd.friend)

        def team(number: int) -> str:
            return self._teams[number % len(self._teams)]

        self._copy("teammembers", "teamid = ? AND userid = ?", mine, USERS, teamid=team, userid=user)
        for table in ("channels", "publicchannels"):
            self._copy(
                table, "id = ?", [crowd.channel["id"]], ROOMS, id=room, teamid=team, name=lambda n: f"elsewhere{n:05}"
            )
        self._copy(
            "channelmembers", "channelid = ? AND userid = ?", (crowd.channel["id"], crowd.friend), 8 * ROOMS,
            channelid=room, userid=lambda n: self._user(n // ROOMS + n),
        )  # fmt: skip
        self._copy(
            "sidebarcategories", "userid = ? AND teamid = ? AND type = 'favorites'", (crowd.me.id, crowd.team["id"]),
            USERS, id=lambda n: f"favorites_{user(n)}_{team(n)}", userid=user, teamid=team,
        )  # fmt: skip

    def _talk(self) -> None:
        crowd, user, room = self._crowd, self._user, self._room
        begin = self._db.fetch_value("SELECT createat FROM {posts} WHERE id = ?", (crowd.root,)) - POSTS
        self._copy(
            "posts", "id = ?", [crowd.root], POSTS,
            id=lambda n: self._posts[n], channelid=room, userid=user,
            rootid=lambda n: "" if n < POSTS // 2 else self._posts[n - POSTS // 2],
            createat=lambda n: begin + n, updateat=lambda n: begin + n, fileids=lambda n: "[]",
        )  # fmt: skip
        roots = POSTS // 2
        self._copy("threads", "postid = ?", [crowd.root], roots, postid=lambda n: self._posts[n], channelid=room)
        self._copy(
            "threadmemberships", "postid = ? AND userid = ?", (crowd.root, crowd.me.id), roots,
            postid=lambda n: self._posts[n], userid=user,
        )  # fmt: skip
        self._copy(
            "reactions", "postid = ? AND userid = ?", (crowd.root, crowd.friend), roots,
            postid=lambda n: self._posts[n], userid=user, channelid=room,
        )  # fmt: skip
        self._copy(
            "fileinfo", "postid = ?", [self._with_file], roots,
            id=lambda n: new_id(), postid=lambda n: self._posts[n], channelid=room, creatorid=user,
        )  # fmt: skip
        one = (crowd.me.id, crowd.channel["id"])
        self._copy("drafts", "userid = ? AND channelid = ? AND rootid = ''", one, USERS, userid=user, channelid=room)
