"""A worker's eye on its database servers: looks at them now and then, tells health and metrics."""

from collections.abc import Iterator
from typing import Final

import gevent

from hubbub.core.db import Database, primary
from hubbub.core.db.pool import ServerPool
from hubbub.core.health import Health
from hubbub.core.metrics import LabelValues, Metrics
from hubbub.core.tasks import Tasks

LOOK_S: Final = 2.0
WRITABLE: Final = "database changes"


class DatabaseWatch:
    """Looks at the primary every two seconds, at replicas every SqlSettings.ReplicaMonitorIntervalSeconds."""

    def __init__(self, db: Database, health: Health, metrics: Metrics, tasks: Tasks) -> None:
        self._db = db
        self._health = health
        metrics.gauge("hubbub_db_connections", "Connections to databases.", self._connections, ("server", "state"))
        if db.progress is None:
            return
        tasks.every(LOOK_S, self.look_at_primary, "look at the database", owner="core")
        if db.replicas.lag_queries.queries:
            tasks.every(db.replicas.interval, db.replicas.lag_queries.ask, "ask for the replicas' lag", owner="core")
            self._declare_lag(metrics)
        if db.replicas:
            tasks.every(db.replicas.interval, self.look_at_replicas, "look at the replicas", owner="core")
            self._declare(metrics)

    def _declare_lag(self, metrics: Metrics) -> None:
        queries, label = self._db.replicas.lag_queries, ("node",)
        metrics.gauge(
            "hubbub_db_replica_lag_abs",
            "What QueryAbsoluteLag of SqlSettings.ReplicaLagSettings tells of a node.",
            lambda: {(node,): lag for node, lag in queries.absolute.items()},
            label,
            combine="max",
        )
        metrics.gauge(
            "hubbub_db_replica_lag_time",
            "What QueryTimeLag of SqlSettings.ReplicaLagSettings tells of a node.",
            lambda: {(node,): lag for node, lag in queries.time.items()},
            label,
            combine="max",
        )

    def _declare(self, metrics: Metrics) -> None:
        replicas = self._db.replicas
        label = ("replica",)
        metrics.gauge(
            "hubbub_db_replica_up",
            "1 while a replica is read from.",
            lambda: {(replica.name,): float(replica.is_in) for replica in replicas.all},
            label,
            combine="min",
        )
        metrics.gauge(
            "hubbub_db_replica_lag_seconds",
            "By how many seconds a replica is behind at most.",
            lambda: {(replica.name,): replica.lag for replica in replicas.all if replica.lag is not None},
            label,
            combine="max",
        )
        metrics.counter_function(
            "hubbub_db_replica_reads_total",
            "Statements that a replica answered.",
            lambda: {(replica.name,): float(replica.reads) for replica in replicas.all},
            label,
        )
        metrics.counter_function(
            "hubbub_db_replica_reads_elsewhere_total",
            "Statements for replicas that the primary answered, since no replica was well or had everything yet.",
            lambda: replicas.elsewhere,
        )

    def start(self) -> None:
        """Look at once, without waiting for what is seen: replicas are of use from then on."""
        if self._db.replicas:
            gevent.spawn(self.look_at_replicas)

    def look_at_primary(self) -> None:
        """See whether the primary takes changes."""
        pool, progress = self._db.pool, self._db.progress
        if isinstance(pool, ServerPool) and progress is not None:
            trouble = primary.look(pool, progress)
            # One that can't be reached is another component's news.
            self._health.set(WRITABLE, trouble != primary.READ_ONLY, trouble)

    def look_at_replicas(self) -> None:
        """See how each replica is."""
        self._db.replicas.look()
        for replica in self._db.replicas.all:
            self._health.set(replica.name, replica.is_in, replica.trouble)

    def _connections(self) -> dict[LabelValues, float]:
        return dict(self._numbers())

    def _numbers(self) -> Iterator[tuple[LabelValues, float]]:
        servers = [("primary", self._db.pool), *((replica.name, replica.pool) for replica in self._db.replicas.all)]
        for name, pool in servers:
            for state, number in pool.stats().items():
                yield (name, state), float(number)
