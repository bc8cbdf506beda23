"""A Mattermost database copied into another engine's: the way from its MySQL to PostgreSQL."""

from typing import Any

import pytest

from hubbub.core.db import refuse_unfit, table_names
from hubbub.tests.moving import sites
from hubbub.tests.moving.conftest import Make
from hubbub.tests.moving.test_copy import copy
from hubbub.tests.services.databases import Databases, Engine
from hubbub.tests.takeover.conftest import build
from hubbub.tests.takeover.versions import V9_11, V10_11, Version

_OWN = {"hb_migrations", "db_migrations", "db_lock"}


@pytest.mark.parametrize(
    ("engine", "version", "other"),
    [
        pytest.param("mysql", V10_11, "postgres", id="10.11-mysql-postgres", marks=pytest.mark.mysql),
        pytest.param("postgres", V9_11, "sqlite", id="9.11-postgres-sqlite"),
    ],
)
def test_a_mattermost_site_arrives_with_all_its_rows(
    engine: Engine, version: Version, other: Any, databases: Databases, empty: Make, every_plugin: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("hubbub.core.moving.rows.BATCH", 100)
    target = empty(other)
    with databases.copy(engine, f"moving {version}", lambda source: build(source, version)) as source:
        report = copy(source, target, every_plugin)
        before, after = sites.open_database(source), sites.open_database(target)
        before.ping()  # MySQL's spelling of the tables is learned by then
        for table in sorted(table_names(before) & table_names(after) - _OWN):
            count = f"SELECT count(*) FROM {{{table}}}"
            assert (table, after.fetch_value(count)) == (table, before.fetch_value(count))
        assert sites.contents(after, "posts", "id, message") == sites.contents(before, "posts", "id, message")
        refuse_unfit(after, every_plugin)
        before.close()
        after.close()
    assert [text for text in report.left_out if text.startswith("table") and ": 0 rows" not in text] == []
