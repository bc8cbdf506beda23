"""The throw-away servers do what tests of failure rely on."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import psycopg2
import pymysql
import pytest

from hubbub.tests.services.databases import Databases, DatabaseSource
from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.nginx import NginxServer
from hubbub.tests.services.postgres import PostgresServer
from hubbub.tests.services.process import ServiceFailed


def run_sql(source: DatabaseSource, sql: str) -> list[tuple[object, ...]]:
    """Run one statement in a connection of its own, as a client that only knows the DataSource would."""
    if source.driver_name == "sqlite":
        with sqlite3.connect(source.data_source) as connection:
            rows = connection.execute(sql).fetchall()
        connection.close()
        return rows
    connect = psycopg2.connect if source.driver_name == "postgres" else connect_mysql
    connection = connect(source.data_source)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows = list(cursor.fetchall()) if cursor.description else []
        connection.commit()
    finally:
        connection.close()
    return rows


def connect_mysql(data_source: str) -> pymysql.Connection:
    """Connect as the Go driver reads a DataSource: user:password@tcp(host:port)/database?options."""
    account, _, rest = data_source.partition("@tcp(")
    user, _, password = account.partition(":")
    host, _, rest = rest.partition(":")
    port, _, rest = rest.partition(")/")
    return pymysql.connect(
        host=host, port=int(port), user=user, password=password, database=rest.partition("?")[0], charset="utf8mb4"
    )


@pytest.mark.engines("sqlite", "postgres", "mysql")
class TestDatabases:
    def test_a_fresh_database_takes_tables_and_rows(self, database: DatabaseSource) -> None:
        run_sql(database, "CREATE TABLE notes (text VARCHAR(20))")
        run_sql(database, "INSERT INTO notes VALUES ('héllo 🎉')")
        assert list(run_sql(database, "SELECT text FROM notes")) == [("héllo 🎉",)]

    def test_two_fresh_databases_share_nothing(self, database: DatabaseSource, databases: Databases) -> None:
        run_sql(database, "CREATE TABLE notes (text VARCHAR(20))")
        with databases.fresh(database.driver_name) as other:
            run_sql(other, "CREATE TABLE notes (text VARCHAR(20))")

    def test_a_copy_has_what_was_built_once(self, database: DatabaseSource, databases: Databases) -> None:
        built = []

        def build(source: DatabaseSource) -> None:
            built.append(source)
            run_sql(source, "CREATE TABLE notes (text VARCHAR(20) PRIMARY KEY)")
            run_sql(source, "INSERT INTO notes VALUES ('kept')")

        for _ in range(2):
            with databases.copy(database.driver_name, "notes", build) as copy:
                assert list(run_sql(copy, "SELECT text FROM notes")) == [("kept",)]
                run_sql(copy, "INSERT INTO notes VALUES ('of this copy only')")
        assert len(built) == 1


@pytest.mark.usefixtures("postgres_server")  # leaves the tests out where PostgreSQL is not installed
class TestPostgresServer:
    def test_a_killed_server_comes_back_on_its_port_with_every_commit(
        self, own_postgres_server: PostgresServer
    ) -> None:
        server = own_postgres_server
        name = server.create_database()
        server.execute("CREATE TABLE notes (id int)", name)
        port = server.port
        server.execute("INSERT INTO notes VALUES (1)", name)
        server.kill()
        assert not server.answers()
        server.start()
        assert server.port == port
        assert server.execute("SELECT id FROM notes", name) == [(1,)]

    def test_it_runs_as_an_ordinary_user(self, postgres_server: PostgresServer) -> None:
        assert Path(f"/proc/{postgres_server.pid}").stat().st_uid != 0

    def test_a_server_that_cannot_start_says_what_its_log_says(self) -> None:
        server = PostgresServer(settings=["no_such_setting=1"])
        try:
            server.prepare()
            with pytest.raises(ServiceFailed, match="no_such_setting"):
                server.start()
        finally:
            server.remove()

    def test_it_ends_when_the_tests_are_killed(self, tmp_path: Path) -> None:
        script = (
            "import time\n"
            "from hubbub.tests.services.postgres import PostgresServer\n"
            "server = PostgresServer(); server.prepare(); server.start()\n"
            "print(server.pid, flush=True); time.sleep(60)\n"
        )
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=tmp_path) as tests:
            assert tests.stdout is not None
            pid = int(tests.stdout.readline())
            tests.kill()
        assert_gone(pid)


class TestMariadbServer:
    def test_a_killed_server_comes_back_on_its_port_with_every_commit(self, own_mariadb_server: MariadbServer) -> None:
        server = own_mariadb_server
        name = server.create_database()
        server.execute(f"CREATE TABLE {name}.notes (id int)", f"INSERT INTO {name}.notes VALUES (1)")
        server.kill()
        assert not server.answers()
        server.start()
        assert server.execute(f"SELECT id FROM {name}.notes") == [(1,)]


class TestNginxServer:
    def test_it_serves_the_site_it_was_given(self, start_nginx: Callable[..., NginxServer]) -> None:
        server = start_nginx('server { listen 127.0.0.1:{port}; location / { return 200 "hello"; } }')
        with urlopen(f"http://127.0.0.1:{server.port}/") as answer:
            assert answer.read() == b"hello"

    def test_a_site_that_nginx_refuses_is_an_error_with_its_words(
        self, start_nginx: Callable[..., NginxServer]
    ) -> None:
        with pytest.raises(ServiceFailed, match='unknown directive "nonsense"'):
            start_nginx("nonsense;")


def assert_gone(pid: int) -> None:
    """Wait, at most ten seconds, until a process has ended."""
    for _ in range(100):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} is still there")
