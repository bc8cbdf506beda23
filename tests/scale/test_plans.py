"""What clients ask all the time is found by an index, on each engine: no statement reads a whole table for it.

The statements are those that the server runs for the requests; the engine that ran one is asked how.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from hubbub.core.db import Database
from hubbub.core.testing import PASSWORD, RunningApp, make_app
from hubbub.tests.scale.crowd import Crowd
from hubbub.tests.scale.population import BIG, Population
from hubbub.tests.scale.test_queries import REQUESTS
from hubbub.tests.services.databases import ENGINES, Databases

HOT: Final[dict[str, Any]] = {
    **REQUESTS,
    "POST /users/login": {"login_id": "me", "password": PASSWORD},
    "POST /users/login (by e-mail)": {"login_id": "me@example.com", "password": PASSWORD},
    "GET /users/username/friend0001": None,
    "GET /users/email/me@example.com": None,
    "GET /users/{me}/sessions": None,
    "GET /users/{me}/status": None,
    "GET /channels/{channel}": None,
    "GET /channels/{channel}/posts?before={root}&per_page=60": None,
    "GET /channels/{channel}/posts?after={root}&per_page=60": None,
    "GET /channels/{channel}/pinned": None,
    "GET /posts/{root}": None,
    "GET /posts/{root}/reactions": None,
    "GET /posts/{root}/files/info": None,
    "GET /users/{me}/posts/flagged": None,
    "POST /reactions": {"user_id": "{me}", "post_id": "{root}", "emoji_name": "+1"},
    "PUT /posts/{root}/patch": {"message": "the root, changed"},
    "PUT /users/{me}/status": {"user_id": "{me}", "status": "online"},
}
SIZE: Final = 40
"""How many of each "me" has."""

WHOLE_TABLES: Final[dict[str, dict[str, str]]] = {
    "GET /users/stats": {"users": "counts everybody"},
}
"""Request → table → why all of it is read."""

_ALIASES: Final = re.compile(
    r"\{(\w+)\}(?:\s+(?:AS\s+)?(?!(?:WHERE|SET|ON|JOIN|LEFT|INNER|ORDER|GROUP|USING|VALUES)\b)(\w+))?", re.I
)


class Planner:
    """A running site, and how its engine goes about the statements of a request."""

    def __init__(self, server: RunningApp, crowd: Crowd) -> None:
        self.server, self.crowd = server, crowd
        self.db: Database = server.app.db
        self._seen: list[tuple[str, Any]] = []
        run = self.db._run

        def noted(call: Any, statement: Any, params: Any) -> Any:
            one = next(iter(params), ()) if call is self.db._execute_many else params  # of many rows the first
            self._seen.append((statement if isinstance(statement, str) else statement.source, one))
            return run(call, statement, params)

        self._run = run
        self.db._run = noted  # type: ignore[method-assign]  # where all statements pass

    def statements(self, request: str, body: Any) -> list[tuple[str, Any]]:
        """Return the statements, and their parameters, that a request takes when nothing is cached."""
        self.server.app.caches.invalidate_all()
        self._seen.clear()
        method, path = self._filled(request).split(" ")[:2]
        answer = self.crowd.me.request(method, path, self._body(body))
        assert answer.status < 300, answer
        self.server.settle()
        return list(self._seen)

    def whole_tables(self, source: str, params: Any) -> set[str]:
        """Return the big tables that a statement reads from one end to the other."""
        names = {(alias or table).lower(): table for table, alias in _ALIASES.findall(source)}
        names |= {table: table for table, _ in _ALIASES.findall(source)}
        scanned = {names.get(name.lower(), name.lower()) for name in self._scanned(source, params)}
        return scanned & set(BIG)

    def _scanned(self, source: str, params: Any) -> list[str]:
        """Return the tables, as the engine names them."""
        if re.match(r"\s*SET\b|(?s:\s*INSERT\b(?!.*\bSELECT\b))", source, re.I):
            return []
        if self.db.engine == "sqlite":
            plan = self.db.fetch_all(f"EXPLAIN QUERY PLAN {source}", params)
            return [row[3].split()[1] for row in plan if row[3].startswith("SCAN ") and " USING " not in row[3]]
        if self.db.engine == "postgres":
            with self.db.transaction():
                # NOTE: the tables have thousands of rows here, so that reading some of them whole would be right: it
                # is asked whether there is an index that leads to the rows, which is what counts with millions.
                self.db.execute("SET LOCAL enable_seqscan = off")
                plan = self.db.fetch_value(f"EXPLAIN (FORMAT JSON) {source}", params)
            return list(_read_whole((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
        # id, select_type, table, type, possible_keys, key, …
        whole = ("ALL", "index") if re.match(r"\s*(UPDATE|DELETE)", source, re.I) else ("ALL",)
        return [row[2] for row in self.db.fetch_all(f"EXPLAIN {source}", params) if row[2] and row[3] in whole]

    def _filled(self, text: str) -> str:
        crowd = self.crowd
        return text.format(me=crowd.me.id, team=crowd.team["id"], channel=crowd.channel["id"], root=crowd.root, since=1)

    def _body(self, body: Any) -> Any:
        crowd = self.crowd
        lists = {
            "users": crowd.users,
            "posts": crowd.roots,
            "usernames": [f"friend{number:04}" for number in range(crowd.size)],
        }
        if isinstance(body, str):
            return lists[body]
        if not isinstance(body, dict):
            return body
        return {key: self._filled(value) if isinstance(value, str) else value for key, value in body.items()}


def _read_whole(node: dict[str, Any]) -> Iterator[str]:
    """Yield the tables that PostgreSQL reads whole, by themselves or by an index that is only an order to read in."""
    ordered = node["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in node and "Filter" in node
    if node["Node Type"] == "Seq Scan" or ordered:
        yield str(node["Relation Name"])
    for inner in node.get("Plans", ()):
        yield from _read_whole(inner)


@contextmanager
def started(sections: dict[str, Any], folder: str) -> Iterator[Planner]:
    """Yield a planner on a server that has people, and many more people."""
    with make_app(sections, data_directory=Path(folder)) as server:
        crowd = Crowd(server, SIZE)
        Population(crowd, server.app.db)
        analyze(server.app.db)
        yield Planner(server, crowd)


def analyze(db: Database) -> None:
    """Have the engine look at its tables, as it does by itself within minutes."""
    if db.engine == "mysql":
        for table in BIG:
            db.fetch_all(f"ANALYZE TABLE {{{table}}}")
    else:
        db.execute("ANALYZE")


@pytest.fixture(scope="module", params=[pytest.param(e, marks=[pytest.mark.mysql] * (e == "mysql")) for e in ENGINES])
def planner(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Planner]:
    """Yield the site on each engine in turn."""
    with databases.fresh(request.param) as source, tempfile.TemporaryDirectory() as folder:
        sql = {"DriverName": source.driver_name, "DataSource": source.data_source}
        with started({"SqlSettings": sql}, folder) as planner:
            yield planner


@pytest.mark.parametrize("request_line", HOT)
def test_no_statement_of_it_reads_a_whole_table(planner: Planner, request_line: str) -> None:
    allowed = WHOLE_TABLES.get(request_line, {})
    wrong = []
    for source, params in planner.statements(request_line, HOT[request_line]):
        if scanned := planner.whole_tables(source, params) - set(allowed):
            wrong.append(f"all of {', '.join(sorted(scanned))}: {' '.join(source.split())}")
    assert not wrong, "\n".join(wrong)


def test_a_statement_without_an_index_would_be_seen(planner: Planner) -> None:
    assert planner.whole_tables("SELECT id FROM {posts} p WHERE p.message = ?", ("x",)) == {"posts"}
    assert planner.whole_tables("SELECT id FROM {posts} p WHERE p.id = ?", ("x",)) == set()
    assert planner.whole_tables("UPDATE {users} SET nickname = '' WHERE position = ?", ("x",)) == {"users"}
