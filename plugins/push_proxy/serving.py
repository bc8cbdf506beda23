"""Runs the proxy until it is told to stop."""

import logging
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic
from typing import Any, Final

import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer

from hubbub.core import log
from hubbub.core.cli_errors import CommandFailed
from hubbub.core.metrics import Metrics
from hubbub.core.version import VERSION
from hubbub.plugins.push_proxy.delivery import Delivery
from hubbub.plugins.push_proxy.server import Proxy
from hubbub.plugins.push_proxy.settings import ProxySettings

FINISH_S: Final = 10.0
AT_ONCE: Final = 2_000
"""Connections at a time; more wait to be taken."""
SILENT_S: Final = 60.0
"""A connection on which nothing comes for so long is closed."""
_LEVELS: Final = {"debug": "DEBUG", "info": "INFO", "warn": "WARNING", "error": "ERROR"}
_log = logging.getLogger("hubbub.push_proxy")


class _Handler(WSGIHandler):
    """SECURITY: whoever says nothing doesn't keep a place for ever."""

    def handle(self) -> None:
        self.socket.settimeout(SILENT_S)
        super().handle()


class _Counting:
    """Counts the requests that are under way: connections that only wait must not delay a stop."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self.under_way = 0

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.under_way += 1
        try:
            return self._application(environ, start_response)
        finally:
            self.under_way -= 1


def run(settings: ProxySettings) -> None:
    """Serve until SIGTERM or Ctrl+C; what is under way then is finished within ten seconds.

    Raises `CommandFailed` for keys that can't be used, and an address that can't be listened on.
    """
    _configure_log(settings)
    metrics = Metrics()
    delivery = Delivery(settings, metrics)
    application = _Counting(Proxy(settings, delivery, metrics).application())
    address = settings.listen
    host, _, port = address.bind.rpartition(":")
    listener = (host.strip("[]"), int(port))
    server = WSGIServer(listener, application, spawn=AT_ONCE, log=None, error_log=_log, handler_class=_Handler)
    try:
        server.start()
    except OSError as error:
        raise CommandFailed(
            f"{address} can't be listened on: {error.strerror}. Choose another ListenAddress."
        ) from None
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    _log.info("push proxy %s listens on %s for %s", VERSION, address, ", ".join(settings.platforms))
    stop.wait()
    _log.info("push proxy stops")
    server.close()
    deadline = monotonic() + FINISH_S
    while application.under_way and monotonic() < deadline:
        gevent.sleep(0.02)
    gevent.sleep(0.05)  # the last answers leave
    server.stop(timeout=0)
    delivery.close()


def _configure_log(settings: ProxySettings) -> None:
    level = _LEVELS[settings.LogLevel.lower()]
    is_json = settings.LogFormat == "json"
    options = log.LogOptions(
        enable_console=settings.EnableConsoleLog,
        console_level=level,
        console_json=is_json,
        enable_file=settings.EnableFileLog,
        file_level=level,
        file_json=is_json,
        file=Path(settings.LogFileLocation) if settings.EnableFileLog else None,
    )
    log.configure(options, stream=sys.stderr)
