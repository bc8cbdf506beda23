"""Where rows come from and go to: databases named by a data source on the command line."""

import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import msgspec

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.config.sections.database import SqlSettings
from hubbub.core.contracts.errors import AppError
from hubbub.core.db import Database, table_names
from hubbub.core.db.session import Params, Row
from hubbub.core.db.url import mysql_source, sqlite_path
from hubbub.core.doctor.connection import explained

TIMEOUT_S: Final = 6 * 3600
"""A statement over a whole table may take long; a server's usual limit doesn't fit here."""
_LIMITS: Final = re.compile(r"(?<=[?&])(?:readTimeout|writeTimeout)=[^&]*&?")
_FORMS: Final = (
    "postgres://user:password@host:5432/name, mysql://user:password@host:3306/name or sqlite:///path/of/the/file.db"
)
_BEGIN: Final[dict[str, Sequence[str]]] = {
    "sqlite": ("BEGIN",),
    "postgres": ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    "mysql": (
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
}
_OTHERS: Final[dict[str, str]] = {
    "postgres": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    "mysql": "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
}


def settings_of(data_source: str) -> SqlSettings:
    """Return settings for a database named on the command line. Raises `CommandFailed` when it isn't understood."""
    scheme = data_source.partition("://")[0].lower() if "://" in data_source else ""
    if scheme in ("postgres", "postgresql"):
        driver, source = "postgres", data_source
    elif scheme == "mysql" or "@tcp(" in data_source or "@unix(" in data_source:
        driver, source = "mysql", _go_form(data_source)
    elif scheme in ("sqlite", "sqlite3", ""):
        driver, source = "sqlite", data_source.partition("://")[2] if scheme else data_source
    else:
        raise CommandFailed(f"{scheme}:// isn't a database that Hubbub knows. Write {_FORMS}.")
    if not source.strip():
        raise CommandFailed(f"the data source is empty. Write {_FORMS}.")
    return SqlSettings(DriverName=driver, DataSource=source)


def _go_form(text: str) -> str:
    """Return a MySQL address as config.json has it, from that form or from a URL."""
    if "(" in text or not text.startswith("mysql://"):
        return text
    try:
        parts = urlsplit(text)
        address = f"{parts.hostname or '127.0.0.1'}:{parts.port or 3306}"
    except ValueError as error:
        raise CommandFailed(f"the MySQL address isn't understood ({error}). Write {_FORMS}.") from error
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}@" if parts.username else ""
    return f"{user}tcp({address}){parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def name_of(settings: Any, data_directory: Path) -> str:
    """Return what to call a database in messages: never with its password."""
    if settings.DriverName.lower().startswith("sqlite"):
        return f"SQLite {_path(sqlite_path(settings.DataSource, data_directory))}"
    if settings.DriverName.lower() == "mysql":
        mysql = mysql_source(settings.DataSource)
        return f"MySQL {mysql.unix_socket or f'{mysql.host}:{mysql.port}'}/{mysql.database}"
    from hubbub.core.db.postgres import is_option, parameters
    from hubbub.core.db.url import postgres_source

    found = parameters(postgres_source(settings.DataSource, is_option))
    return f"PostgreSQL {found.get('host', 'localhost')}:{found.get('port', '5432')}/{found.get('dbname', '')}"


def _path(source: str) -> Path:
    bare = source.removeprefix("file:").partition("?")[0] if source.startswith("file:") else source
    return Path(unquote(bare) if source.startswith("file:") else bare).absolute()


class Place:
    """One database with its name. `option` is how the user named it, for messages."""

    def __init__(self, settings: Any, data_directory: Path, option: str, *, reads: bool) -> None:
        self.option = option
        try:
            self.name = name_of(settings, data_directory)
        except ValueError as error:
            raise CommandFailed(f"{option}: {str(error).replace('SqlSettings.DataSource', option)}") from error
        self.file: Path | None = None
        replaced = msgspec.structs.replace(settings, QueryTimeout=TIMEOUT_S, DataSourceReplicas=())
        if settings.DriverName.lower() == "mysql":
            # Half a minute stands in every config.json there, and counting a large table takes longer.
            replaced = msgspec.structs.replace(replaced, DataSource=_LIMITS.sub("", settings.DataSource))
        if settings.DriverName.lower().startswith("sqlite"):
            self.file = _path(sqlite_path(settings.DataSource, data_directory))
            # SECURITY: what is copied from is opened so that nothing can be changed in it.
            mode = "ro" if reads else "rwc"
            replaced = msgspec.structs.replace(replaced, DataSource=f"file:{quote(str(self.file))}?mode={mode}")
        self.db = Database(replaced, data_directory)
        self.engine = self.db.engine

    def tables(self) -> set[str]:
        """Connect and return the names of the tables. Raises `CommandFailed` that says what is wrong."""
        if self.file is not None and not self.file.parent.is_dir():
            raise CommandFailed(f"{self.option}: there is no folder {self.file.parent}. Correct the path.")
        if self.file is not None and "mode=ro" in self.db.settings.DataSource and not self.file.is_file():
            raise CommandFailed(f"{self.option}: there is no file {self.file}. Correct the path.")
        try:
            return table_names(self.db)
        except (AppError, OSError, sqlite3.Error) as error:
            said = explained(error).replace("SqlSettings.DriverName and SqlSettings.DataSource", self.option)
            raise CommandFailed(
                f"{self.name} can't be used: {said.replace('SqlSettings.DataSource', self.option)}"
            ) from error

    def others(self) -> str:
        """Return who else has this database open, in words; empty when nobody has."""
        if self.file is not None:
            holders = sorted(_holders(self.file))
            return f"process {', '.join(map(str, holders))}" if holders else ""
        count = int(self.db.fetch_value(_OTHERS[self.engine]))  # over the one connection that `tables` has opened
        return f"{count} other connection{'s' if count != 1 else ''}" if count else ""

    def close(self) -> None:
        """Close all connections."""
        self.db.close()


def _holders(path: Path) -> set[int]:
    """Return the other processes that have a file open, as far as this user may see them."""
    found: set[int] = set()
    wanted = str(path.resolve())
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_open = any(str(entry.readlink()) == wanted for entry in (process / "fd").iterdir())
        except OSError:
            continue
        if is_open and int(process.name) != os.getpid():
            found.add(int(process.name))
    return found


class Snapshot:
    """Reads of one moment, over a connection that changes nothing; others may write meanwhile."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._session = db.pool.connect_alone()
        for text in (*_BEGIN[db.engine], "SELECT 1" if db.engine != "sqlite" else "SELECT 1 FROM sqlite_master"):
            self._session.fetch_all(text, ()) if text.startswith("SELECT") else self._session.execute(text, ())

    def fetch_all(self, sql: str, params: Params = ()) -> list[Row]:
        """Return the rows of `sql` (source text) as they were at the beginning. Raises the errors of `db.errors`."""
        try:
            rows: list[Row] = self._session.fetch_all(self._db.prepare(sql).text, params)
        except Exception as error:
            named = self._session.translate(error)
            if named is None:
                raise
            raise named from error
        return rows

    def close(self) -> None:
        """End it."""
        self._session.close()
