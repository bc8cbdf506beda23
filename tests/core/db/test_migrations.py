"""Migrations: each once, in order, by one process, on every engine."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hubbub.core.db import Database, MigrationFailed, Step, describe, migrate, table_names
from hubbub.core.db.errors import StoreBusy
from hubbub.core.db.lock import shared_lock
from hubbub.tests.core.db.conftest import MakeDb
from hubbub.tests.services.databases import DatabaseSource

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")

SAMPLE = Path(__file__).parent / "sample_migrations"


def package(folder: Path, name: str = "migrations") -> ModuleType:
    """Return the package of migrations in `folder`, under a name of its own."""
    module = ModuleType(f"hb_test_{abs(hash(folder))}_{name}")
    module.__path__ = [str(folder)]
    sys.modules[module.__name__] = module
    return module


@pytest.fixture
def db(database: DatabaseSource, make_db: MakeDb) -> Database:
    return make_db(database)


def write(folder: Path, name: str, body: str) -> None:
    """Write a migration."""
    text = "\n".join(f"    {line}" for line in body.splitlines())
    (folder / f"{name}.py").write_text(f"def up(m):\n{text}\n")


def test_migrations_run_in_order_and_once(db: Database) -> None:
    sample = package(SAMPLE)
    expected = [Step("sample", "0001_create_sample"), Step("sample", "0002_fill_sample")]

    assert migrate(db, [("sample", sample)]) == expected
    assert migrate(db, [("sample", sample)]) == []
    assert db.fetch_all("SELECT id FROM {hb_sample}") == [("row 0",)]


def test_a_plan_says_what_would_run_and_touches_nothing(db: Database) -> None:
    steps = migrate(db, [("sample", package(SAMPLE))], plan=True)

    assert [step.name for step in steps] == ["0001_create_sample", "0002_fill_sample"]
    assert table_names(db) == set()


def test_plugins_keep_their_own_history(db: Database, tmp_path: Path) -> None:
    write(tmp_path, "0001_create_sample", 'm.execute("CREATE TABLE {hb_other} (id integer)")')
    migrate(db, [("sample", package(SAMPLE))])

    assert migrate(db, [("other", package(tmp_path)), ("sample", package(SAMPLE))]) == [
        Step("other", "0001_create_sample")
    ]


def test_a_package_that_does_not_exist_has_no_migrations(db: Database) -> None:
    assert migrate(db, [("sample", "hubbub.core.db.no_such_package")]) == []


@pytest.mark.engines("sqlite", "postgres")
def test_a_failing_migration_is_rolled_back_and_named(db: Database, tmp_path: Path) -> None:
    write(tmp_path, "0001_good", 'm.execute("CREATE TABLE {hb_good} (id integer)")')
    write(tmp_path, "0002_bad", 'm.execute("CREATE TABLE {hb_bad} (id integer)")\nm.execute("CREATE nonsense")')

    with pytest.raises(MigrationFailed, match="0002_bad of plugin broken"):
        migrate(db, [("broken", package(tmp_path))])

    assert table_names(db) == {"hb_good", "hb_migrations"}


def test_a_misnamed_migration_is_refused(db: Database, tmp_path: Path) -> None:
    write(tmp_path, "create_things", "pass")

    with pytest.raises(MigrationFailed, match="create_things"):
        migrate(db, [("x", package(tmp_path))])


def test_what_an_existing_table_lacks_is_added(db: Database) -> None:
    """As in a database that an older Mattermost left."""
    db.execute("CREATE TABLE {hb_sample} (id varchar(26) PRIMARY KEY, createat bigint, message text)")
    db.execute("INSERT INTO {hb_sample} (id) VALUES ('old')")

    migrate(db, [("sample", package(SAMPLE))])

    found = describe(db, "hb_sample")
    assert found is not None
    assert {column.name for column in found.columns} >= {"channelname", "kind", "props", "ishidden"}
    assert "idx_hb_sample_create_at" in {index.name for index in found.indexes}
    kind, is_hidden = db.fetch_one("SELECT kind, ishidden FROM {hb_sample} WHERE id = 'old'") or ("", True)
    assert kind == "O"
    assert not is_hidden


_MIGRATE = """
from gevent import monkey; monkey.patch_all()
import sys
from types import ModuleType, SimpleNamespace
from hubbub.core.db import Database, migrate
db = Database(SimpleNamespace(DriverName=sys.argv[1], DataSource=sys.argv[2], MaxIdleConns=5, MaxOpenConns=5,
    ConnMaxLifetimeMilliseconds=0, ConnMaxIdleTimeMilliseconds=0, QueryTimeout=30, Trace=False))
package = ModuleType("sample_migrations")
package.__path__ = [sys.argv[3]]
sys.modules["sample_migrations"] = package
print(len(migrate(db, [("sample", package)])))
"""


def test_of_several_processes_exactly_one_migrates(db: Database, database: DatabaseSource) -> None:
    command = [sys.executable, "-c", _MIGRATE, database.driver_name, database.data_source, str(SAMPLE)]

    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = sorted(process.communicate(timeout=60)[0].strip() for process in processes)

    assert answers == ["0", "0", "2"]
    assert db.fetch_all("SELECT id FROM {hb_sample}") == [("row 0",)]


def test_a_lock_is_held_by_one_and_freed_even_after_an_error(database: DatabaseSource, make_db: MakeDb) -> None:
    one, two = make_db(database), make_db(database)

    with pytest.raises(ZeroDivisionError), shared_lock(one, "x", wait=1):
        with pytest.raises(StoreBusy), shared_lock(two, "x", wait=0.3):
            pass
        _ = 1 / 0

    with shared_lock(two, "x", wait=5):
        assert one.fetch_value("SELECT 1") == 1
