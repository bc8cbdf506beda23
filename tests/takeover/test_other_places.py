"""Sites whose tables aren't where, or written as, most have them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hubbub.core.cli_doctor import diagnose
from hubbub.core.db import table_names
from hubbub.tests.services.databases import Databases, DatabaseSource
from hubbub.tests.takeover.conftest import Site, build, config, open_database
from hubbub.tests.takeover.site import SQUARE, fill, make_tables
from hubbub.tests.takeover.versions import V10_11, V11_6


@pytest.fixture
def in_a_schema(databases: Databases) -> Iterator[DatabaseSource]:
    """Yield a site in the schema `chat`, as SqlSettings.DataSource with search_path names it."""
    with databases.fresh("postgres") as source:
        with closing(open_database(source)) as db:
            db.execute("CREATE SCHEMA chat")
        join = "&" if "?" in source.data_source else "?"
        inside = DatabaseSource("postgres", f"{source.data_source}{join}search_path=chat")
        build(inside, V11_6)
        with closing(open_database(source)) as db:
            assert table_names(db) == set()
        yield inside
        with closing(open_database(source)) as db:
            assert table_names(db) == set()


def test_a_schema_that_search_path_names(in_a_schema: DatabaseSource, tmp_path: Path) -> None:
    assert diagnose(config(in_a_schema, tmp_path)).is_go

    site = Site(V11_6, in_a_schema, tmp_path)
    assert site.sign_in("bea").post("/posts", {"channel_id": SQUARE, "message": "in a schema"}).status == 201
    site.close()


@pytest.mark.mysql
def test_tables_in_small_letters_as_lower_case_table_names_has_them(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("mysql") as source:
        with closing(open_database(source)) as db:
            make_tables(db, V10_11, str.lower)
        with closing(open_database(source)) as db:
            fill(V10_11).insert(db)

        site = Site(V10_11, source, tmp_path)
        assert site.sign_in("bea").post("/posts", {"channel_id": SQUARE, "message": "small"}).status == 201
        assert "Roles" not in {row[0] for row in site.db.fetch_all(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")}  # fmt: skip
        site.close()
