"""What only happens to a SQLite file: locked, full, read-only, damaged, used by several processes."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from time import monotonic

import gevent
import pytest

from hubbub.core.db import Database, errors
from hubbub.tests.core.db.conftest import MakeDb, count, create_items, insert
from hubbub.tests.services.databases import DatabaseSource


@pytest.fixture
def db(sqlite_database: DatabaseSource, make_db: MakeDb) -> Database:
    db = make_db(sqlite_database, QueryTimeout=2)
    create_items(db)
    return db


@pytest.fixture
def somebody_else(sqlite_database: DatabaseSource) -> sqlite3.Connection:
    """Return a connection that belongs to nobody here, as another process would have it."""
    return sqlite3.connect(sqlite_database.data_source, isolation_level=None, timeout=0)


def count_ticks(ticks: list[float]) -> None:
    while True:
        ticks.append(monotonic())
        gevent.sleep(0.01)


def test_the_file_is_in_the_mode_that_keeps_what_was_committed(db: Database) -> None:
    with db.transaction():
        modes = [db.fetch_value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert modes == ["wal", 2, 0]


def test_a_locked_file_is_waited_for_without_stopping_anybody(db: Database, somebody_else: sqlite3.Connection) -> None:
    somebody_else.execute("BEGIN IMMEDIATE")
    gevent.sleep(0.01)  # timers count from the loop's last turn
    gevent.spawn_later(0.3, somebody_else.execute, "COMMIT")
    ticks: list[float] = []
    ticker = gevent.spawn(count_ticks, ticks)

    insert(db, "a")
    ticker.kill()

    assert count(db) == 1
    assert len(ticks) > 5


def test_a_file_that_stays_locked_is_busy_after_the_query_timeout(
    db: Database, somebody_else: sqlite3.Connection
) -> None:
    somebody_else.execute("BEGIN IMMEDIATE")

    with pytest.raises(errors.StoreBusy) as caught:
        insert(db, "a")
    somebody_else.execute("ROLLBACK")

    assert caught.value.status == 503
    insert(db, "a")


def test_reads_go_on_while_somebody_else_writes(db: Database, somebody_else: sqlite3.Connection) -> None:
    somebody_else.execute("BEGIN IMMEDIATE")
    somebody_else.execute("INSERT INTO hb_items (id) VALUES ('x')")

    assert count(db) == 0
    somebody_else.execute("COMMIT")
    assert count(db) == 1


def test_a_writer_who_waits_too_long_for_another_greenlet_is_told(
    make_db: MakeDb, sqlite_database: DatabaseSource
) -> None:
    db = make_db(sqlite_database, QueryTimeout=1)
    create_items(db)

    with db.transaction():
        insert(db, "a")
        waiting = gevent.spawn(insert, db, "b")
        gevent.joinall([waiting], timeout=10)

    assert isinstance(waiting.exception, errors.StoreBusy)
    assert count(db) == 1


def test_a_full_disk_is_said_and_nothing_is_half_written(db: Database) -> None:
    insert(db, "a")
    with db.transaction():
        pages = db.fetch_value("PRAGMA page_count")
        db.execute(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(errors.StoreFull) as caught:
        db.insert_many("hb_items", ("id", "name"), [(str(n), "x" * 60 + str(n)) for n in range(1000)])

    assert caught.value.status == 503
    assert count(db) == 1
    db.execute("PRAGMA max_page_count = 100000")
    insert(db, "b")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_really_full_disk_keeps_what_was_committed(make_db: MakeDb, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(disk)], capture_output=True).returncode:
        pytest.skip("mounting isn't allowed here")
    try:
        db = make_db(DatabaseSource("sqlite", str(disk / "hubbub.db")))
        create_items(db)
        insert(db, "kept")
        with pytest.raises(errors.StoreFull):
            for part in range(100):
                db.insert_many("hb_items", ("id", "name"), [(f"{part}-{n}", f"{part} {n} xxxxx") for n in range(1000)])
        whole_parts = count(db) - 1
        assert db.fetch_value("SELECT name FROM {hb_items} WHERE id = 'kept'") == "name of kept"
        assert whole_parts % 1000 == 0
        db.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_file_that_is_no_database_is_said_at_the_first_sign_of_life(make_db: MakeDb, tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 100)

    with pytest.raises(errors.StoreCorrupt) as caught:
        make_db(DatabaseSource("sqlite", str(path))).ping()

    assert str(path) in caught.value.detailed_error
    assert path.read_text().startswith("Dear Sir")


def test_a_damaged_page_is_said_and_is_not_a_crash(
    db: Database, make_db: MakeDb, sqlite_database: DatabaseSource
) -> None:
    db.insert_many("hb_items", ("id", "name"), [(str(n), "x" * 50 + str(n)) for n in range(2000)])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with Path(sqlite_database.data_source).open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 20))

    with pytest.raises(errors.StoreCorrupt):
        make_db(sqlite_database).fetch_all("SELECT * FROM {hb_items} ORDER BY counter")


def test_a_folder_that_cannot_be_made_is_unavailable(make_db: MakeDb, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(errors.StoreUnavailable):
        make_db(DatabaseSource("sqlite", str(tmp_path / "file" / "hubbub.db"))).ping()


def test_missing_folders_are_made(make_db: MakeDb, tmp_path: Path) -> None:
    make_db(DatabaseSource("sqlite", str(tmp_path / "new" / "folder" / "hubbub.db"))).ping()

    assert (tmp_path / "new" / "folder" / "hubbub.db").exists()


def test_a_read_only_database_is_said(db: Database, make_db: MakeDb, sqlite_database: DatabaseSource) -> None:
    insert(db, "a")
    other = make_db(DatabaseSource("sqlite", f"file:{sqlite_database.data_source}?mode=ro"))

    assert count(other) == 1
    with pytest.raises(errors.StoreReadOnly):
        insert(other, "b")


def test_nothing_is_opened_before_the_first_statement(make_db: MakeDb, tmp_path: Path) -> None:
    db = make_db(DatabaseSource("sqlite", str(tmp_path / "later.db")))

    assert not (tmp_path / "later.db").exists()
    assert db.stats()["open"] == 0


def test_a_database_in_memory_is_one_database(make_db: MakeDb) -> None:
    db = make_db(DatabaseSource("sqlite", ":memory:"))
    create_items(db)
    insert(db, "a")

    assert count(db) == 1


_WRITER = """
from gevent import monkey; monkey.patch_all()
import sys
from types import SimpleNamespace
from hubbub.core.db import Database
db = Database(SimpleNamespace(DriverName="sqlite", DataSource=sys.argv[1], MaxIdleConns=1, MaxOpenConns=1,
    ConnMaxLifetimeMilliseconds=0, ConnMaxIdleTimeMilliseconds=0, QueryTimeout=60, Trace=False))
for number in range(100):
    with db.transaction():
        db.execute("UPDATE {hb_items} SET counter = counter + 1 WHERE id = 'a'")
"""


def test_several_processes_write_without_losing_anything(db: Database, sqlite_database: DatabaseSource) -> None:
    insert(db, "a", 0)
    command = [sys.executable, "-c", _WRITER, sqlite_database.data_source]

    processes = [subprocess.Popen(command) for _ in range(3)]
    codes = [process.wait(timeout=60) for process in processes]

    assert codes == [0, 0, 0]
    assert db.fetch_value("SELECT counter FROM {hb_items}") == 300


def test_a_process_killed_in_a_transaction_loses_that_and_nothing_else(
    db: Database, sqlite_database: DatabaseSource
) -> None:
    script = _WRITER.replace("range(100)", "range(10**9)")
    insert(db, "a", 0)
    process = subprocess.Popen([sys.executable, "-c", script, sqlite_database.data_source])
    while (db.fetch_value("SELECT counter FROM {hb_items}") or 0) < 50:
        gevent.sleep(0.01)
    process.kill()
    process.wait()

    before = db.fetch_value("SELECT counter FROM {hb_items}")
    assert db.execute("UPDATE {hb_items} SET counter = counter + 1") == 1
    assert db.fetch_value("SELECT counter FROM {hb_items}") == before + 1
    assert db.fetch_value("PRAGMA integrity_check") == "ok"


_ANSWERING = (
    _WRITER.partition("for number")[0]
    + """
import gevent
from hubbub.core.db import BatchWriter
def write(keys):
    db.insert_many("hb_items", ("id",), [(key,) for key in keys])
    return keys
writer = BatchWriter(db, write)
def client(number):
    for turn in range(10**9):
        print(writer.submit(f"{number}-{turn}"), flush=True)
gevent.joinall([gevent.spawn(client, number) for number in range(20)])
"""
)


def test_what_was_answered_survives_a_killed_process(db: Database, sqlite_database: DatabaseSource) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _ANSWERING, sqlite_database.data_source], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    answered = [process.stdout.readline().strip() for _ in range(200)]
    process.kill()
    answered += [line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.wait()

    assert {row[0] for row in db.fetch_all("SELECT id FROM {hb_items}")} >= set(answered)
    assert db.fetch_value("PRAGMA integrity_check") == "ok"


def test_a_forked_child_uses_connections_of_its_own(db: Database) -> None:
    insert(db, "parent")
    child = os.fork()
    if child == 0:
        try:
            insert(db, "child")
            os._exit(0 if count(db) == 2 else 1)
        except BaseException:
            os._exit(2)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert count(db) == 2
