"""Servers for reads that needn't be the primary's: taken in turn, left out while they are dead or behind.

A read on a replica sees everything that was committed anywhere before it began: the primary is asked for its position
(which costs it next to nothing), and the replica must have reached that. So nobody misses what they wrote or were told
of, whichever worker or host they ask, and nothing has to be remembered about who wrote what when.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import gevent

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.db import errors
from hubbub.core.db.asking import Shared, ask
from hubbub.core.db.lag_queries import LagQueries
from hubbub.core.db.progress import Heartbeats, Position, Progress
from hubbub.core.db.replica import NotThere, Replica
from hubbub.core.db.session import Pool
from hubbub.core.db.statement import Statement

_log: Final = logging.getLogger("hubbub.db")
_BEAT_PAUSE_S: Final = 0.02
_NOWHERE: Final = Position(Heartbeats.BRANCH, 0)

MayRead = bool | Literal["search"]
"""Where a statement may read: False the primary, True a replica, "search" a replica that is kept for searching."""


@dataclass(frozen=True)
class Upstream:
    """What replicas need to know of their primary."""

    pool: Pool
    progress: Progress
    upsert: str
    """What follows an INSERT of a heartbeat so that an existing row is changed."""


class Replicas:
    """The replicas of one database: `reading` of SqlSettings.DataSourceReplicas, `searching` of …SearchReplicas.

    Nothing is read from a replica before `look` has found it well; call it every `interval` seconds.
    """

    def __init__(
        self,
        primary: Upstream | None = None,
        reading: Sequence[Pool] = (),
        searching: Sequence[Pool] = (),
        interval: float = 5.0,
        lag_queries: LagQueries | None = None,
    ) -> None:
        self.lag_queries = lag_queries or LagQueries()
        self.interval = interval
        self.elsewhere = 0
        self._reading: list[Replica] = []
        self._searching: list[Replica] = []
        if primary is not None:
            self._primary = primary
            self._beats = Heartbeats(primary.upsert)
            self._reading = [self._replica(f"replica {n}", pool) for n, pool in enumerate(reading, 1)]
            self._searching = [self._replica(f"search replica {n}", pool) for n, pool in enumerate(searching, 1)]
            self._positions = Shared(lambda: ask(primary.pool, primary.progress.position))
            # One at a time: two on their way at once could arrive in the wrong order, and the later one be lost.
            self._beating = Shared(lambda: ask(primary.pool, self._beats.position), _BEAT_PAUSE_S)
        self.all = (*self._reading, *self._searching)

    def _replica(self, name: str, pool: Pool) -> Replica:
        return Replica(name, pool, self._primary.progress, self._beats)

    def __bool__(self) -> bool:
        return bool(self.all)

    def read(
        self, which: MayRead, call: Callable[[Any, str, Any], Any], statement: Statement, params: Any
    ) -> tuple[bool, Any]:
        """Return (True, what `call` got on a replica); (False, None) when the primary has to answer."""
        position: Position | None = None
        for replica in self._in_turn(which):
            if replica.by_beats:
                needed = self._beating.get()
            else:
                needed = position = position or self._positions.get()
            if needed is None:
                break
            try:
                return True, replica.read(call, statement, params, needed)
            except NotThere:
                continue
        self.elsewhere += 1
        return False, None

    def _in_turn(self, which: MayRead) -> Iterator[Replica]:
        """Yield those to try, beginning with another one each time."""
        group = self._searching if which == "search" and self._searching else self._reading
        if group:
            group.append(group.pop(0))
        yield from [replica for replica in group if replica.is_in]

    def look(self) -> None:
        """Look at every replica: leave out what is dead or behind, take back what is well again.

        While the primary can't be asked nothing is changed: no replica is read from then.
        """
        if not self.all:
            return
        try:
            position = ask(self._primary.pool, self._primary.progress.position) or _NOWHERE
        except (Unavailable, errors.StoreError) as error:
            _log.debug("the replicas can't be looked at without the primary: %s", error)
            return
        gevent.joinall([gevent.spawn(replica.look, position, self._beat, self.interval) for replica in self.all])

    def _beat(self) -> Position:
        beat = self._beating.get()
        if beat is None:
            raise errors.StoreUnavailable(detailed_error="the primary takes no heartbeat")
        return beat

    def stats(self) -> dict[str, int]:
        """Return the numbers of all pools together: `open`, `in_use`, `waiting`."""
        found = [replica.pool.stats() for replica in self.all]
        return {name: sum(numbers[name] for numbers in found) for name in ("open", "in_use", "waiting")}

    def forget(self) -> None:
        """Forget all connections without touching them: they belong to the parent process."""
        for query in self.lag_queries.queries:
            query.pool.forget()
        for replica in self.all:
            replica.forget()
        if self.all:
            self._beats.forget()

    def close(self) -> None:
        """Close all connections."""
        for pool in (*(replica.pool for replica in self.all), *(query.pool for query in self.lag_queries.queries)):
            pool.close()
