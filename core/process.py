"""What each worker process runs beside the app: the log, the watchdog, the metrics of the process."""

import logging
import resource
import time
from pathlib import Path
from typing import Any

from hubbub.core import log
from hubbub.core.config import Config
from hubbub.core.metrics import Metrics
from hubbub.core.metrics_server import MetricsServer
from hubbub.core.watchdog import Watchdog

_log = logging.getLogger("hubbub.process")


class ProcessServices:
    """Started in each worker after the fork, stopped with it."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._watchdog = Watchdog(app.metrics)
        self._metrics_server: MetricsServer | None = None
        declare_process_metrics(app.metrics)

    def start(self) -> None:
        """Watch the loop, serve metrics if the configuration says so, follow changes of the log's settings.

        Metrics that can't be served are a matter of health: they don't keep the server from starting.
        """
        self._watchdog.start()
        self._app.config_store.subscribe(self._config_changed)
        config: Config = self._app.config
        if not config.MetricsSettings.Enable:
            return
        try:
            server = MetricsServer(
                self._app.metrics,
                config.MetricsSettings.ListenAddress,
                config.run_directory,
                self._app.health,
                more=lambda: self._app.hooks.ask_all("serve_metrics"),
            )
            server.start()
        except (OSError, ValueError) as error:
            self._app.health.set("metrics", False, str(error))
        else:
            self._metrics_server = server

    def stop(self) -> None:
        """End all of it."""
        self._watchdog.stop()
        if self._metrics_server is not None:
            self._metrics_server.stop()
            self._metrics_server = None

    @staticmethod
    def _config_changed(old: Config, new: Config) -> None:
        if old.LogSettings != new.LogSettings:
            log.configure(log.options_of(new.LogSettings))


def declare_process_metrics(metrics: Metrics) -> None:
    """Declare what Prometheus users expect of every process, added up over the workers."""
    started = time.time()
    metrics.gauge("hubbub_workers", "Worker processes that answer.", lambda: 1)
    metrics.gauge("hubbub_resident_memory_bytes", "Resident memory.", resident_memory_bytes)
    metrics.gauge("hubbub_open_fds", "Open file descriptors.", _open_descriptors)
    metrics.gauge("hubbub_start_time_seconds", "When the oldest worker started.", lambda: started, combine="min")
    metrics.counter_function("hubbub_cpu_seconds_total", "Processor time, user and system.", time.process_time)


def resident_memory_bytes() -> float:
    """Return this process's resident memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _open_descriptors() -> float:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
