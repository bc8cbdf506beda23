"""What a source has, and which of it goes to a target: tables, columns, and what nobody knows."""

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

import msgspec

from hubbub.core.db import Database, Params, Row, TableInfo, describe, table_names
from hubbub.core.db.dialects import Engine
from hubbub.core.db.dialects.mysql import KNOWN_TABLES
from hubbub.core.moving.values import Kind, kind_of

PROGRESS: Final = "hb_copy_progress"
Plugins = Sequence[tuple[str, str]]
"""Plugin id and package of its migrations, as `migrate` takes them."""
_KEPT_BY_EACH: Final = frozenset({"hb_migrations", "hb_heartbeats", PROGRESS, "db_migrations", "db_lock"})
_MATTERMOSTS: Final = frozenset(name.lower() for name in KNOWN_TABLES)
_ZEROS: Final[Mapping[Kind, Any]] = {"bool": 0, "int": 0, "real": 0.0, "real4": 0.0, "bytes": b"", "json": "{}"}


class OfferedColumn(msgspec.Struct, frozen=True):
    """A column as the source's catalog has it; `key` is its place in the primary key from 1, 0 outside of it."""

    name: str
    type: str
    nullable: bool
    key: int


class Offered(msgspec.Struct, frozen=True):
    """A table of a source."""

    name: str
    columns: tuple[OfferedColumn, ...]
    rows: int

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, in its order."""
        return tuple(c.name for c in sorted(self.columns, key=lambda column: column.key) if c.key)

    def kinds(self, engine: Engine) -> list[Kind]:
        """Return what kind of values each column holds."""
        return [kind_of(engine, column.type) for column in self.columns]


@dataclass
class Task:
    """One table to move: `columns` are read, then `fills` are added (columns that the target needs beside them)."""

    offered: Offered
    target: TableInfo
    columns: tuple[str, ...]
    fills: tuple[tuple[str, Any], ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.offered.name

    @property
    def written(self) -> tuple[str, ...]:
        """The columns of the target that get values."""
        return (*self.columns, *(name for name, _ in self.fills))


@dataclass
class Plan:
    """What will be moved, and what not with the reason."""

    tasks: list[Task] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are to move."""
        return sum(task.offered.rows for task in self.tasks)


def rebuilt(plugins: Plugins) -> dict[str, tuple[str, ...]]:
    """Return the plugins whose tables their migrations make anew from other tables, with the names' beginnings.

    Such a package of migrations says `REBUILDS = ("hb_search",)`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for plugin_id, package in plugins:
        module = _module(package)
        names = tuple(getattr(module, "REBUILDS", ())) if module is not None else ()
        if names:
            found[plugin_id] = names
    return found


def _module(package: str) -> ModuleType | None:
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is not None and not package.startswith(error.name):
            raise
        return None


def offers(
    db: Database, fetch: Callable[[str, Params], list[Row]], plugins: Plugins, *, everything: bool = True
) -> tuple[list[Offered], list[str]]:
    """Return the tables of a source with their numbers of rows, and what is left out because each site makes it."""
    beginnings = tuple(name for names in rebuilt(plugins).values() for name in names)
    found: list[Offered] = []
    skipped: list[str] = []
    for name in sorted(table_names(db) - _KEPT_BY_EACH):
        if beginnings and name.startswith(beginnings):
            continue
        info = describe(db, name)
        if info is None or not (everything or _is_known(name)):
            skipped.append(name)
            continue
        rows = int(fetch(f"SELECT count(*) FROM {{{name}}}", ())[0][0])
        columns = tuple(OfferedColumn(c.name, c.type, c.nullable, c.pk_position) for c in info.columns)
        found.append(Offered(name, columns, rows))
    return found, skipped


def _is_known(table: str) -> bool:
    """Say whether a table that no plugin here has is one of Mattermost's or of Hubbub's plugins."""
    return table in _MATTERMOSTS or table.startswith("hb_")


def plan(offered: Iterable[Offered], engine: Engine, target: Database, adopt: Callable[[Offered], None]) -> Plan:
    """Return what goes where. `adopt` makes a table that the target lacks, where we know whose it is."""
    result = Plan()
    there = table_names(target)
    for table in offered:
        if table.name not in there:
            if not _is_known(table.name):
                result.left_out.append(f"table {table.name}: {table.rows} rows, nobody here knows what it is")
                continue
            adopt(table)
        info = describe(target, table.name)
        if info is not None:
            result.tasks.append(_task(table, info, target.engine, result))
    return result


def _task(table: Offered, info: TableInfo, engine: Engine, result: Plan) -> Task:
    have = {column.name: column for column in info.columns}
    columns = tuple(column.name for column in table.columns if column.name in have)
    lost = [column.name for column in table.columns if column.name not in have]
    if lost and table.rows:
        result.left_out.append(f"columns {', '.join(lost)} of {table.name}: this version has none of that name")
    fills = tuple(
        (column.name, _ZEROS.get(kind_of(engine, column.type), ""))
        for column in info.columns
        if column.name not in columns and not column.nullable and column.default is None
    )
    return Task(table, info, columns, fills)
