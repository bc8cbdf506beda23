"""Can the database be reached, by whom, and may it be written?"""

import re
from pathlib import Path
from typing import Final

from hubbub.core.contracts.errors import AppError
from hubbub.core.db import Database, errors, table_names
from hubbub.core.db.url import sqlite_path
from hubbub.core.doctor.report import Report

SECTION: Final = "Database"
_WHERE: Final = "SqlSettings.DataSource"
_REASONS: Final = (
    (
        r"password authentication failed|access denied|no password supplied|\b1045\b",
        "The database refuses the user name or password.",
        f"Correct them in {_WHERE}; special characters are percent-encoded on PostgreSQL.",
    ),
    (
        r"role .* does not exist",
        "The database doesn't know the user.",
        f"Correct the user name in {_WHERE}, or create that user.",
    ),
    (
        r"database .* does not exist|unknown database|\b1049\b",
        "The server answers, but has no database of that name.",
        f"Correct the name at the end of {_WHERE}, or create the database.",
    ),
    (
        r"pg_hba|not allowed to connect|\b1130\b",
        "The database server doesn't let this host in.",
        "Allow this host there (PostgreSQL: pg_hba.conf; MySQL: the account's host).",
    ),
    (
        r"name or service not known|getaddrinfo|temporary failure in name resolution|nodename nor servname",
        "The host name of the database isn't known.",
        f"Correct the host in {_WHERE}.",
    ),
    (
        r"refused|timed out|too long|unreachable|no route|no such file|can't connect",
        "The database server can't be reached.",
        f"Check that it runs, and host and port in {_WHERE}.",
    ),
)


def opened(db: Database, data_directory: Path, report: Report) -> bool:
    """Connect, and report what is there; False when it can't be looked at."""
    if db.engine == "sqlite" and not _sqlite_is_there(db, data_directory, report):
        return False
    try:
        db.ping()
        names = table_names(db)
    except (AppError, OSError) as error:
        report.add(SECTION, "error", explained(error))
        return False
    report.add(SECTION, "ok", f"{_version(db)} answers; it has {len(names)} tables.")
    return True


def explained(error: Exception) -> str:
    """Return what a failure to connect means, and what to do."""
    detail = " ".join((getattr(error, "detailed_error", "") or str(error)).split())
    for pattern, what, remedy in _REASONS:
        if re.search(pattern, detail, re.I):
            return f"{what} {remedy} ({detail})"
    return f"The database can't be used: {detail}. Check SqlSettings.DriverName and {_WHERE}."


def _sqlite_is_there(db: Database, data_directory: Path, report: Report) -> bool:
    path = Path(sqlite_path(db.settings.DataSource, data_directory))
    if path.exists():
        return True
    report.add(SECTION, "note", f"There is no {path} yet: a new site would begin in it.")
    return False


def _version(db: Database) -> str:
    queries = {"sqlite": "SELECT 'SQLite ' || sqlite_version()", "mysql": "SELECT VERSION()"}
    text = str(db.fetch_value(queries.get(db.engine, "SELECT version()")))
    if db.engine == "mysql":
        return text if "MariaDB" in text else f"MySQL {text}"
    return " ".join(text.split()[:2])


def look_at_rights(db: Database, report: Report, table: str | None) -> None:
    """Report whether the database can be written: as a whole, its rows (`table` is one that is there), new tables."""
    if db.engine == "postgres":
        rights = db.fetch_one(
            "SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery(),"
            " has_schema_privilege(current_schema(), 'CREATE'), current_setting('server_encoding')"
        ) or (False, True, "UTF8")
        _say_read_only(report, bool(rights[0]))
        if not rights[1]:
            report.add(SECTION, "error", "The database user may not create tables: grant CREATE on the schema to it.")
        if rights[2] != "UTF8":
            report.add(SECTION, "error", f"The database is encoded in {rights[2]}; it must be UTF8. Dump it and"
                       " restore it into a database made with ENCODING 'UTF8'.")  # fmt: skip
    elif db.engine == "mysql":
        _say_read_only(report, bool(db.fetch_value("SELECT @@global.read_only")))
        _look_at_characters(db, report)
        _look_at_collations(db, report)
    if table is not None and report.is_go:
        _try_writing(db, report, table)


def _say_read_only(report: Report, is_read_only: bool) -> None:
    if is_read_only:
        report.add(SECTION, "error", "The database is read-only (a standby, or set so by its administrator): name the"
                   f" primary in {_WHERE}, or make this one writable.")  # fmt: skip


def _look_at_characters(db: Database, report: Report) -> None:
    """Report columns that can't hold every character: utf8mb3 and latin1 lose emoji."""
    rows = db.fetch_all(
        "SELECT table_name, column_name, character_set_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND lower(table_name) IN ('posts', 'channels', 'users', 'teams', 'drafts')"
        " AND lower(column_name) IN ('message', 'displayname', 'header', 'nickname')"
        " AND character_set_name NOT IN ('utf8mb4')"
    )
    if rows:
        names = ", ".join(f"{row[0]}.{row[1]} ({row[2]})" for row in rows)
        report.add(SECTION, "warning", f"Columns that can't hold emoji: {names}. ALTER TABLE … CONVERT TO CHARACTER SET"
                   " utf8mb4 mends that.")  # fmt: skip


def _look_at_collations(db: Database, report: Report) -> None:
    """Report tables whose texts can't be compared with each other."""
    rows = db.fetch_all(
        "SELECT table_collation, COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
        " AND table_type = 'BASE TABLE' GROUP BY table_collation ORDER BY 2 DESC"
    )
    if len(rows) > 1:
        found = ", ".join(f"{row[0]} ({row[1]})" for row in rows)
        report.add(SECTION, "warning", f"The tables have different collations: {found}. Where two are compared MySQL"
                   " refuses; ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 COLLATE … makes them one.")  # fmt: skip


class _Undone(Exception):
    """Rolls a trial back."""


def _try_writing(db: Database, report: Report, table: str) -> None:
    """Change no row, in a transaction that is rolled back: whether that is allowed is what counts."""
    column = "id" if table in ("users", "posts") else "name"
    try:
        with db.transaction():
            db.execute(f"UPDATE {{{table}}} SET {column} = {column} WHERE 1 = 0")
            raise _Undone
    except _Undone:
        report.add(SECTION, "ok", "It can be written.")
    except errors.StoreReadOnly:
        _say_read_only(report, is_read_only=True)
    except AppError as error:
        report.add(SECTION, "error", f"The database user may not change rows of {table}: {error.detailed_error}."
                   " Grant SELECT, INSERT, UPDATE and DELETE on all tables to it.")  # fmt: skip


def look_at_company(db: Database, report: Report) -> None:
    """Report who else is connected: Mattermost must be stopped before Hubbub starts."""
    queries = {
        "postgres": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name <> 'hubbub'",
        "mysql": "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
    }
    others = int(db.fetch_value(queries[db.engine])) if db.engine in queries else 0
    if others:
        report.add(SECTION, "warning", f"{others} other connections are open to this database: if Mattermost still"
                   " runs, stop it before you start Hubbub.")  # fmt: skip
