"""Servers for reads that may be a moment old: taken in turn, left out while they don't answer."""

import logging
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Final

from hubbub.core.db.session import Pool

_log: Final = logging.getLogger("hubbub.db")


class Replicas:
    """The pools of the replicas (SqlSettings.DataSourceReplicas); one that failed rests for `rest` seconds."""

    def __init__(self, pools: Sequence[Pool], rest: float) -> None:
        self.pools = tuple(pools)
        self._rest = rest
        self._back_at = dict.fromkeys(range(len(self.pools)), 0.0)
        self._turn = 0

    def __bool__(self) -> bool:
        return bool(self.pools)

    def in_turn(self) -> Iterator[tuple[int, Pool]]:
        """Yield those to try, beginning with another one each time."""
        self._turn += 1
        now = monotonic()
        count = len(self.pools)
        for offset in range(count):
            number = (self._turn + offset) % count
            if self._back_at[number] <= now:
                yield number, self.pools[number]

    def leave_out(self, number: int, error: Exception) -> None:
        """Send nothing to replica `number` for a while."""
        self._back_at[number] = monotonic() + self._rest
        _log.warning("replica %d doesn't answer, reads go elsewhere for %g s: %s", number + 1, self._rest, error)
