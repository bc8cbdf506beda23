"""Statements of which PostgreSQL keeps the plan: planning one anew costs it 0.1 to 0.2 ms each time.

What `Database.prepare` returned is prepared on each connection when it is first run there, and then executed by
name. Nothing depends on it: a statement that can't be prepared runs as it is (`IN ?` with a list, parameters whose
type doesn't show), and behind a pooler that hands the server's connections around none is prepared.
"""

import logging
import re
from itertools import count
from typing import Any, Final

import psycopg2
from psycopg2 import extensions

MAX_KEPT: Final = 300
"""Per connection; a plan takes the server some 20 KB."""
_log: Final = logging.getLogger("hubbub.db")
_MARKS: Final = re.compile("%[%s]")
_NARROW: Final = frozenset({"integer", "smallint"})
_names: Final = count(1)


class KeptText(str):
    """The text of a statement, and how it is prepared and executed by name."""

    __slots__ = ("body", "execution", "name")

    body: str
    execution: str
    name: str

    def __new__(cls, text: str) -> "KeptText":
        self = super().__new__(cls, text)
        self.name, numbers = f"hb_{next(_names)}", count(1)
        self.body = _MARKS.sub(lambda mark: f"${next(numbers)}" if mark[0] == "%s" else "%", text)
        parameters = ", ".join(["%s"] * (next(numbers) - 1))
        self.execution = f"EXECUTE {self.name}({parameters})" if parameters else f"EXECUTE {self.name}"
        return self

    def prepare(self, cursor: Any) -> None:
        """Prepare it on the cursor's connection, with numbers of 64 bits.

        In `? > 0` PostgreSQL takes the parameter for a number of 32 bits, and a time in ms is larger than that.
        """
        cursor.execute(f"PREPARE {self.name} AS {self.body}")
        cursor.execute("SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = %s", (self.name,))
        types = cursor.fetchone()[0]
        if _NARROW.isdisjoint(types):
            return
        wide = ", ".join("bigint" if kind in _NARROW else kind for kind in types)
        cursor.execute(f"DEALLOCATE {self.name}")
        cursor.execute(f"PREPARE {self.name}({wide}) AS {self.body}")


class Keeping:
    """Whether plans can be kept at all: shared by the connections to one server."""

    __slots__ = ("is_on",)

    def __init__(self) -> None:
        self.is_on = True

    def check(self, connection: Any, real_pid: int) -> None:
        """Turn it off where a pooler answers instead of the server: the next statement may go to another backend."""
        if self.is_on and connection.get_backend_pid() != real_pid:
            self.turn_off("there is a pooler before the database")

    def turn_off(self, reason: str) -> None:
        """Run all statements as they are from now on."""
        self.is_on = False
        _log.info("plans of statements are not kept: %s", reason)


class KeptPlans:
    """What is prepared on one connection."""

    __slots__ = ("_commands", "_keeping", "_wanted")

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._commands: dict[str, str] = {}
        self._wanted: dict[str, KeptText] = {}

    def command(self, text: KeptText, cursor: Any) -> str:
        """Return what runs `text`, by name if it is prepared here.

        It is prepared while no transaction is open, which a failure would end: first seen inside of one, later.
        """
        if not self._keeping.is_on:
            return text
        commands, wanted = self._commands, self._wanted
        if text.execution not in commands and len(commands) + len(wanted) < MAX_KEPT:
            wanted[text.execution] = text
        if wanted and cursor.connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE:
            while wanted:
                self._prepare(*wanted.popitem(), cursor)
        return commands.get(text.execution, text)

    def _prepare(self, execution: str, text: KeptText, cursor: Any) -> None:
        self._commands[execution] = text
        try:
            text.prepare(cursor)
        except psycopg2.Error as error:
            if error.pgcode is None or cursor.connection.closed:
                raise
            _log.debug("not prepared, %s: %s", str(error).strip(), text)
        else:
            self._commands[execution] = execution
