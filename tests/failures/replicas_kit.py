"""A server whose database has a replica, and what its health and metrics say of it."""

import re
from typing import Any, Final

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import HttpTransport
from hubbub.tests.failures.kit import config_for, eventually
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.process import HOST, free_port

UP: Final = 'hubbub_db_replica_up{replica="replica 1"}'
READS: Final = 'hubbub_db_replica_reads_total{replica="replica 1"}'
REPLICA: Final = "replica 1"


def with_replica(source: DatabaseSource, replica: str, **sql: Any) -> dict[str, dict[str, Any]]:
    """Return the settings of a server on `source` with one replica, looked at every second, and metrics."""
    sql = {"QueryTimeout": 3, "DataSourceReplicas": [replica], "ReplicaMonitorIntervalSeconds": 1, **sql}
    metrics = {"Enable": True, "ListenAddress": f"{HOST}:{free_port()}"}
    return config_for(source, SqlSettings=sql, MetricsSettings=metrics)


class Watched:
    """Asks a server how its replica is."""

    def __init__(self, server: LiveServer, config: dict[str, dict[str, Any]]) -> None:
        self._ready = HttpTransport(server.host, server.port)
        self._metrics = HttpTransport(HOST, int(config["MetricsSettings"]["ListenAddress"].rpartition(":")[2]))

    def metric(self, name: str) -> float:
        """Return one value of the page for Prometheus, which all workers are on; -1 when it isn't there."""
        page = self._metrics("GET", "/metrics", {}, b"").body.decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.M)
        return float(found[1]) if found else -1

    def impaired(self) -> list[str]:
        """Return what a worker that is ready says doesn't work."""
        answer = self._ready("GET", "/readyz", {}, b"")
        assert answer.status == 200, answer
        return list(answer.json.get("impaired", []))

    def until_used(self) -> None:
        """Wait until every worker reads from the replica."""
        eventually(lambda: self.metric(UP) == 1, what="the replica must be used")

    def until_left_out(self) -> None:
        """Wait until a worker has noticed that the replica is of no use."""
        eventually(lambda: self.metric(UP) == 0 and REPLICA in self.impaired(), what="the replica must be left out")
