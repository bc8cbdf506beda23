"""The way back stays open: what a Mattermost server needs is neither changed nor removed, and nothing is in its way."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.core.db import TableInfo, describe, table_names
from hubbub.tests.services.databases import Databases
from hubbub.tests.takeover.conftest import KINDS, Site, built, open_database
from hubbub.tests.takeover.rows import contents
from hubbub.tests.takeover.site import SQUARE
from hubbub.tests.takeover.versions import COLLATION, V11_6, columns

# What every server makes when it isn't there.
COMPLETED = {"jobs", "propertygroups", "roles", "systems"}
# What people's own doing changes; every other table is exactly as it was.
USED = COMPLETED | {
    "audits", "channelmemberhistory", "channelmembers", "channels", "drafts", "posts", "preferences",
    "publicchannels", "sessions", "status", "threadmemberships", "threads", "users",
}  # fmt: skip


class Traces:
    """What a database was before Hubbub, after a start without anybody, and after somebody used it."""

    def __init__(self, site: Site, catalog: dict[str, TableInfo | None]) -> None:
        self.site = site
        self.tables = site.tables
        self.before, self.catalog_before = site.before, catalog
        site.server.stop()
        self.after_start = contents(site.db, site.tables)
        site.restart()
        _use(site)
        site.server.stop()
        self.after_use = contents(site.db, site.tables)
        self.catalog = {table: describe(site.db, table) for table in site.tables}
        self.names = table_names(site.db)


def _use(site: Site) -> None:
    bea = site.sign_in("bea")
    bea.get("/users/me/teams")
    bea.get(f"/channels/{SQUARE}/posts")
    assert bea.post("/posts", {"channel_id": SQUARE, "message": "written by Hubbub"}).status == 201
    assert bea.post("/channels/members/me/view", {"channel_id": SQUARE}).status == 200
    bea.post("/users/logout")


@pytest.fixture(scope="module", params=KINDS)
def traces(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Traces]:
    """Yield the traces of each version on each engine."""
    engine, version = request.param
    with built(databases, engine, version) as source:
        db = open_database(source)
        catalog = {table: describe(db, table) for table in sorted(columns(version))}
        db.close()
        site = Site(version, source, tmp_path_factory.mktemp("site"))
        yield Traces(site, catalog)
        site.close()


def test_tables_columns_and_indexes_are_as_they_were(traces: Traces) -> None:
    for table in traces.tables:
        assert traces.catalog[table] == traces.catalog_before[table], table


def test_only_tables_of_the_schema_and_our_own_are_added(traces: Traces) -> None:
    added = traces.names - set(traces.tables)

    assert {name for name in added if not name.startswith("hb_")} <= set(columns(V11_6))


def test_new_tables_on_mysql_can_be_compared_with_the_old_ones(traces: Traces) -> None:
    if traces.site.db.engine != "mysql":
        return
    rows = traces.site.db.fetch_all(
        "SELECT DISTINCT table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"
    )
    assert rows == [(COLLATION,)]


def test_a_start_leaves_every_row_as_it_is(traces: Traces) -> None:
    for table, rows in traces.before.items():
        if table in COMPLETED:
            assert _texts(rows) <= _texts(traces.after_start[table]), table
        else:
            assert traces.after_start[table] == rows, table


def test_use_changes_only_what_people_change(traces: Traces) -> None:
    changed = {table for table in traces.tables if traces.after_use[table] != traces.before[table]}

    assert changed <= USED
    assert _texts(traces.before["posts"]) < _texts(traces.after_use["posts"])
    assert len(traces.after_use["users"]) == len(traces.before["users"])


def _texts(rows: list[tuple[Any, ...]]) -> set[str]:
    return {repr(row) for row in rows}
