"""A throw-away MariaDB, and fresh databases in it."""

import secrets
from contextlib import closing
from typing import Final

import pymysql

from hubbub.tests.services.process import HOST, Server, find_program

PACKAGE: Final = "mariadb-server-core mariadb-client-core"
USER: Final = "hubbub"
# Level 2 hands each commit to the system without waiting for the disk: a killed server loses nothing.
NOT_DURABLE: Final = ("--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync")


class MariadbServer(Server):
    """MariaDB on a loopback port; ``durable`` makes each commit wait for the disk (slower)."""

    name = "mariadb"

    def __init__(self, *, durable: bool = False) -> None:
        self._program = find_program("mariadbd", [], PACKAGE)
        self._installer = find_program("mariadb-install-db", [], PACKAGE)
        find_program("my_print_defaults", [], PACKAGE)  # what the installer reads its options with
        super().__init__()
        self.password = secrets.token_hex(8)
        self._options = [] if durable else list(NOT_DURABLE)
        self._count = 0

    def prepare(self) -> None:
        data, temporary = f"--datadir={self.folder / 'data'}", self.folder / "tmp"
        self.run(["mkdir", str(temporary)])
        options = ["--no-defaults", data, f"--tmpdir={temporary}", "--skip-test-db", "--skip-name-resolve"]
        self.run([self._installer, *options])
        account = f"'{USER}'@'{HOST}'"
        (self.folder / "accounts.sql").write_text(
            f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY '{self.password}';\nGRANT ALL ON *.* TO {account};\n"
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
            "--skip-log-bin",
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

    def data_source(self, database: str) -> str:
        """Return the DataSource (SqlSettings) of a database of this server."""
        return f"{USER}:{self.password}@tcp({HOST}:{self.port})/{database}?charset=utf8mb4"

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
        """Nothing to do here: a database in use can be copied."""

    def drop_database(self, database: str) -> None:
        """Drop a database, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {database}")

    def execute(self, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as the administrator and return the rows of the last one."""
        connection = pymysql.connect(
            host=HOST, port=self.port, user=USER, password=self.password, connect_timeout=10, autocommit=True
        )
        with closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())
