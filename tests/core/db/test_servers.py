"""What happens to connections: killed, restarted, used up, hanging; on PostgreSQL and, where it can happen, MariaDB."""

import os
import signal
from pathlib import Path
from time import monotonic

import gevent
import psycopg2
import pytest

from hubbub.core.db import BatchWriter, Database, errors
from hubbub.tests.core.db.conftest import MakeDb, count, create_items, insert
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.postgres import PostgresServer

_KILL_OTHERS = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'hubbub' AND datname = current_database()"""


@pytest.fixture
def db(postgres_database: DatabaseSource, make_db: MakeDb) -> Database:
    db = make_db(postgres_database, MaxOpenConns=5, MaxIdleConns=5, QueryTimeout=3)
    create_items(db)
    return db


def kill_connections(source: DatabaseSource) -> int:
    """End all of Hubbub's connections from outside, as an admin would."""
    connection = psycopg2.connect(source.data_source)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(_KILL_OTHERS)
    (killed,) = cursor.fetchone() or (0,)
    connection.close()
    gevent.sleep(0.1)
    return int(killed)


def fill_pool(db: Database, size: int) -> None:
    """Open `size` connections and leave them idle."""
    gevent.joinall([gevent.spawn(db.fetch_all, "SELECT pg_sleep(0.1)") for _ in range(size)], raise_error=True)


def test_queries_run_side_by_side(db: Database) -> None:
    fill_pool(db, 5)
    begin = monotonic()

    gevent.joinall([gevent.spawn(db.fetch_all, "SELECT pg_sleep(1)") for _ in range(5)], raise_error=True)

    assert monotonic() - begin < 4


def test_json_goes_in_and_comes_out_as_text(db: Database) -> None:
    db.execute("CREATE TABLE hb_json (doc jsonb, raw json, data bytea)")
    db.execute("INSERT INTO hb_json VALUES (?, ?, ?)", ('{"a": [1, "?"]}', '{"b":1}', b"\x00\xff"))

    assert db.fetch_one("SELECT doc, raw, data, doc ->> 'a' FROM hb_json WHERE doc ?? 'a'") == (
        '{"a": [1, "?"]}',
        '{"b":1}',
        b"\x00\xff",
        '[1, "?"]',
    )


def test_a_nul_in_a_text_is_the_callers_mistake(db: Database) -> None:
    with pytest.raises(errors.BadValue):
        db.execute("INSERT INTO {hb_items} (id, name) VALUES ('a', ?)", ("a\0b",))


def test_a_text_that_is_too_long_is_the_callers_mistake(db: Database) -> None:
    with pytest.raises(errors.BadValue) as caught:
        insert(db, "x" * 27)
    assert caught.value.status == 400


def test_a_read_is_repeated_when_the_idle_connection_was_dead(db: Database, postgres_database: DatabaseSource) -> None:
    fill_pool(db, 3)
    assert kill_connections(postgres_database) == 3

    assert count(db) == 0


def test_a_write_finds_a_good_connection_when_idle_ones_died_a_while_ago(
    db: Database, postgres_database: DatabaseSource
) -> None:
    fill_pool(db, 3)
    kill_connections(postgres_database)
    gevent.sleep(1.1)

    insert(db, "a")

    assert count(db) == 1


def test_a_write_is_never_repeated(db: Database, postgres_database: DatabaseSource) -> None:
    """The connection died a moment ago: whether the server has run the statement can't be known, so it is an error."""
    insert(db, "a", 1)
    kill_connections(postgres_database)

    with pytest.raises(errors.ConnectionLost):
        db.execute("UPDATE {hb_items} SET counter = counter + 1")
    assert db.fetch_value("SELECT counter FROM {hb_items}") == 1


def test_a_transaction_begins_again_when_the_idle_connection_was_dead(
    db: Database, postgres_database: DatabaseSource
) -> None:
    fill_pool(db, 3)
    kill_connections(postgres_database)

    with db.transaction():
        insert(db, "a")
        insert(db, "b")

    assert count(db) == 2
    assert db.stats()["in_use"] == 0


def test_a_transaction_whose_connection_dies_is_an_error_and_its_callbacks_are_dropped(
    db: Database, postgres_database: DatabaseSource
) -> None:
    seen: list[int] = []

    with pytest.raises(errors.ConnectionLost) as caught, db.transaction():
        insert(db, "a")
        db.after_commit(lambda: seen.append(1))
        kill_connections(postgres_database)
        insert(db, "b")

    assert caught.value.status == 503
    assert seen == []
    assert count(db) == 0
    assert db.stats()["in_use"] == 0


def test_a_connection_that_dies_before_the_commit_is_never_a_success(
    db: Database, postgres_database: DatabaseSource
) -> None:
    seen: list[int] = []

    with pytest.raises(errors.CommitUnknown), db.transaction():
        insert(db, "a")
        db.after_commit(lambda: seen.append(1))
        kill_connections(postgres_database)

    assert seen == []
    assert count(db) == 0


def test_a_greenlet_killed_in_a_query_costs_its_connection_and_nothing_else(db: Database) -> None:
    greenlet = gevent.spawn(db.fetch_all, "SELECT pg_sleep(60)")
    gevent.sleep(0.3)
    assert db.stats()["in_use"] == 1

    greenlet.kill(timeout=10)

    assert db.stats() == {"open": 0, "in_use": 0, "waiting": 0}
    assert count(db) == 0


def test_a_timeout_in_a_query_costs_its_connection(db: Database) -> None:
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.3):
        db.fetch_all("SELECT pg_sleep(60)")

    assert db.stats()["open"] == 0
    assert count(db) == 0


def test_no_more_connections_than_allowed(db: Database) -> None:
    jobs = [gevent.spawn(db.fetch_all, "SELECT pg_sleep(0.2)") for _ in range(12)]
    gevent.sleep(0.1)
    assert db.stats() == {"open": 5, "in_use": 5, "waiting": 7}

    gevent.joinall(jobs, raise_error=True, timeout=30)
    assert db.stats() == {"open": 5, "in_use": 0, "waiting": 0}


def test_waiting_for_a_connection_ends(make_db: MakeDb, postgres_database: DatabaseSource) -> None:
    db = make_db(postgres_database, MaxOpenConns=1, QueryTimeout=1)

    with db.transaction():
        db.fetch_one("SELECT 1")
        waiting = gevent.spawn(db.fetch_one, "SELECT 1")
        gevent.joinall([waiting], timeout=10)

    assert isinstance(waiting.exception, errors.PoolExhausted)
    assert waiting.exception.status == 503
    assert db.stats() == {"open": 1, "in_use": 0, "waiting": 0}


def test_idle_connections_above_the_limit_are_closed(make_db: MakeDb, postgres_database: DatabaseSource) -> None:
    db = make_db(postgres_database, MaxOpenConns=5, MaxIdleConns=2)

    fill_pool(db, 5)

    assert db.stats()["open"] == 2


def test_a_connection_beyond_its_lifetime_is_replaced(make_db: MakeDb, postgres_database: DatabaseSource) -> None:
    db = make_db(postgres_database, ConnMaxLifetimeMilliseconds=100)
    first = db.fetch_value("SELECT pg_backend_pid()")
    gevent.sleep(0.2)

    assert db.fetch_value("SELECT pg_backend_pid()") != first
    assert db.stats()["open"] == 1


def test_a_server_with_no_room_lets_us_wait_for_our_own_connections(make_db: MakeDb) -> None:
    server = PostgresServer(settings=("max_connections=6", "superuser_reserved_connections=0"))
    server.prepare()
    server.start()
    try:
        source = DatabaseSource("postgres", server.data_source(server.create_database()))
        db = make_db(source, MaxOpenConns=50, MaxIdleConns=50, QueryTimeout=10)
        gevent.joinall(
            [gevent.spawn(db.fetch_all, "SELECT pg_sleep(0.05)") for _ in range(30)], raise_error=True, timeout=30
        )
        assert db.stats()["open"] <= 6
    finally:
        server.remove()


def test_a_killed_postgres_is_an_error_and_then_works_again(
    own_postgres_server: PostgresServer, make_db: MakeDb
) -> None:
    server = own_postgres_server
    db = make_db(DatabaseSource("postgres", server.data_source(server.create_database())))
    create_items(db)
    writer = BatchWriter(db, lambda keys: [insert(db, key) for key in keys])
    writer.submit("before")
    server.kill()

    with pytest.raises(errors.StoreUnavailable):
        count(db)
    with pytest.raises(errors.StoreUnavailable):
        writer.submit("meanwhile")
    server.start()

    assert count(db) == 1
    writer.submit("after")
    assert db.fetch_all("SELECT id FROM {hb_items} ORDER BY id") == [("after",), ("before",)]
    assert db.stats()["in_use"] == 0


def test_what_was_answered_survives_a_killed_server(own_postgres_server: PostgresServer, make_db: MakeDb) -> None:
    server = own_postgres_server
    db = make_db(DatabaseSource("postgres", server.data_source(server.create_database())))
    create_items(db)

    def write(keys: list[str]) -> list[str]:
        db.insert_many("hb_items", ("id",), [(key,) for key in keys])
        return keys

    writer = BatchWriter(db, write)
    answered: list[str] = []

    def client(number: int) -> None:
        for turn in range(100_000):
            answered.append(writer.submit(f"{number}-{turn}"))

    clients = [gevent.spawn(client, number) for number in range(20)]
    gevent.sleep(0.5)
    server.kill()
    gevent.joinall(clients, timeout=30)
    server.start()

    assert all(isinstance(job.exception, errors.StoreUnavailable) for job in clients)
    assert len(answered) > 20
    assert {row[0] for row in db.fetch_all("SELECT id FROM {hb_items}")} >= set(answered)


def test_a_server_that_hangs_does_not_hang_us(own_postgres_server: PostgresServer, make_db: MakeDb) -> None:
    server = own_postgres_server
    db = make_db(DatabaseSource("postgres", server.data_source(server.create_database())), QueryTimeout=1)
    backend = db.fetch_value("SELECT pg_backend_pid()")
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(errors.ConnectionLost, match="connection_lost"):
            db.execute("SELECT 1 FOR UPDATE")
    finally:
        os.kill(backend, signal.SIGCONT)
    assert db.fetch_value("SELECT 1") == 1


def test_a_server_that_is_not_there_is_unavailable(make_db: MakeDb) -> None:
    db = make_db(DatabaseSource("postgres", "postgres://me:secret@127.0.0.1:1/x?connect_timeout=2"))

    with pytest.raises(errors.StoreUnavailable) as caught:
        db.ping()

    assert caught.value.status == 503
    assert "secret" not in caught.value.detailed_error
    assert db.stats()["in_use"] == 0


def test_a_wrong_password_is_said(make_db: MakeDb, postgres_database: DatabaseSource) -> None:
    source = postgres_database.data_source.replace("://hubbub:", "://hubbub:wrong")

    with pytest.raises(errors.StoreUnavailable) as caught:
        make_db(DatabaseSource("postgres", source)).ping()
    assert "password authentication failed" in caught.value.detailed_error


def test_a_forked_child_uses_connections_of_its_own(db: Database) -> None:
    insert(db, "parent")
    backend = db.fetch_value("SELECT pg_backend_pid()")
    child = os.fork()
    if child == 0:
        try:
            insert(db, "child")
            os._exit(0 if db.fetch_value("SELECT pg_backend_pid()") != backend else 1)
        except BaseException:
            os._exit(2)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert db.fetch_value("SELECT pg_backend_pid()") == backend
    assert count(db) == 2


@pytest.mark.mysql
def test_a_killed_mariadb_is_an_error_and_then_works_again(own_mariadb_server: MariadbServer, make_db: MakeDb) -> None:
    server = own_mariadb_server
    db = make_db(DatabaseSource("mysql", server.data_source(server.create_database())))
    create_items(db)
    insert(db, "before")
    server.kill()

    with pytest.raises(errors.StoreUnavailable):
        count(db)
    server.start()

    assert count(db) == 1
    insert(db, "after")
    assert db.stats()["in_use"] == 0


@pytest.mark.mysql
def test_tables_of_an_existing_mysql_database_are_found_however_they_are_spelled(
    mysql_database: DatabaseSource, make_db: MakeDb
) -> None:
    make_db(mysql_database).execute("CREATE TABLE Hb_ITEMS (id varchar(26))")
    db = make_db(mysql_database)
    read = db.prepare("SELECT count(*) FROM {hb_items}")

    assert db.fetch_value(read) == 0
    assert "Hb_ITEMS" in read.text


def test_trace_logs_statements_without_their_values(
    make_db: MakeDb, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    db = make_db(DatabaseSource("sqlite", str(tmp_path / "x.db")), Trace=True)
    with caplog.at_level("INFO", logger="hubbub.db"):
        db.fetch_one("SELECT ?", ("secret",))

    assert "SELECT ?" in caplog.text
    assert "secret" not in caplog.text
