"""A throw-away MariaDB, and fresh databases in it."""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Final

import pymysql
from pymysql.cursors import Cursor

from hubbub.tests.services.process import HOST, Server, ServiceFailed, find_program

PACKAGE: Final = "mariadb-server-core mariadb-client-core"
USER: Final = "hubbub"
PLAIN: Final = "plain"
"""An account such as a site has: it may do anything in its databases, and can't write where writing is forbidden."""
# Level 2 hands each commit to the system without waiting for the disk: a killed server loses nothing.
NOT_DURABLE: Final = ("--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync")


class MariadbServer(Server):
    """MariaDB on a loopback port; ``durable`` makes each commit wait for the disk (slower).

    With a ``number`` it logs what it does, for replicas.
    """

    name = "mariadb"

    def __init__(self, *, durable: bool = False, number: int = 0) -> None:
        self._program = find_program("mariadbd", [], PACKAGE)
        self._installer = find_program("mariadb-install-db", [], PACKAGE)
        find_program("my_print_defaults", [], PACKAGE)  # what the installer reads its options with
        super().__init__()
        self.password = secrets.token_hex(8)
        self._options = [] if durable else list(NOT_DURABLE)
        self._options += _logging(number) if number else ["--skip-log-bin"]
        self._count = 0
        self._frozen: dict[str, tuple[object, dict[str, bool]]] = {}

    def prepare(self) -> None:
        data, temporary = f"--datadir={self.folder / 'data'}", self.folder / "tmp"
        self.run(["mkdir", str(temporary)])
        options = ["--no-defaults", data, f"--tmpdir={temporary}", "--skip-test-db", "--skip-name-resolve"]
        self.run([self._installer, *options])
        account, plain = f"'{USER}'@'{HOST}'", f"'{PLAIN}'@'{HOST}'"
        (self.folder / "accounts.sql").write_text(
            # Each server has its own: a replica must not hear of them, nor have a history of its own.
            "SET SESSION sql_log_bin = 0;\n"
            f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY '{self.password}';\nGRANT ALL ON *.* TO {account};\n"
            f"CREATE USER IF NOT EXISTS {plain} IDENTIFIED BY '{self.password}';\nGRANT ALL ON `test_%`.* TO {plain};\n"
        )

    def command(self) -> list[str]:
        return [
            self._program,
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            # Servers that share /tmp delete each other's temporary tables when they start.
            f"--tmpdir={self.folder / 'tmp'}",
            f"--port={self.port}",
            f"--bind-address={HOST}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--init-file={self.folder / 'accounts.sql'}",
            "--skip-name-resolve",
            "--max-connections=200",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=16M",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
            *self._options,
        ]

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except pymysql.err.OperationalError:
            return False
        return True

    def wait_for_replica(self) -> None:
        """Have each commit wait until a replica has it, before anybody can see it."""
        self.execute(
            "SET GLOBAL rpl_semi_sync_master_wait_point = 'AFTER_SYNC'",
            "SET GLOBAL rpl_semi_sync_master_timeout = 60000",
            "SET GLOBAL rpl_semi_sync_master_enabled = 1",
        )

    def data_source(self, database: str, user: str = USER) -> str:
        """Return the DataSource (SqlSettings) of a database of this server."""
        return f"{user}:{self.password}@tcp({HOST}:{self.port})/{database}?charset=utf8mb4"

    def create_database(self, template: str = "") -> str:
        """Create a database, empty or with the tables and rows of another one, and return its name."""
        self._count += 1
        name = f"test_{self._count}"
        statements = [f"CREATE DATABASE {name}"]
        if template:
            tables = self.execute(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{template}'")
            for (table,) in tables:
                statements.append(f"CREATE TABLE {name}.`{table}` LIKE {template}.`{table}`")
                statements.append(f"INSERT INTO {name}.`{table}` SELECT * FROM {template}.`{table}`")
        self.execute(*statements)
        return name

    def freeze(self, database: str) -> None:
        """Remember what tables a database has, and which of them have rows; those are copied from it."""
        with self._cursor() as cursor:
            tables = {table: _has_rows(cursor, f"{database}.`{table}`") for table in _tables(cursor, database)}
            self._frozen[database] = (_shape(cursor, database), tables)

    def reset(self, database: str, template: str) -> bool:
        """Give a copy the rows of its frozen template again; False: its tables are no longer those of the template."""
        shape, tables = self._frozen[template]
        with self._cursor() as cursor:
            _disconnect(cursor, database)
            if _shape(cursor, database) != shape:
                return False
            cursor.execute("SET foreign_key_checks = 0, unique_checks = 0, autocommit = 0")
            counting = _counting(cursor, database)
            for table, has_rows in tables.items():
                copy = f"{database}.`{table}`"
                if table in counting and _has_rows(cursor, copy):
                    cursor.execute(f"TRUNCATE {copy}")  # its numbers begin anew
                else:
                    cursor.execute(f"DELETE FROM {copy}")
                if has_rows:
                    cursor.execute(f"INSERT INTO {copy} SELECT * FROM {template}.`{table}`")
            cursor.execute("COMMIT")
        return True

    def drop_database(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {database}")

    def execute(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as the administrator and return the rows of the last one."""
        with self._cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        """Yield a cursor of a connection of its own."""
        connection = pymysql.connect(
            host=HOST, port=self.port, user=USER, password=self.password, connect_timeout=10, autocommit=True
        )
        with closing(connection), connection.cursor() as cursor:
            yield cursor


def _logging(number: int) -> list[str]:
    """Return the options of a server that replicas can follow, or that may be one."""
    return [
        f"--server-id={number}",
        "--log-bin=log",
        "--log-slave-updates",
        "--sync-binlog=0",
        "--rpl-semi-sync-slave-enabled=1",
    ]


class MariadbReplica(MariadbServer):
    """A replica of another server, which was made with a number and has no databases yet."""

    name = "mariadb-replica"

    def __init__(self, primary: MariadbServer, *, number: int = 2) -> None:
        super().__init__(number=number)
        self._options.append("--read-only")
        self._follows = False
        self._primary = primary
        self.password = primary.password

    def start(self) -> None:
        """Start, and follow the primary; after a restart it goes on by itself."""
        super().start()
        if not self._follows:
            self._follows = True
            self._follow()

    def _follow(self) -> None:
        self.execute(
            f"CHANGE MASTER TO MASTER_HOST = '{HOST}', MASTER_PORT = {self._primary.port}, MASTER_USER = '{USER}',"
            f" MASTER_PASSWORD = '{self.password}', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1",
            "START SLAVE",
        )

    def pause(self) -> None:
        """Take in nothing of what the primary stores."""
        self.execute("STOP SLAVE SQL_THREAD")

    def resume(self) -> None:
        """Take it in again."""
        self.execute("START SLAVE SQL_THREAD")

    def promote(self) -> None:
        """Take in what has been received, stop following, and take changes."""
        self.execute("STOP SLAVE IO_THREAD")
        while not self._is_done():
            time.sleep(0.01)
        self.execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = 0")

    def _is_done(self) -> bool:
        with self._cursor() as cursor:
            cursor.execute("SHOW SLAVE STATUS")
            status = dict(zip([column[0] for column in cursor.description], cursor.fetchone() or (), strict=False))
        return bool(status["Slave_SQL_Running_State"].startswith("Slave has read all relay log"))


def _tables(cursor: Cursor, database: str) -> list[str]:
    cursor.execute(f"SHOW TABLES FROM {database}")
    return [table for (table,) in cursor.fetchall()]


def _has_rows(cursor: Cursor, table: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
    return cursor.fetchone() is not None


def _shape(cursor: Cursor, database: str) -> list[tuple[object, ...]]:
    """Return whatever a test may have changed beside rows."""
    cursor.execute(
        "SELECT table_name, column_name, ordinal_position, column_type, column_default, is_nullable, collation_name"
        f" FROM information_schema.columns WHERE table_schema = '{database}' ORDER BY 1, 3"
    )
    columns = list(cursor.fetchall())
    cursor.execute(
        "SELECT table_name, index_name, seq_in_index, column_name, index_type FROM information_schema.statistics"
        f" WHERE table_schema = '{database}' ORDER BY 1, 2, 3"
    )
    return [*columns, *cursor.fetchall()]


def _counting(cursor: Cursor, database: str) -> set[str]:
    """Return the tables that number their rows."""
    cursor.execute(
        f"SELECT table_name FROM information_schema.columns WHERE table_schema = '{database}'"
        " AND extra LIKE '%auto_increment%'"
    )
    return {table for (table,) in cursor.fetchall()}


def _disconnect(cursor: Cursor, database: str) -> None:
    """End the connections to a database and wait until they are gone, with their locks."""
    for _ in range(1000):
        cursor.execute(
            f"SELECT id FROM information_schema.processlist WHERE db = '{database}' AND id <> CONNECTION_ID()"
        )
        found = cursor.fetchall()
        if not found:
            return
        for (number,) in found:
            with suppress(pymysql.err.MySQLError):  # it has just gone by itself
                cursor.execute(f"KILL {number}")
        time.sleep(0.01)
    raise ServiceFailed(f"connections to {database} do not end: {found}")
