"""How many statements a request takes doesn't depend on how much there is."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from hubbub.core.testing import RunningApp, make_app
from hubbub.tests.meta.operations import routed
from hubbub.tests.meta.tree import ROOT
from hubbub.tests.scale.crowd import Crowd

FEW, MANY = 10, 1000
LIST: Final = 500
"""How many ids a statement that changes rows names at most (core/db); one that reads takes more."""
PAGE: Final = "page=0&per_page=100"
REQUESTS: Final[dict[str, Any]] = {
    # what a client asks when it starts
    "GET /users/me": None,
    "GET /users/me/preferences": None,
    "GET /users/me/teams": None,
    "GET /teams?page=0&per_page=200": None,
    "GET /users/me/teams/members": None,
    "GET /users/me/teams/unread?include_collapsed_threads=true": None,
    "GET /users/me/teams/{team}/channels?include_deleted=false": None,
    "GET /users/me/teams/{team}/channels/members": None,
    "GET /users/me/teams/{team}/unread": None,
    "GET /users/me/channels": None,
    "GET /users/{me}/channel_members?page=0&per_page=200": None,
    "GET /users/{me}/channel_members?page=-1&per_page=60": None,
    "GET /users/{me}/teams/{team}/channels/categories": None,
    "GET /users/{me}/channels/{channel}/posts/unread?limit_after=30&limit_before=30": None,
    "GET /channels/{channel}/stats": None,
    "GET /users/stats": None,
    "GET /config/client?format=old": None,
    "POST /roles/names": ["system_user", "team_user", "channel_user"],
    # what it asks then
    f"GET /users?{PAGE}": None,
    f"GET /users?in_channel={{channel}}&{PAGE}": None,
    f"GET /users?in_team={{team}}&{PAGE}": None,
    f"GET /users?not_in_channel={{channel}}&in_team={{team}}&{PAGE}": None,
    "POST /users/ids": "users",
    "POST /users/usernames": "usernames",
    "POST /users/status/ids": "users",
    "POST /users/search": {"term": "friend", "team_id": "{team}"},
    "GET /users/autocomplete?in_team={team}&in_channel={channel}&name=friend": None,
    f"GET /teams/{{team}}/channels?{PAGE}": None,
    f"GET /teams/{{team}}/members?{PAGE}": None,
    "POST /teams/{team}/members/ids": "users",
    "POST /teams/{team}/channels/search": {"term": "room"},
    "GET /teams/{team}/channels/autocomplete?name=room": None,
    "GET /teams/{team}/channels/search_autocomplete?name=room": None,
    f"GET /channels/{{channel}}/members?{PAGE}": None,
    "POST /channels/{channel}/members/ids": "users",
    "GET /channels/{channel}/posts?page=0&per_page=100": None,
    "GET /channels/{channel}/posts?page=0&per_page=100&collapsedThreads=true": None,
    "GET /channels/{channel}/posts?since={since}": None,
    "GET /posts/{root}/thread": None,
    "GET /posts/{root}/thread?perPage=60&direction=down&collapsedThreads=true": None,
    "POST /channels/members/me/view": {"channel_id": "{channel}"},
    "GET /users/me/channels/{channel}/unread": None,
    "POST /posts": {"channel_id": "{channel}", "message": "hello @all, and @friend0001"},
    "POST /posts/ids": "posts",
    "POST /posts/ids/reactions": "posts",
    "POST /drafts": {"channel_id": "{channel}", "message": "half a th"},
    "GET /users/me/teams/{team}/drafts": None,
    "GET /posts/scheduled/team/{team}": None,
    "GET /users/{me}/teams/{team}/threads?per_page=25&extended=true": None,
    "GET /users/{me}/teams/{team}/threads?totalsOnly=true": None,
    "GET /users/{me}/teams/{team}/threads/{root}?extended=true": None,
    "POST /teams/{team}/posts/search": {"terms": "answer", "is_or_search": False, "page": 0, "per_page": 100},
    "POST /teams/{team}/files/search": {"terms": "answer", "is_or_search": False},
    f"GET /emoji?{PAGE}": None,
    "GET /emoji/autocomplete?name=dot": None,
    "POST /emoji/search": {"term": "dot"},
    f"GET /groups?include_member_count=true&{PAGE}": None,
}
"""What is asked: a body, or the name of ids; those that no plugin answers yet begin to count when one does."""
GROWING: Final[dict[str, str]] = {}
"""Request → why it may take more statements where there is more."""


_LIST: Final = re.compile(r"\(\?(?:, \?)*\)")
NOT_MANY: Final = frozenset(
    {
        "GET /analytics/old",
        "GET /config",
        "GET /config/environment",
        "GET /custom_profile_attributes/fields",
        "GET /license/client",
        "GET /limits/server",
        "GET /plugins",
        "GET /plugins/webapp",
        "GET /system/notices/{}",
        "GET /trial-license/prev",
        "GET /users/stats/filtered",
        "GET /users/username/{}",
        "GET /users/{}/image",
        "DELETE /users/{}/channels/{}/drafts",
        "DELETE /users/{}/channels/{}/drafts/{}",
        "POST /client_perf",
        "POST /files",
        "POST /users/login",
        "PUT /users/{}/patch",
        "PUT /users/{}/preferences",
    }
)
"""What clients ask for as they start that is of one thing, or of administrators."""


def nameless(request_line: str) -> str:
    """Return method and path of a request, without its query and the names of its fields."""
    return re.sub(r"\{\w+\}|(?<=/)me(?=/|$)", "{}", request_line.partition("?")[0])


ROUTED: Final = {f"{method} /{path.removeprefix('api/v4/')}" for method, path in routed()}


class Counting:
    """A running crowd, and the texts of the statements of its requests."""

    def __init__(self, server: RunningApp, crowd: Crowd) -> None:
        self.server = server
        self.crowd = crowd
        self.statements: list[str] = []
        self._list_goes_on = False
        run = server.app.db._run

        def counted(call: Any, statement: Any, params: Any) -> Any:
            self._note(statement if isinstance(statement, str) else statement.source, len(params))
            return run(call, statement, params)

        server.app.db._run = counted  # type: ignore[method-assign]  # where all statements pass

    def _note(self, source: str, parameters: int) -> None:
        """Note a statement; one that goes on with the list of the one before, which was full, is none of its own."""
        text = _LIST.sub("(…)", " ".join(source.split()))
        if not (self._list_goes_on and self.statements and self.statements[-1] == text):
            self.statements.append(text)
        self._list_goes_on = parameters >= LIST

    def of(self, request: str, body: Any) -> list[str]:
        """Return the statements of a request, with empty caches and, after them, with full ones."""
        found: list[str] = []
        for warmth in ("empty", "full"):
            if warmth == "empty":
                self.server.app.caches.invalidate_all()
            self.statements.clear()
            method, path = self._filled(request).split(" ")
            answer = self.crowd.me.request(method, path, self._body(body))
            assert answer.status < 300, answer
            found += [f"[{warmth} caches] {text}" for text in self.statements]
            self.server.settle()
        return found

    def _filled(self, text: str) -> str:
        crowd = self.crowd
        return text.format(me=crowd.me.id, team=crowd.team["id"], channel=crowd.channel["id"], root=crowd.root, since=1)

    def _body(self, body: Any) -> Any:
        crowd = self.crowd
        if body == "users":
            return crowd.some(crowd.users)
        if body == "posts":
            return crowd.some(crowd.roots)
        if body == "usernames":
            return crowd.some([f"friend{number:04}" for number in range(crowd.size)])
        if not isinstance(body, dict):
            return body
        return {key: self._filled(value) if isinstance(value, str) else value for key, value in body.items()}


@pytest.fixture(scope="module")
def crowds() -> Iterator[tuple[Counting, Counting]]:
    """Yield a server with few of everything and one with many."""
    memory = Path("/dev/shm")
    quiet = {"TeamSettings": {"MaxNotificationsPerChannel": 10_000}}
    made, servers = [], []
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        for size in (FEW, MANY):
            data = Path(folder) / str(size)
            with make_app(quiet, data_directory=data) as server:
                crowd = Crowd(server, size)
            servers.append(make_app(quiet, data_directory=data))
            crowd.sign_in(servers[-1])
            made.append(Counting(servers[-1], crowd))
        yield made[0], made[1]
        for server in servers:
            server.stop()


@pytest.mark.parametrize("request_line", [line for line in REQUESTS if nameless(line) in ROUTED])
def test_it_takes_as_many_statements_with_few_as_with_many(
    crowds: tuple[Counting, Counting], request_line: str
) -> None:
    few, many = (counting.of(request_line, REQUESTS[request_line]) for counting in crowds)
    if request_line in GROWING:
        assert len(few) != len(many), f"{request_line} doesn't grow any more: take it out of GROWING"
        return
    more = "\n".join(
        sorted({f"{many.count(text)}x {text[:300]}" for text in many if many.count(text) != few.count(text)})
    )
    assert len(few) == len(many), (
        f"{request_line}: {len(few)} statements with {FEW} of each, {len(many)} with {MANY}; read in bulk:\n{more}"
    )


def test_what_clients_ask_as_they_start_is_among_them() -> None:
    boot = json.loads((ROOT / "tests/clients/boot.json").read_text())["operations"]
    asked = {nameless(line) for line in REQUESTS} | set(NOT_MANY)
    missing = sorted({nameless(line) for line in boot if nameless(line) in ROUTED and nameless(line) not in asked})
    assert not missing, f"add these to REQUESTS of {__name__} (or to NOT_MANY): {missing}"


def test_a_query_for_each_thing_would_be_seen(crowds: tuple[Counting, Counting]) -> None:
    counts = []
    for counting in crowds:
        counting.statements.clear()
        for user_id in counting.crowd.users:
            counting.server.app.db.fetch_value("SELECT username FROM {users} WHERE id = ?", (user_id,))
        counts.append(len(counting.statements))
    assert counts == [FEW, MANY]


def test_there_is_more_where_there_are_many(crowds: tuple[Counting, Counting]) -> None:
    both = [counting.crowd for counting in crowds]
    lists = ("/users/me/channels", "/users/me/teams", "/users/me/preferences", "/users/me/teams/{team}/drafts")
    for path in lists:
        if nameless(f"GET {path}") in ROUTED:
            few, many = (len(crowd.me.get(path.format(team=crowd.team["id"])).json) for crowd in both)
            assert many - few >= MANY - FEW, path
