"""Fresh databases on each engine, empty or copied from one that was built before."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final, Literal, NamedTuple

from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.postgres import PostgresServer

Engine = Literal["sqlite", "postgres", "mysql"]
ENGINES: Final[tuple[Engine, ...]] = ("sqlite", "postgres", "mysql")
DEFAULT_ENGINES: Final[tuple[Engine, ...]] = ENGINES


class DatabaseSource(NamedTuple):
    """What SqlSettings needs to reach one database."""

    driver_name: Engine
    data_source: str


Builder = Callable[[DatabaseSource], None]


class Databases:
    """Make databases for tests; servers are started by the given functions when they are first needed."""

    def __init__(
        self, folder: Path, *, postgres: Callable[[], PostgresServer], mysql: Callable[[], MariadbServer]
    ) -> None:
        self._folder = folder
        self._servers: dict[str, Callable[[], PostgresServer | MariadbServer]] = {"postgres": postgres, "mysql": mysql}
        self._templates: dict[tuple[Engine, str], str] = {}
        self._used: dict[tuple[Engine, str], list[str]] = defaultdict(list)
        self._numbers = count(1)

    @contextmanager
    def fresh(self, engine: Engine) -> Iterator[DatabaseSource]:
        """Yield an empty database and delete it afterwards."""
        name = self._create(engine, "")
        try:
            yield self._source(engine, name)
        finally:
            self._drop(engine, name)

    @contextmanager
    def copy(self, engine: Engine, key: str, build: Builder) -> Iterator[DatabaseSource]:
        """Yield a copy of what ``build`` made, and delete it afterwards.

        ``build`` fills an empty database and closes its connections; it is called once per engine and key,
        later calls copy its result (milliseconds where migrations take seconds). A server's database is kept for the
        next one who asks for such a copy, who gets it with the rows that it had at first.
        """
        template = self._template(engine, key, build)
        name = self._used_before(engine, template) or self._create(engine, template)
        try:
            yield self._source(engine, name)
        finally:
            if engine == "sqlite":
                self._drop(engine, name)
            else:
                # NOTE: made as it was when it is needed again: whoever used it may still be about to stop.
                self._used[engine, template].append(name)

    def _used_before(self, engine: Engine, template: str) -> str:
        """Return a copy of the template that an earlier test is done with, as it was at first; empty: there is none."""
        while self._used[engine, template]:
            name = self._used[engine, template].pop()
            if self._server(engine).reset(name, template):
                return name
            self._drop(engine, name)
        return ""

    def _template(self, engine: Engine, key: str, build: Builder) -> str:
        """Return the name of the database that was built for a key, building it the first time."""
        if (engine, key) not in self._templates:
            name = self._create(engine, "")
            build(self._source(engine, name))
            if engine != "sqlite":
                self._server(engine).freeze(name)
            self._templates[engine, key] = name
        return self._templates[engine, key]

    def _server(self, engine: Engine) -> PostgresServer | MariadbServer:
        """Return the running server of an engine; one that an earlier test left down is started again."""
        server = self._servers[engine]()
        server.start()
        return server

    def _source(self, engine: Engine, name: str) -> DatabaseSource:
        """Return how to reach a database."""
        return DatabaseSource(engine, name if engine == "sqlite" else self._server(engine).data_source(name))

    def _create(self, engine: Engine, template: str) -> str:
        """Create a database and return its name; for SQLite the name is the file's path."""
        if engine != "sqlite":
            server = self._server(engine)
            return server.create_database(template) if template else server.create_database()
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        path = folder / "hubbub.db"
        for suffix in ("", "-wal") if template else ():
            if Path(template + suffix).exists():
                shutil.copyfile(template + suffix, f"{path}{suffix}")
        return str(path)

    def _drop(self, engine: Engine, name: str) -> None:
        """Delete a database."""
        if engine == "sqlite":
            shutil.rmtree(Path(name).parent, ignore_errors=True)
        else:
            self._server(engine).drop_database(name)
