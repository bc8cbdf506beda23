"""One `/metrics` page for all workers of the host: whichever has the port asks the others and adds up."""

import contextlib
import errno
import fcntl
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import gevent
import gevent.socket
import msgspec
from gevent.event import Event
from gevent.pywsgi import WSGIServer
from gevent.server import StreamServer

from hubbub.core import json
from hubbub.core.health import Health
from hubbub.core.listen import parse_listen_address
from hubbub.core.metrics import FamilySnapshot, Metrics, add_up
from hubbub.core.metrics_text import CONTENT_TYPE, render
from hubbub.core.run_directory import RunDirectory

DEFAULT_PORT: Final = 8067
_SUFFIX: Final = ".metrics"
_TAKE_OVER_EVERY_S: Final = 1.0
_ANSWER_WITHIN_S: Final = 2.0
_log = logging.getLogger("hubbub.metrics")


class MetricsServer:
    """A worker's part: answers for itself on a Unix socket, and serves the page if it gets the lock and the port.

    When the worker that serves dies, its lock is free and another takes over within about a second.
    """

    def __init__(
        self,
        metrics: Metrics,
        address: str,
        directory: Path,
        health: Health | None = None,
        more: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """`more` returns texts in Prometheus' format that are put behind the page: what plugins measure themselves."""
        self._metrics = metrics
        self._more = more
        self._address = parse_listen_address(address, DEFAULT_PORT)
        self._directory = RunDirectory(directory, _SUFFIX)
        self._health = health or Health()
        self._stop = Event()
        self._http: WSGIServer | None = None
        self._lock = -1

    @property
    def port(self) -> int | None:
        """The port on which this worker serves the page, or None."""
        return None if self._http is None else self._http.server_port

    def start(self) -> None:
        """Answer for this worker, and try to get the page (after the fork). Raises `OSError`."""
        self._directory.create()
        self._name = self._directory.new_name()
        listener = gevent.socket.socket(fileno=self._directory.listen(self._name).detach())
        self._unix = StreamServer(listener, self._answer)
        self._unix.start()
        self._greenlet = gevent.spawn(self._take_over)

    def _answer(self, peer: gevent.socket.socket, _address: object) -> None:
        peer.settimeout(_ANSWER_WITHIN_S)
        with contextlib.suppress(OSError):
            peer.sendall(json.encode(self._metrics.snapshot()))

    def _take_over(self) -> None:
        self._lock = os.open(self._directory.path / "metrics.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while not self._locked() or not self._listening():
            if self._stop.wait(_TAKE_OVER_EVERY_S):
                return
        _log.info("metrics are served", extra={"address": str(self._address)})

    def _locked(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _listening(self) -> bool:
        server = WSGIServer((self._address.host, self._address.port), self._page, log=None, error_log=_log)
        try:
            server.start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                detail = f"MetricsSettings.ListenAddress {self._address} is in use by another program"
            else:
                detail = f"MetricsSettings.ListenAddress {self._address} can't be used: {error.strerror}"
            self._health.set("metrics", False, detail)
            return False
        self._health.set("metrics", True)
        self._http = server
        return True

    def _page(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"The metrics are at /metrics.\n"]
        body = render(self.collect()) + b"".join(text.rstrip("\n").encode() + b"\n" for text in self._more())
        start_response("200 OK", [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body)))])
        return [body]

    def collect(self) -> list[FamilySnapshot]:
        """Return the metrics of all workers of this host, added up; a worker that doesn't answer is left out."""
        others = [gevent.spawn(self._ask, name) for name in self._directory.names() - {self._name}]
        gevent.joinall(others, timeout=_ANSWER_WITHIN_S)
        answers = [greenlet.value for greenlet in others if greenlet.value is not None]
        return add_up([self._metrics.snapshot(), *answers, read_retired(self._directory.path)])

    def _ask(self, name: str) -> list[FamilySnapshot] | None:
        raw = self._directory.connect(name)
        if raw is None:
            return None
        peer = gevent.socket.socket(fileno=raw.detach())
        peer.settimeout(_ANSWER_WITHIN_S)
        try:
            parts = []
            while part := peer.recv(65536):
                parts.append(part)
            answer: list[FamilySnapshot] = json.decode(b"".join(parts), list[FamilySnapshot])
        except (OSError, msgspec.MsgspecError):
            return None
        finally:
            peer.close()
        return answer

    def stop(self) -> None:
        """Leave this worker's counts to the others and close."""
        self._stop.set()
        self._directory.remove(self._name)
        self._unix.stop(timeout=0)
        if self._http is not None:
            self._http.stop(timeout=0.5)
            self._http = None
        with contextlib.suppress(OSError):
            retire(self._directory.path, self._metrics.snapshot())
        self._greenlet.join(timeout=1)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


# Counts of workers that stopped: without them a graceful restart would look as if counters had gone backwards. Those
# of a killed worker are gone, which readers take for a reset.
_RETIRED: Final = "metrics.retired.json"


def retire(directory: Path, snapshot: list[FamilySnapshot]) -> None:
    """Add the counters and histograms of a stopping worker to the file of those that have stopped."""
    lasting = [family for family in snapshot if family.kind != "gauge"]
    lock = os.open(directory / "metrics.retired.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        temporary = directory / f"{_RETIRED}.{os.getpid()}"
        temporary.write_bytes(json.encode(add_up([read_retired(directory), lasting])))
        temporary.replace(directory / _RETIRED)
    finally:
        os.close(lock)


def read_retired(directory: Path) -> list[FamilySnapshot]:
    """Return what stopped workers have counted."""
    try:
        retired: list[FamilySnapshot] = json.decode((directory / _RETIRED).read_bytes(), list[FamilySnapshot])
    except (OSError, msgspec.MsgspecError):
        return []
    return retired


def forget_retired(directory: Path) -> None:
    """Begin to count anew: the server itself starts."""
    with contextlib.suppress(OSError):
        (directory / _RETIRED).unlink()
