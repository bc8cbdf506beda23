"""Lag as an administrator's own queries tell it (SqlSettings.ReplicaLagSettings), for metrics alone.

What the numbers count, bytes or milliseconds, only their author knows.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.db import errors
from hubbub.core.db.asking import ask
from hubbub.core.db.session import Pool

_MAX_ROWS: Final = 100
_log: Final = logging.getLogger("hubbub.db")


@dataclass(frozen=True)
class LagQuery:
    """Where to ask, and what: rows of a node's name and a number. Empty text asks nothing."""

    pool: Pool
    absolute: str
    time: str


class LagQueries:
    """The answers when they were last asked for, by the nodes' names: `absolute` and `time`."""

    def __init__(self, queries: Sequence[LagQuery] = ()) -> None:
        self.queries = tuple(queries)
        self.absolute: dict[str, float] = {}
        self.time: dict[str, float] = {}
        self._failing: set[str] = set()

    def ask(self) -> None:
        """Ask all of them; one that fails is logged once, and its numbers are gone until it works again."""
        absolute: dict[str, float] = {}
        time: dict[str, float] = {}
        for number, query in enumerate(self.queries):
            self._ask(f"ReplicaLagSettings[{number}].QueryAbsoluteLag", query.pool, query.absolute, absolute)
            self._ask(f"ReplicaLagSettings[{number}].QueryTimeLag", query.pool, query.time, time)
        self.absolute, self.time = absolute, time

    def _ask(self, name: str, pool: Pool, text: str, found: dict[str, float]) -> None:
        if not text.strip():
            return
        escaped = text.replace("%", "%%")

        def rows(session: Any) -> list[Any]:
            return list(session.fetch_all(escaped, ()))[:_MAX_ROWS]

        try:
            found.update({str(row[0]): float(row[1]) for row in ask(pool, rows) if row[1] is not None})
        except (Unavailable, errors.StoreError, errors.BadValue) as error:
            self._complain(name, error.detailed_error)
        except (IndexError, TypeError, ValueError):
            self._complain(name, "it must return rows of a name and a number")
        else:
            self._failing.discard(name)

    def _complain(self, name: str, reason: str) -> None:
        if name not in self._failing:
            self._failing.add(name)
            _log.warning("SqlSettings.%s: %s", name, reason)
