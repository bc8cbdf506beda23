"""A server on which one member has much of everything, made by copying rows."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from hubbub.core.db import Database, describe
from hubbub.core.ids import new_id
from hubbub.core.testing import Client, RunningApp
from hubbub.core.testing.factories import PASSWORD

Change = dict[str, Callable[[int], Any]]
IN_2100: Final = 4_102_444_800_000
PAGE: Final = 200
"""How many ids a request names at most."""


def copy_rows(db: Database, table: str, where: str, params: Iterable[Any], times: int, change: Change) -> None:
    """Copy the one row that `where` finds, with other values in some columns: `change` gets the copy's number."""
    info = describe(db, table)
    assert info is not None
    columns = [column.name for column in info.columns]
    row = dict(zip(columns, _only(db, table, columns, where, params), strict=True))
    rows = [tuple(change[name](number) if name in change else row[name] for name in columns) for number in range(times)]
    db.insert_many(table, columns, rows)


def _only(db: Database, table: str, columns: list[str], where: str, params: Iterable[Any]) -> Any:
    rows = db.fetch_all(f"SELECT {', '.join(columns)} FROM {{{table}}} WHERE {where}", tuple(params))
    assert len(rows) == 1, f"{len(rows)} rows of {table} to copy"
    return rows[0]


class Crowd:
    """The ids of a world in which "me" has `size` of each: teams, channels, direct channels, preferences; and a team
    and a channel with so many members, posts and answers in one thread.
    """

    def __init__(self, server: RunningApp, size: int) -> None:
        self.size = size
        self.admin, self.me, friend = (server.create_user(name) for name in ("admin", "me", "friend"))
        self.team = server.create_team("crew", owner=self.admin, members=(self.me, friend))
        self.channel = server.create_channel("talk", owner=self.admin, team=self.team, members=(self.me, friend))
        self.direct = self.me.post("/channels/direct", [self.me.id, friend.id]).json
        self.root = self.me.create_post(self.channel, "the root")["id"]
        reply = friend.create_post(self.channel, "an answer", root_id=self.root)
        body = [{"user_id": self.me.id, "category": "direct_channel_show", "name": friend.id, "value": "true"}]
        self.me.put(f"/users/{self.me.id}/preferences", body)
        self.friend = friend.id
        self._begin_things(friend)
        friend.put(f"/users/{friend.id}/status", {"user_id": friend.id, "status": "away"})
        server.settle()
        self.users = [new_id() for _ in range(size)]
        self._db = server.app.db
        with self._db.transaction():
            self._people()
            self._rooms()
            self._posts(reply["id"])
            self._things()

    def _begin_things(self, friend: Client) -> None:
        """Make one of each thing that plugins keep; what no plugin answers yet is left out."""
        me, channel, root = self.me.id, self.channel["id"], self.root
        later = {"user_id": me, "channel_id": channel, "message": "in good time", "scheduled_at": IN_2100}
        group = {
            "name": "group",
            "display_name": "Group",
            "source": "custom",
            "allow_reference": True,
            "user_ids": [me],
        }
        for client, path, body in (
            (self.me, "/drafts", {"channel_id": channel, "message": "half a th"}),
            (self.me, "/posts/schedule", later),
            (friend, "/reactions", {"user_id": friend.id, "post_id": root, "emoji_name": "smile"}),
            (self.me, "/groups", group),
        ):
            answer = Client(client._transport, strict=False)
            answer.token = client.token
            assert answer.post(path, body).status in (200, 201, 404), path

    def _copy(self, table: str, where: str, params: Iterable[Any], **change: Callable[[int], Any]) -> None:
        copy_rows(self._db, table, where, params, self.size, change)

    def _people(self) -> None:
        users = self.users
        self._copy(
            "users",
            "id = ?",
            [self.friend],
            id=lambda n: users[n],
            username=lambda n: f"friend{n:04}",
            email=lambda n: f"friend{n}@example.com",
        )
        self._copy("status", "userid = ?", [self.friend], userid=lambda n: users[n])
        team = (self.team["id"], self.friend)
        self._copy("teammembers", "teamid = ? AND userid = ?", team, userid=lambda n: users[n])
        channel = (self.channel["id"], self.friend)
        self._copy("channelmembers", "channelid = ? AND userid = ?", channel, userid=lambda n: users[n])
        self._copy(
            "preferences", "userid = ? AND category = 'direct_channel_show'", [self.me.id], name=lambda n: users[n]
        )

    def _rooms(self) -> None:
        teams, rooms, directs = ([new_id() for _ in self.users] for _ in range(3))
        self.rooms = rooms
        mine = (self.team["id"], self.me.id)
        self._copy(
            "teams",
            "id = ?",
            [self.team["id"]],
            id=lambda n: teams[n],
            name=lambda n: f"team{n}",
            inviteid=lambda n: new_id(),
        )
        self._copy("teammembers", "teamid = ? AND userid = ?", mine, teamid=lambda n: teams[n])
        room = [self.channel["id"]]
        self._copy("channels", "id = ?", room, id=lambda n: rooms[n], name=lambda n: f"room{n:04}")
        self._copy("publicchannels", "id = ?", room, id=lambda n: rooms[n], name=lambda n: f"room{n:04}")
        self._copy(
            "channels",
            "id = ?",
            [self.direct["id"]],
            id=lambda n: directs[n],
            name=lambda n: "__".join(sorted((self.me.id, self.users[n]))),
        )
        for channel, ids in ((self.channel, rooms), (self.direct, directs)):
            member = (channel["id"], self.me.id)
            self._copy("channelmembers", "channelid = ? AND userid = ?", member, channelid=lambda n, ids=ids: ids[n])
        other = (self.direct["id"], self.friend)
        self._copy(
            "channelmembers",
            "channelid = ? AND userid = ?",
            other,
            channelid=lambda n: directs[n],
            userid=lambda n: self.users[n],
        )

    def _things(self) -> None:
        """Copy what plugins keep that may not be there."""
        roots = self.roots
        rooms = self.rooms
        for table, where, params, change in (
            ("drafts", "userid = ?", [self.me.id], {"channelid": lambda n: rooms[n]}),
            ("scheduledposts", "userid = ?", [self.me.id], {"id": lambda n: new_id()}),
            ("reactions", "postid = ?", [self.root], {"postid": lambda n: roots[n]}),
            ("usergroups", "name = ?", ["group"], {"id": lambda n: new_id(), "name": lambda n: f"group{n}"}),
            ("threads", "postid = ?", [self.root], {"postid": lambda n: roots[n]}),
            ("threadmemberships", "userid = ?", [self.me.id], {"postid": lambda n: roots[n]}),
        ):
            if describe(self._db, table) is not None:
                copy_rows(self._db, table, where, params, self.size, change)
        if describe(self._db, "emoji") is not None:
            rows = [(new_id(), 1, 1, 0, self.me.id, f"dot{n:04}") for n in range(self.size)]
            self._db.insert_many("emoji", ("id", "createat", "updateat", "deleteat", "creatorid", "name"), rows)

    def _posts(self, reply: str) -> None:
        self.roots = [new_id() for _ in self.users]
        for source, ids in ((self.root, self.roots), (reply, [new_id() for _ in self.users])):
            begin = self._db.fetch_value("SELECT createat FROM {posts} WHERE id = ?", (source,))
            self._copy(
                "posts",
                "id = ?",
                [source],
                id=lambda n, ids=ids: ids[n],
                userid=lambda n: self.users[n],
                createat=lambda n, begin=begin: begin - n - 1,
                updateat=lambda n, begin=begin: begin - n - 1,
            )

    def sign_in(self, server: RunningApp) -> None:
        """Sign in on a server that was started anew on the same data."""
        for client, name in ((self.admin, "admin"), (self.me, "me")):
            fresh = server.client()
            fresh.login(name, PASSWORD, expect=200)
            client.token, client._transport = fresh.token, fresh._transport

    def some(self, ids: list[str]) -> list[str]:
        """Return as many ids as a request may name."""
        return ids[:PAGE]
