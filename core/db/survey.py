"""What kind of database this is, and whether the tables in it are such as Hubbub can work with. Changes nothing."""

import importlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final, Literal

from hubbub.core.clock import now_ms
from hubbub.core.db.catalog import ColumnUse, columns_by_table, table_names
from hubbub.core.db.database import Database
from hubbub.core.db.migrations import MigrationFailed
from hubbub.core.db.older import NEWER, SINCE
from hubbub.core.db.origin import NEWEST_KNOWN, OLDEST_KNOWN, MattermostSchema, mattermost_schema
from hubbub.core.db.tables import Table, columns_of, table_name

Level = Literal["error", "warning", "note"]
Found = Mapping[str, Mapping[str, ColumnUse]]
Expected = Mapping[str, Collection[str]]
"""Table → columns, as the plugins that are on use them."""

_CORE: Final = ("channelmembers", "channels", "posts", "preferences", "roles", "sessions", "systems", "teammembers",
                "teams", "threads", "users")  # fmt: skip
_NEVER: Final = frozenset({110})
"""Numbers that no migration of Mattermost has."""
_MS: Final = 10**12
"""Times below this are in seconds."""
_SHOWN: Final = 5


class SchemaRefused(MigrationFailed):
    """The tables aren't such as Hubbub can work with; nothing was changed."""


@dataclass(frozen=True)
class Finding:
    """One thing about the database: an error forbids to work with it. `remedy` says what to do."""

    level: Level
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}".rstrip()


@dataclass(frozen=True)
class Survey:
    """What was found. `schema` is None when no Mattermost server made this database."""

    schema: MattermostSchema | None
    is_ours: bool
    tables: Found
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids to work with this database."""
        return tuple(finding for finding in self.findings if finding.level == "error")


def expected_tables(plugins: Iterable[tuple[str, str | ModuleType]]) -> dict[str, frozenset[str]]:
    """Return the tables of plugins, given as to `migrate`: those in the module `models` beside the migrations."""
    found: dict[str, frozenset[str]] = {}
    for _, package in plugins:
        name = package if isinstance(package, str) else package.__name__
        models = f"{name.rpartition('.')[0]}.models"
        try:
            module = importlib.import_module(models)
        except ModuleNotFoundError as error:
            if error.name is not None and not models.startswith(error.name):
                raise
            continue
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Table) and value.__module__ == models:
                found[table_name(value)] = frozenset(column.column_name for column in columns_of(value))
    return {name: columns for name, columns in found.items() if not name.startswith("hb_")}


def refuse_unfit(db: Database, plugins: Iterable[tuple[str, str | ModuleType]]) -> None:
    """Raise `SchemaRefused` for a database that Hubbub can't work with, before anything is changed in it.

    One that Hubbub made is left to the migrations.
    """
    names = table_names(db)
    if "hb_copy_progress" in names:
        raise SchemaRefused(
            "A copy or a restore into this database isn't finished: run the same `hubbub db copy` or `hubbub restore`"
            " again, it is whole after that; or make the database anew and empty."
        )
    if "db_migrations" not in names and (not names or "hb_migrations" in names):
        return
    errors = survey(db, expected_tables(plugins)).errors
    if errors:
        raise SchemaRefused(" ".join(map(str, errors)) + " `hubbub doctor` tells more.")


def survey(db: Database, expected: Expected) -> Survey:
    """Look at the database. Raises what reading it raises."""
    tables = columns_by_table(db)
    schema = mattermost_schema(db) if "db_migrations" in tables else None
    is_ours = "hb_migrations" in tables
    if schema is not None:
        findings = list(_mattermost(db, schema, tables, expected))
    elif is_ours:
        findings = []
    else:
        findings = list(_strange(tables, expected))
    return Survey(schema, is_ours, tables, tuple(findings))


def _strange(tables: Found, expected: Expected) -> Iterator[Finding]:
    """Judge a database that neither Hubbub nor a Mattermost since 6.0 made."""
    shared = sorted(set(tables) & set(expected))
    if not tables:
        yield Finding("note", "The database is empty: a new site would begin in it.")
    elif not shared:
        yield Finding("warning", f"The database holds {len(tables)} tables of something else ({_some(tables)}).",
                      "Hubbub would put its own beside them; better give it a database of its own.")  # fmt: skip
    elif set(_CORE[:4]) <= set(tables):
        yield Finding("error", "The tables look like Mattermost's, but its list of migrations (db_migrations) isn't"
                      " there: this is a version before 6.0, or a part of a backup.",
                      "Restore all of the backup, or upgrade Mattermost to 9.11 or 10.11 first.")  # fmt: skip
    else:
        yield Finding("error", f"The database belongs to something else: it has tables named like Hubbub's"
                      f" ({_some(shared)}) that are neither Mattermost's nor Hubbub's.",
                      "Name the right database, or an empty one, in SqlSettings.DataSource.")  # fmt: skip


def _mattermost(db: Database, schema: MattermostSchema, tables: Found, expected: Expected) -> Iterator[Finding]:
    """Judge a Mattermost server's database."""
    if not schema.latest:
        yield Finding("error", "Mattermost's list of migrations (db_migrations) is empty: it never finished its start.",
                      "Start Mattermost and let it finish, or name an empty database.")  # fmt: skip
        return
    if schema.latest < OLDEST_KNOWN:
        yield Finding("error", f"The database is of {schema.text}; Hubbub takes over from version 9.11 on.",
                      "Upgrade Mattermost to 9.11 or 10.11 first, and start it once.")  # fmt: skip
        return
    yield from _running(db, tables)
    yield from _half_finished(schema, tables)
    yield from _unfit(schema, tables, expected)


def _running(db: Database, tables: Found) -> Iterator[Finding]:
    """Find a Mattermost that is migrating: it keeps a row in db_lock that expires when it dies."""
    if "db_lock" not in tables:
        return
    ends = [int(row[0] or 0) for row in db.fetch_all("SELECT expireat FROM {db_lock}")]
    if any((end if end > _MS else end * 1000) > now_ms() for end in ends):
        yield Finding("error", "Mattermost is migrating this database right now (db_lock is held).",
                      "Wait until it has started, stop it, and try again; a lock of a server that died ends by itself"
                      " within a minute.")  # fmt: skip


def _half_finished(schema: MattermostSchema, tables: Found) -> Iterator[Finding]:
    """Find what Mattermost's migrations should have left, and haven't."""
    remedy = "Start Mattermost of that version once more and let it finish, or restore the backup."
    lacking = [name for name in _CORE if name not in tables]
    if lacking:
        yield Finding("error", f"Tables of Mattermost are missing: {', '.join(lacking)}.", remedy)
    undone = [
        f"{table}.{column} (migration {number})"
        for (table, column), number in SINCE.items()
        if number in schema.applied and table in tables and column not in tables[table]
    ]
    if undone:
        yield Finding("error", f"A migration of Mattermost is half finished: recorded as done, but {_some(undone)}"
                      " isn't there.", remedy)  # fmt: skip
    gaps = [number for number in range(1, schema.latest) if number not in schema.applied | _NEVER]
    if gaps:
        yield Finding("warning", f"Mattermost's list of migrations has gaps: {_some(map(str, gaps))}.",
                      "The tables are what counts, and they were checked.")  # fmt: skip


def _unfit(schema: MattermostSchema, tables: Found, expected: Expected) -> Iterator[Finding]:
    """Find columns that Hubbub needs and doesn't find, and those that it doesn't know but would have to fill."""
    pairs = [(table, expected[table]) for table in sorted(set(expected) & set(tables))]
    unread = [
        f"{table}.{column}"
        for table, columns in pairs
        for column in sorted(columns)
        if column not in tables[table] and column not in NEWER.get(table, {})
    ]
    unfilled = [
        f"{table}.{name}"
        for table, columns in pairs
        for name, use in sorted(tables[table].items())
        if name not in columns and not use.nullable and not use.has_default
    ]
    is_newer = schema.latest > NEWEST_KNOWN
    remedy = "Get a newer Hubbub." if is_newer else "Restore the backup, or undo what changed these tables."
    if unread:
        yield Finding("error", f"{_of(schema)} hasn't the columns {_some(unread)}.", remedy)
    if unfilled:
        yield Finding("error", f"{_of(schema)} has columns that Hubbub doesn't know and can't leave out:"
                      f" {_some(unfilled)}.", remedy)  # fmt: skip
    if is_newer and not unread and not unfilled:
        yield Finding("warning", f"{_of(schema)} is newer than what this Hubbub was tested with; its tables fit.",
                      "Try it on a copy first.")  # fmt: skip


def _of(schema: MattermostSchema) -> str:
    return f"The database of {schema.text}"


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    rest = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
