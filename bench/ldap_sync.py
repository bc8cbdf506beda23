"""Synchronising accounts with a directory: `make bench ARGS="--only ldap --people 20000"`.

slapd has so many generated people, and each has an account. The command `hubbub ldap sync` runs as an administrator
runs it, in a process of its own; its time and memory are all of it, start included. Once every account differs from the
directory, once none does.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Final

from hubbub.core.db import Database
from hubbub.core.ids import new_id
from hubbub.tests.services.ldap import LdapServer, generated_people, ldif, person
from hubbub.tests.services.postgres import PostgresServer

COMMAND: Final = [sys.executable, "-c", "from hubbub.core.cli import main; main()"]
_MEMORY: Final = "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode;" \
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"  # fmt: skip
_COLUMNS: Final = (
    "id", "createat", "updateat", "deleteat", "username", "password", "authdata", "authservice", "email",
    "emailverified", "nickname", "firstname", "lastname", "position", "roles", "allowmarketing", "props",
    "notifyprops", "lastpasswordupdate", "lastpictureupdate", "failedattempts", "locale", "timezone", "mfaactive",
)  # fmt: skip


class Large(LdapServer):
    """A directory with as many people as are wanted."""

    def __init__(self, people: int) -> None:
        super().__init__()
        self._people = people

    def prepare(self) -> None:
        self.write_config()
        self.load(ldif(generated_people(self._people)))


def run_all(people: int) -> Iterator[str]:
    """Yield a line of a table for each engine."""
    with ExitStack() as running, TemporaryDirectory(prefix="hubbub-ldap-") as folder:
        directory = running.enter_context(_running(Large(people)))
        postgres = running.enter_context(_running(PostgresServer(durable=True)))
        for engine in ("sqlite", "postgres"):
            source = str(Path(folder) / "hubbub.db")
            if engine == "postgres":
                source = str(postgres.data_source(postgres.create_database()))
            yield from _measured(Path(folder), engine, source, directory, people)


@contextmanager
def _running(server: Any) -> Iterator[Any]:
    server.prepare()
    server.start()
    try:
        yield server
    finally:
        server.remove()


def _measured(folder: Path, engine: str, source: str, directory: LdapServer, people: int) -> Iterator[str]:
    document = {
        "SqlSettings": {"DriverName": engine, "DataSource": source},
        "HubbubSettings": {"DataDirectory": str(folder / engine)},
        "FileSettings": {"Directory": str(folder / engine / "files")},
        "LdapSettings": directory.settings(MaxPageSize=1000),
    }
    (folder / "config.json").write_text(json.dumps(document))
    _run(folder, "migrate")
    settings = {
        "DriverName": engine, "DataSource": source, "MaxIdleConns": 1, "MaxOpenConns": 1, "QueryTimeout": 600,
        "ConnMaxLifetimeMilliseconds": 0, "ConnMaxIdleTimeMilliseconds": 0, "Trace": False,
    }  # fmt: skip
    db = Database(SimpleNamespace(**settings))
    for start in range(0, people, 1000):
        rows = [_account(number) for number in range(start, min(start + 1000, people))]
        db.insert_many("users", _COLUMNS, rows)
    db.close()
    for what in ("every account differs", "nothing differs"):
        began = time.monotonic()
        said = _run(folder, "ldap", "sync")
        seconds = time.monotonic() - began
        counted = re.search(rf"{people} people in the directory: (\d+) accounts changed", said)
        assert counted is not None, said
        assert int(counted[1]) == (people if what.startswith("every") else 0), said
        yield f"| {engine}, {what} | {people:,} | {seconds:.1f} s | {int(said.split()[-1]) / 1024:.0f} MiB |"


def _account(number: int) -> tuple[Any, ...]:
    uid = f"person{number:05d}"
    values = person(uid)[1]
    return (
        new_id(), 1, 1, 0, uid, "", values["employeeNumber"], "ldap", values["mail"], True, "", "Old", "Name", "",
        "system_user", False, "{}", "{}", 1, 0, 0, "en", "{}", False,
    )  # fmt: skip


def _run(folder: Path, *words: str) -> str:
    command = [sys.executable, "-c", _MEMORY, *COMMAND, "--config", str(folder / "config.json"), *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
