"""A throw-away PostgreSQL, and fresh databases in it."""

import secrets
import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

import psycopg2
import psycopg2.extensions

from hubbub.tests.services.process import HOST, Server, find_program

PACKAGE: Final = "postgresql"
USER: Final = "hubbub"
# Commits still reach the system before they are answered: a killed server loses nothing, a power cut would.
NOT_DURABLE: Final = ("fsync=off", "full_page_writes=off")


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest installed version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return find_program(name, [str(folder) for folder in folders], PACKAGE)


# Whatever a test may have changed beside rows: it makes a database unfit to be used again.
_SHAPE: Final = """
SELECT md5(string_agg(format('%s %s %s %s %s %s', c.relname, c.relkind, a.attname, a.atttypid, a.atttypmod,
                             a.attnotnull), ',' ORDER BY c.relname, a.attnum)),
       (SELECT count(*) FROM pg_attrdef), (SELECT count(*) FROM pg_enum), (SELECT count(*) FROM pg_proc),
       (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_namespace),
       (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
         WHERE d.datname = current_database())
  FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attnum > 0
 WHERE c.relnamespace = 'public'::regnamespace
"""
_NAMES: Final = "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = %s"


class Contents(NamedTuple):
    """What is in a database: its shape, the statements that empty its tables, those that fill them again."""

    shape: object
    steps: list[str]

    @classmethod
    def of(cls, cursor: psycopg2.extensions.cursor) -> Self:
        """Read it."""
        cursor.execute(_SHAPE)
        shape = cursor.fetchone()
        # Without the triggers that check foreign keys, the order is of no matter.
        steps, fill = ["SET session_replication_role = replica"], []
        cursor.execute(_NAMES, ("r",))
        for (table,) in cursor.fetchall():
            steps.append(f"DELETE FROM {table}")
            cursor.execute(f"SELECT json_agg(kept)::text FROM {table} kept")
            (rows,) = cursor.fetchone()
            if rows is not None:
                insert = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)"
                fill.append(cursor.mogrify(insert, (rows,)).decode())
        cursor.execute(_NAMES, ("S",))
        for (sequence,) in cursor.fetchall():
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")
            fill.append(cursor.mogrify("SELECT setval(%s, %s, %s)", (sequence, *cursor.fetchone())).decode())
        return cls(shape, [*steps, *fill])

    def restore(self, cursor: psycopg2.extensions.cursor) -> bool:
        """Write it over what is there; False when the shape is another."""
        cursor.execute(_SHAPE)
        if cursor.fetchone() != self.shape:
            return False
        cursor.execute("; ".join(self.steps))
        return True


class PostgresServer(Server):
    """PostgreSQL on a loopback port; ``durable`` makes each commit wait for the disk (slower)."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: does not wait for clients to leave

    def __init__(self, *, durable: bool = False, settings: Sequence[str] = ()) -> None:
        """Prepare a server; ``settings`` are ``name=value`` lines of postgresql.conf."""
        self._program = program("postgres")
        super().__init__()
        self.password = secrets.token_hex(8)
        self._settings = [*(() if durable else NOT_DURABLE), *settings]
        self._count = 0
        self._contents: dict[str, Contents] = {}

    def prepare(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        password_file.chmod(0o644)
        data, options = str(self.folder / "data"), ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.run(
            [program("initdb"), "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={password_file}", *options]
        )
        password_file.unlink()

    def command(self) -> list[str]:
        settings = [
            f"port={self.port}",
            f"listen_addresses={HOST}",
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=64MB",
            *self._settings,
        ]
        return [self._program, "-D", str(self.folder / "data"), *(part for s in settings for part in ("-c", s))]

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def wait_for_replica(self) -> None:
        """Have each commit wait until a standby has it."""
        self.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.execute("SELECT pg_reload_conf()")

    def data_source(self, database: str) -> str:
        """Return the DataSource (SqlSettings) of a database of this server."""
        return f"postgres://{USER}:{self.password}@{HOST}:{self.port}/{database}?sslmode=disable"

    def create_database(self, template: str = "template0") -> str:
        """Create a database as a copy of another one and return its name; the other must have no connections."""
        self._count += 1
        name = f"test_{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def freeze(self, database: str) -> None:
        """Remember what is in a database and shut it to connections, so that it can be copied at any time."""
        with self._connected(database) as cursor:
            self._contents[database] = Contents.of(cursor)
        self.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    def reset(self, database: str, template: str) -> bool:
        """Give a copy the rows of its frozen template again; False: its tables are no longer those of the template."""
        with self._connected(database) as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return self._contents[template].restore(cursor)

    @contextmanager
    def _connected(self, database: str) -> Iterator[psycopg2.extensions.cursor]:
        """Yield a cursor in a transaction that is committed in the end."""
        opened = closing(psycopg2.connect(self.data_source(database), connect_timeout=10))
        with opened as connection, connection, connection.cursor() as cursor:
            yield cursor

    def drop_database(self, database: str) -> None:
        """Drop a database, throwing out whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the administrator, outside a transaction, and return its rows."""
        with closing(psycopg2.connect(self.data_source(database), connect_timeout=10)) as connection:
            connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []


class PostgresStandby(PostgresServer):
    """A streaming replica of another server, whose accounts and databases it has."""

    name = "postgres-standby"

    def __init__(self, primary: PostgresServer, *, settings: Sequence[str] = ()) -> None:
        super().__init__(settings=settings)
        self._primary = primary
        self.password = primary.password

    def prepare(self) -> None:
        source = f"host={HOST} port={self._primary.port} user={USER} password={self.password} application_name=standby"
        options = ["--wal-method=stream", "--checkpoint=fast", "--no-sync", "--write-recovery-conf"]
        self.run([program("pg_basebackup"), "-D", str(self.folder / "data"), "-d", source, *options])

    def pause(self) -> None:
        """Take in nothing of what the primary stores."""
        self.execute("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        """Take it in again."""
        self.execute("SELECT pg_wal_replay_resume()")

    def promote(self) -> None:
        """Become a primary, and wait until changes are taken."""
        self.execute("SELECT pg_promote()")
