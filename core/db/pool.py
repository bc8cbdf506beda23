"""The pool of connections to a database server: bounded, last in first out, dead connections are noticed."""

import logging
import select
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import gevent
from gevent.lock import BoundedSemaphore
from gevent.monkey import get_original

from hubbub.core.db import errors
from hubbub.core.db.session import WrongThread, thread_id

_TRUSTED_S: Final = 1.0  # a connection used within this time isn't looked at before it is used again
_SWEEP_S: Final = 30.0
_FULL_RETRY_S: Final = 0.05
_poll_now = get_original("select", "poll")
_log: Final = logging.getLogger("hubbub.db")


class TooManyConnections(errors.StoreUnavailable):
    """The server takes no more connections (its own limit)."""

    id = "store.sql.too_many_connections.app_error"


class ServerPool:
    """At most `max_open` connections, of which `max_idle` are kept; greenlets wait `wait` seconds for one."""

    def __init__(
        self,
        connect: Callable[[], Any],
        *,
        max_open: int,
        max_idle: int,
        max_lifetime: float,
        max_idle_time: float,
        wait: float,
    ) -> None:
        self._connect = connect
        self._max_open = max_open if max_open > 0 else 100
        self._max_idle = min(max_idle if max_idle > 0 else 2, self._max_open)
        self._max_lifetime = max_lifetime or float("inf")
        self._max_idle_time = max_idle_time or float("inf")
        self._wait = wait
        self._inherited: list[Any] = []
        self._generation = 0
        self._server = ""
        self._start()

    def _start(self) -> None:
        self._thread = thread_id()
        self._idle: list[Any] = []
        self._slots = BoundedSemaphore(self._max_open)
        self._used: set[Any] = set()
        self._in_use = 0
        self._waiting = 0
        self._next_sweep = monotonic() + _SWEEP_S

    def take(self, reads: bool) -> Any:
        if thread_id() != self._thread:
            raise WrongThread
        if not self._slots.acquire(blocking=False):
            self._wait_for_slot()
        self._in_use += 1
        try:
            session = self._take_idle() or self._open()
        except BaseException:
            self._leave()
            raise
        self._used.add(session)
        return session

    def _take_idle(self) -> Any:
        idle = self._idle
        while idle:
            session = idle.pop()
            now = monotonic()
            is_trusted = now - session.idle_since < _TRUSTED_S or not has_input(session.fileno())
            if now < session.expires_at and is_trusted:
                return session
            session.close()
        return None

    def _wait_for_slot(self) -> None:
        self._waiting += 1
        try:
            if not self._slots.acquire(timeout=self._wait):
                raise errors.PoolExhausted(
                    detailed_error=f"all {self._max_open} connections were in use for {self._wait:g} s"
                    " (SqlSettings.MaxOpenConns, SqlSettings.QueryTimeout)"
                )
        finally:
            self._waiting -= 1

    def _open(self) -> Any:
        """Return a new connection; where the server takes no more, wait for one of ours to come back."""
        give_up = monotonic() + self._wait
        generation = self._generation
        while True:
            try:
                session = self._connect()
            except TooManyConnections as error:
                if monotonic() > give_up:
                    raise errors.PoolExhausted(detailed_error=error.detailed_error) from error
            else:
                session.generation = generation
                session.expires_at = monotonic() + self._max_lifetime
                self.notice(session)
                return session
            gevent.sleep(_FULL_RETRY_S)
            session = self._take_idle()
            if session is not None:
                return session

    def notice(self, session: Any) -> None:
        """Let go of the connections to the server that was there before, when the address leads to another one."""
        if session.server and session.server != self._server:
            if self._server:
                _log.warning("the database's address leads to another server than before: all connections are renewed")
                self.renew(cut=True)
                session.generation = self._generation
            self._server = session.server

    def connect_alone(self) -> Any:
        return self._connect()

    def give(self, session: Any) -> None:
        self._used.discard(session)
        if session.generation != self._generation or len(self._idle) >= self._max_idle:
            session.close()
        else:
            session.reused = True
            session.idle_since = now = monotonic()
            self._idle.append(session)
            if now > self._next_sweep:
                self._sweep(now)
        self._leave()

    def discard(self, session: Any) -> None:
        self._used.discard(session)
        session.close()
        if session.is_demoted and session.generation == self._generation:
            _log.warning("the database refused a change because it is read-only: all connections are renewed")
            self.renew()
        self._leave()

    def _leave(self) -> None:
        self._in_use -= 1
        self._slots.release()

    def _sweep(self, now: float) -> None:
        """Close what has been idle for too long: it lies at the bottom of the stack."""
        self._next_sweep = now + _SWEEP_S
        old = now - self._max_idle_time
        stale = [session for session in self._idle if session.idle_since < old]
        self._idle = [session for session in self._idle if session.idle_since >= old]
        for session in stale:
            session.close()

    def drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    def forget(self) -> None:
        # SECURITY: closing an inherited connection would say goodbye on the parent's socket.
        self._inherited += self._idle
        self._generation += 1
        self._start()

    def stats(self) -> dict[str, int]:
        return {"open": self._in_use + len(self._idle), "in_use": self._in_use, "waiting": self._waiting}

    def renew(self, *, cut: bool = False) -> None:
        self._generation += 1
        self.drop_idle()
        if cut:
            for session in list(self._used):
                session.cut()

    def close(self) -> None:
        self.renew()


def has_input(descriptor: int) -> bool:
    """Say whether an idle connection's socket has something to read: a goodbye, or the end of the stream."""
    if descriptor < 0:
        return True
    poller = _poll_now()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(0))
