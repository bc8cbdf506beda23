"""Migrations: each plugin's own, in the order of the plugins, each once."""

import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import gevent
import peewee

from hubbub.core.clock import now_ms
from hubbub.core.db import online, plan
from hubbub.core.db.catalog import table_names
from hubbub.core.db.database import Database
from hubbub.core.db.errors import StoreBusy
from hubbub.core.db.fields import BigInt, Varchar
from hubbub.core.db.lock import shared_lock
from hubbub.core.db.migrator import Migrator
from hubbub.core.db.origin import mattermost_schema, missing_columns
from hubbub.core.db.tables import Table

_log: Final = logging.getLogger("hubbub.db")
_FILE: Final = re.compile(r"\d{4}_\w+")
_DEFAULT_TIMEOUT_S: Final = 100_000
_LOCK_S: Final = 5
_ATTEMPTS: Final = 5


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


Up = Callable[[Migrator], None]


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


def planned(db: Database, plugins: Iterable[tuple[str, str | ModuleType]]) -> list[tuple[Step, list[str]]]:
    """Return what hasn't run yet, each with what it would do, in words. Changes nothing."""
    found = [(Step(plugin_id, name), up) for plugin_id, package in plugins for name, up in _modules(package)]
    return [(step, plan.actions(db, up)) for step, up in _pending(db, found)]


def _migrate(db: Database, found: Sequence[tuple[Step, Up]]) -> list[Step]:
    timeout = float(getattr(db.settings, "MigrationsStatementTimeoutSeconds", 0) or _DEFAULT_TIMEOUT_S)
    with shared_lock(db, "migrations", wait=timeout):
        with db.transaction():
            Migrator(db).create_table(History)
        pending = _pending(db, found)
        is_new = len(pending) == len(found)
        for step, up in pending:
            _run(db, step, up, timeout)
            # The tables of a new database are one piece of news, a step of an upgrade may take its time.
            _log.log(logging.DEBUG if is_new else logging.INFO, "migrated %s: %s", step.plugin_id, step.name)
        if is_new and pending:
            _log.info("made the tables of %d plugins", len({step.plugin_id for step, _ in pending}))
    return [step for step, _ in pending]


def _pending(db: Database, found: Sequence[tuple[Step, Up]]) -> list[tuple[Step, Up]]:
    done: set[Step] = set()
    if "hb_migrations" in table_names(db):
        done = {Step(str(row[0]), str(row[1])) for row in db.fetch_all("SELECT plugin, name FROM {hb_migrations}")}
    _refuse_newer(done, {step for step, _ in found})
    return [(step, up) for step, up in found if step not in done]


def _refuse_newer(done: set[Step], known: set[Step]) -> None:
    """Raise `MigrationFailed` when a newer version of a plugin has migrated this database further than ours can."""
    newest: dict[str, str] = {}
    for step in known:
        newest[step.plugin_id] = max(step.name, newest.get(step.plugin_id, ""))
    for step in sorted(done - known, key=lambda step: (step.plugin_id, step.name)):
        if step.name[:4] > newest.get(step.plugin_id, "9999")[:4]:
            raise MigrationFailed(
                f"a newer Hubbub has used this database: migration {step.name} of plugin {step.plugin_id} isn't known"
                " here. Install that version again, or a later one."
            )


def _run(db: Database, step: Step, up: Up, timeout: float) -> None:
    """Run one migration. It counts as done when its indexes are there too; interrupted before, it runs again."""
    try:
        migrator = _up(db, step, up, timeout)
        if migrator.online:
            online.build(db, migrator.online, timeout)
            _record(db, step)
    except Exception as error:
        detail = getattr(error, "detailed_error", "")
        raise MigrationFailed(
            f"migration {step.name} of plugin {step.plugin_id} failed: {error} {detail}".rstrip()
        ) from error


def _up(db: Database, step: Step, up: Up, timeout: float) -> Migrator:
    """Run `up` in a transaction. It doesn't queue for a table's lock for long: everybody else would queue behind it."""
    for attempt in range(_ATTEMPTS):
        migrator = Migrator(db)
        try:
            with db.transaction(timeout=timeout):
                migrator.execute_on("postgres", f"SET LOCAL lock_timeout = '{_LOCK_S}s'")
                up(migrator)
                if not migrator.online:
                    _record(db, step)
            break
        except StoreBusy:
            if attempt == _ATTEMPTS - 1:
                raise
            gevent.sleep(_LOCK_S)
    return migrator


def _record(db: Database, step: Step) -> None:
    db.execute(
        "INSERT INTO {hb_migrations} (plugin, name, appliedat) VALUES (?, ?, ?)", (step.plugin_id, step.name, now_ms())
    )


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
