"""People who post all the time, and what must be true of the data whatever happened to the server meanwhile."""

import http.client
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import count
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import gevent
import psycopg2
import pymysql

from hubbub.core.testing import Answer, Client, LiveServer
from hubbub.core.testing.client import HttpTransport
from hubbub.plugins.posts.store import UNCOUNTED_TYPES
from hubbub.tests.services.databases import DatabaseSource

CUT: Final = (OSError, http.client.HTTPException)
PAUSE_S: Final = 0.002
SERVER_GONE_PAUSE_S: Final = 0.05


def config_for(source: DatabaseSource, **sections: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of a server on a database; what is said twice is merged."""
    base: dict[str, dict[str, Any]] = {
        "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source},
        "LogSettings": {"ConsoleLevel": "INFO"},
    }
    return base | {name: base.get(name, {}) | values for name, values in sections.items()}


class Room:
    """A channel with its people; `posters` are signed in, the first one is the server's admin."""

    def __init__(self, server: LiveServer, posters: int = 4) -> None:
        self.server = server
        self.posters = [server.create_user(f"poster{number}") for number in range(posters)]
        self.team = server.create_team("team", owner=self.posters[0], members=tuple(self.posters[1:]))
        self.channel = server.create_channel(
            "room", owner=self.posters[0], team=self.team, members=tuple(self.posters[1:])
        )
        self.root = self.posters[0].create_post(self.channel, "the root of a thread")


class Load:
    """Everybody in a room posts until the `with` block ends: every third post is a reply, every tenth a mention.

    `kept` are the posts that were answered with 201 (id → message), `refused` the other answers, `cut` the requests
    whose answer never came.
    """

    def __init__(self, room: Room, server: LiveServer | None = None) -> None:
        self._room = room
        self._transport = HttpTransport((server or room.server).host, (server or room.server).port)
        self.kept: dict[str, str] = {}
        self.refused: list[Answer] = []
        self.cut: list[Exception] = []
        self._numbers = count(1)
        self._ending = False
        self._greenlets: list[gevent.Greenlet[..., Any]] = []

    def __enter__(self) -> Self:
        self._greenlets = [gevent.spawn(self._post, poster) for poster in self._room.posters]
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Have everybody finish the request they are in."""
        self._ending = True
        gevent.joinall(self._greenlets, timeout=40)
        assert all(greenlet.successful() for greenlet in self._greenlets), "a request never ended"

    def _post(self, poster: Client) -> None:
        client = Client(self._transport, strict=False)
        client.token = poster.token
        while not self._ending:
            number = next(self._numbers)
            message = f"message {number}" + (" @poster1" if number % 10 == 0 else "")
            body = {"channel_id": self._room.channel["id"], "message": message}
            if number % 3 == 0:
                body["root_id"] = self._room.root["id"]
            try:
                answer = client.post("/posts", body)
            except CUT as error:
                self.cut.append(error)
                gevent.sleep(SERVER_GONE_PAUSE_S)
                continue
            if answer.status == 201:
                self.kept[answer.json["id"]] = message
            else:
                self.refused.append(answer)
            gevent.sleep(PAUSE_S)

    def more(self, number: int = 30, *, timeout: float = 40) -> None:
        """Wait until `number` more posts were kept. Raises `TimeoutError` with what was refused last."""
        wanted = len(self.kept) + number
        deadline = monotonic() + timeout
        while len(self.kept) < wanted:
            if monotonic() > deadline:
                raise TimeoutError(f"only {len(self.kept)} posts were kept; {self.refused[-3:]} {self.cut[-3:]}")
            gevent.sleep(0.01)


def rows(source: DatabaseSource, sql: str) -> list[tuple[Any, ...]]:
    """Ask the database itself, past the server; a change is committed. Tables are written as `{posts}`."""
    sql = re.sub(r"{(\w+)}", lambda match: _table(source, match[1]), sql)
    if source.driver_name == "sqlite":
        with closing(sqlite3.connect(source.data_source, timeout=10)) as connection:
            return connection.execute(sql).fetchall()
    connection = _mysql(source.data_source) if source.driver_name == "mysql" else psycopg2.connect(source.data_source)
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)
        found = list(cursor.fetchall())
        connection.commit()
        return found


def _table(source: DatabaseSource, name: str) -> str:
    """Return a table's name, which existing servers write with capitals on MySQL."""
    return {"channelmembers": "ChannelMembers"}.get(name, name.capitalize()) if source.driver_name == "mysql" else name


def _mysql(data_source: str) -> Any:
    """Connect to `user:password@tcp(host:port)/database?options`."""
    match = re.fullmatch(r"(\w+):(\w+)@tcp\(([\d.]+):(\d+)\)/(\w+)\?.*", data_source)
    assert match, data_source
    user, password, host, port, database = match.groups()
    return pymysql.connect(host=host, port=int(port), user=user, password=password, database=database)


def check_nothing_lost(source: DatabaseSource, kept: dict[str, str]) -> None:
    """Fail unless every post that was answered with 201 is there, once, as it was sent, and all counters add up."""
    stored = dict(rows(source, "SELECT id, message FROM {posts}"))
    lost = {post_id: message for post_id, message in kept.items() if stored.get(post_id) != message}
    assert not lost, f"{len(lost)} of {len(kept)} posts that were answered with 201 are not there: {list(lost)[:5]}"
    check_counters(source)


def check_counters(source: DatabaseSource) -> None:
    """Fail unless the counters of channels, members and threads say what the posts say."""
    uncounted = ", ".join(f"'{kind}'" for kind in sorted(UNCOUNTED_TYPES))
    counted = f"p.channelid = c.id AND p.originalid = '' AND p.type NOT IN ({uncounted})"
    wrong = rows(
        source,
        "SELECT * FROM (SELECT c.name, c.totalmsgcount, c.totalmsgcountroot,"
        f" (SELECT COUNT(*) FROM {{posts}} p WHERE {counted}) AS posts,"
        f" (SELECT COUNT(*) FROM {{posts}} p WHERE {counted} AND p.rootid = '') AS roots FROM {{channels}} c) AS t"
        " WHERE totalmsgcount <> posts OR totalmsgcountroot <> roots",
    )
    assert not wrong, f"channels (name, total, total of roots, posts, roots) are miscounted: {wrong}"
    wrong = rows(
        source,
        "SELECT m.userid, m.msgcount, c.totalmsgcount FROM {channelmembers} m JOIN {channels} c ON c.id = m.channelid"
        " WHERE m.msgcount > c.totalmsgcount OR m.msgcountroot > c.totalmsgcountroot OR m.msgcount < 0",
    )
    assert not wrong, f"members have read more than there is: {wrong}"
    wrong = rows(
        source,
        "SELECT * FROM (SELECT t.postid, t.replycount, (SELECT COUNT(*) FROM {posts} p WHERE p.rootid = t.postid"
        " AND p.deleteat = 0) AS replies FROM {threads} t) AS u WHERE replycount <> replies",
    )
    assert not wrong, f"threads (id, count, replies) are miscounted: {wrong}"


def eventually(condition: Callable[[], object], *, timeout: float = 30, what: str = "") -> None:
    """Wait until `condition()` is true, or fail."""
    deadline = monotonic() + timeout
    while not condition():
        assert monotonic() < deadline, f"it did not come true within {timeout} s {what}"
        gevent.sleep(0.02)


def check_refusals(answers: Iterable[Answer], *statuses: int) -> None:
    """Fail unless every answer is a JSON error of one of the statuses; a 503 says when to try again."""
    for answer in answers:
        assert answer.status in statuses, answer
        assert answer.headers["content-type"] == "application/json", answer
        assert answer.status != 503 or int(answer.headers["retry-after"]) > 0, answer
        assert {"id", "message", "status_code", "request_id", "detailed_error"} == set(answer.json), answer
