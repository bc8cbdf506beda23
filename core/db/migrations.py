"""Migrations: each plugin's own, in the order of the plugins, each once."""

import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import peewee

from hubbub.core.clock import now_ms
from hubbub.core.db.catalog import table_names
from hubbub.core.db.database import Database
from hubbub.core.db.fields import BigInt, Varchar
from hubbub.core.db.lock import shared_lock
from hubbub.core.db.migrator import Migrator
from hubbub.core.db.origin import mattermost_schema, missing_columns
from hubbub.core.db.tables import Table

_log: Final = logging.getLogger("hubbub.db")
_FILE: Final = re.compile(r"\d{4}_\w+")
_DEFAULT_TIMEOUT_S: Final = 100_000


class History(Table):
    """Which migrations have run."""

    plugin = Varchar(64)
    name = Varchar(128)
    applied_at = BigInt()

    class Meta:
        table_name = "hb_migrations"
        primary_key = peewee.CompositeKey("plugin", "name")


@dataclass(frozen=True)
class Step:
    """One migration: `name` is its file's, `0001_create_posts`."""

    plugin_id: str
    name: str


class MigrationFailed(Exception):
    """A migration raised; its changes were rolled back (on MySQL as far as it lets one)."""


def migrate(db: Database, plugins: Iterable[tuple[str, str | ModuleType]], plan: bool = False) -> list[Step]:
    """Run what hasn't run yet and return it; with `plan` only return it.

    `plugins` are (plugin id, package of its migrations), in the order to run them. A package holds modules
    `NNNN_name` with `def up(m: Migrator) -> None`. Any number of processes may call this at once: one works, the
    others wait and find nothing left to do. Raises `MigrationFailed`, naming plugin and migration.
    """
    found = [(Step(plugin_id, name), up) for plugin_id, package in plugins for name, up in _modules(package)]
    if plan:
        return [step for step, _ in _pending(db, found)]
    if mattermost_schema(db) is not None:
        db.do_without(missing_columns(db))
    return _migrate(db, found) if _pending(db, found) else []


def _migrate(db: Database, found: "Sequence[tuple[Step, Up]]") -> list[Step]:
    timeout = float(getattr(db.settings, "MigrationsStatementTimeoutSeconds", 0) or _DEFAULT_TIMEOUT_S)
    with shared_lock(db, "migrations", wait=timeout):
        with db.transaction():
            Migrator(db).create_table(History)
        pending = _pending(db, found)
        for step, up in pending:
            _run(db, step, up, timeout)
    return [step for step, _ in pending]


Up = Callable[[Migrator], None]


def _pending(db: Database, found: Sequence[tuple[Step, Up]]) -> list[tuple[Step, Up]]:
    done: set[Step] = set()
    if "hb_migrations" in table_names(db):
        done = {Step(str(row[0]), str(row[1])) for row in db.fetch_all("SELECT plugin, name FROM {hb_migrations}")}
    return [(step, up) for step, up in found if step not in done]


def _run(db: Database, step: Step, up: Up, timeout: float) -> None:
    try:
        with db.transaction(timeout=timeout):
            up(Migrator(db))
            db.execute(
                "INSERT INTO {hb_migrations} (plugin, name, appliedat) VALUES (?, ?, ?)",
                (step.plugin_id, step.name, now_ms()),
            )
    except Exception as error:
        detail = getattr(error, "detailed_error", "")
        raise MigrationFailed(
            f"migration {step.name} of plugin {step.plugin_id} failed: {error} {detail}".rstrip()
        ) from error
    _log.info("migrated %s: %s", step.plugin_id, step.name)


def _modules(package: str | ModuleType) -> Iterator[tuple[str, Up]]:
    """Yield the name and the `up` of each migration in `package`, in order; none when it doesn't exist."""
    if isinstance(package, str):
        if not _exists(package):
            return
        package = importlib.import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    for name in names:
        if _FILE.fullmatch(name) is None:
            raise MigrationFailed(f"{package.__name__}.{name}: a migration is named NNNN_what_it_does")
        yield name, importlib.import_module(f"{package.__name__}.{name}").up


def _exists(package: str) -> bool:
    parent, _, name = package.rpartition(".")
    parent_path = importlib.import_module(parent).__path__ if parent else None
    return any(module.name == name for module in pkgutil.iter_modules(parent_path))
