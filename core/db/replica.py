"""One replica: whether it is in use, how far behind it is, and reads on it."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import gevent

from hubbub.core.contracts.errors import AppError, Unavailable
from hubbub.core.db import errors
from hubbub.core.db.asking import PATIENCE_S, Late, ask
from hubbub.core.db.progress import Heartbeats, Position, Progress
from hubbub.core.db.session import Pool
from hubbub.core.db.statement import Statement

WAIT_S: Final = 0.1
"""How long a read waits for a replica to receive what was committed before it."""
PROOF_S: Final = 1.0
_log: Final = logging.getLogger("hubbub.db")
_ELSEWHERE: Final = (Unavailable, errors.StoreError)


class NotThere(Exception):
    """This replica can't answer now; somebody else has to."""


class Replica:
    """A server that receives what the primary stores. It is used from the first look at it on that finds it well.

    `trouble` says why it is left out, empty while it is in use. `lag` is how many seconds it is behind at most, None
    until that is known.
    """

    def __init__(self, name: str, pool: Pool, progress: Progress, beats: Heartbeats) -> None:
        self.name = name
        self.pool = pool
        self.trouble = "nobody has looked at it yet"
        self.lag: float | None = None
        self.reads = 0
        self.by_beats = False
        self._progress = progress
        self._beats = beats
        self._branch = ""
        self._well_at = 0.0
        self._is_late = False

    @property
    def is_in(self) -> bool:
        """Say whether reads are sent to it."""
        return not self.trouble

    def forget(self) -> None:
        """Begin anew in another process."""
        self.pool.forget()
        self.trouble = "nobody has looked at it yet"
        self._branch = ""

    # reads

    def read(self, call: Callable[[Any, str, Any], Any], statement: Statement, params: Any, position: Position) -> Any:
        """Return what `call` gets here, once this replica has everything up to `position`. Raises `NotThere`."""
        try:
            session = self._take(position)
            try:
                result = call(session, statement.text, params)
            except BaseException as error:
                self._give_back(session, error)
                raise
        except _ELSEWHERE as error:
            self._failed(error)
            raise NotThere from error
        self.pool.give(session)
        self.reads += 1
        return result

    def _take(self, position: Position) -> Any:
        """Return a connection to a server that has everything up to `position`."""
        with gevent.Timeout(WAIT_S + PATIENCE_S, Late(detailed_error="no answer")):
            session = self.pool.take(reads=True)
            try:
                is_there = self._has(session, position, 0 if self._is_late else WAIT_S)
            except BaseException as error:
                self._give_back(session, error)
                raise
        if not is_there:
            # The next read doesn't wait for it again, only asks.
            self._is_late = True
            self.pool.give(session)
            raise NotThere
        return session

    def _has(self, session: Any, position: Position, patience: float) -> bool:
        if position == session.reached:  # of this connection: a server that was restarted may be behind again
            return True
        asked_at = monotonic()
        if not self._kind(position).reached(session, position, patience):
            return False
        session.reached = position
        self._well_at, self._is_late = asked_at, False
        return True

    def _kind(self, position: Position) -> Progress | Heartbeats:
        if position.branch == Heartbeats.BRANCH:
            return self._beats
        if position.branch != self._branch:
            raise NotThere  # another server is the primary now: it must prove anew that it follows that one
        return self._progress

    def _give_back(self, session: Any, error: BaseException) -> None:
        """Take the connection back after `error` and raise its name, if it has one."""
        named: AppError | None = session.translate(error)
        was_idle = session.reused
        is_broken = isinstance(error, Late) or not session.usable_after(error)
        self.pool.discard(session) if is_broken else self.pool.give(session)
        if isinstance(named, errors.ConnectionLost) and was_idle:
            self.pool.drop_idle()
            raise NotThere from error  # it may have been restarted: that alone doesn't leave it out
        if named is not None:
            raise named from error

    def _failed(self, error: AppError) -> None:
        """Note what an attempt to read here came to: a server that is gone is left out, a refused statement is not."""
        if isinstance(error, errors.QueryTimedOut):
            raise error
        if isinstance(error, errors.StoreUnavailable):
            self.leave_out(f"it doesn't answer: {error.detailed_error}")

    # looking after it

    def leave_out(self, trouble: str) -> None:
        """Send nothing there until a look finds it well."""
        if self.is_in:
            _log.warning("%s is left out, reads go elsewhere: %s", self.name, trouble)
        self.trouble = trouble

    def look(self, position: Position, beat: Callable[[], Position], limit: float) -> None:
        """See how it is: `position` is the primary's, `beat()` writes one; more than `limit` seconds behind is out."""
        try:
            if self.trouble or position.branch not in (self._branch, Heartbeats.BRANCH):
                self._prove(position, beat())
            else:
                self._measure(position, limit)
        except _ELSEWHERE as error:
            self.pool.drop_idle()
            self.leave_out(f"it doesn't answer: {error.detailed_error}")

    def _prove(self, position: Position, beat: Position) -> None:
        """Take it in if it shows a beat that was written through the primary after `position`."""

        def is_there(session: Any) -> bool | None:
            if not self._beats.reached(session, beat, PROOF_S):
                return None
            # What was written after that position is there, so a server that can tell must have reached it.
            return position.branch != Heartbeats.BRANCH and self._progress.reached(session, position, 0)

        can_tell = ask(self.pool, is_there, PROOF_S + PATIENCE_S)
        if can_tell is None:
            self._branch = ""
            self.lag = monotonic() - self._well_at if self._well_at else None
            self.leave_out("what the primary stores doesn't arrive there")
            return
        self._branch, self.by_beats = position.branch if can_tell else "", not can_tell
        self._well_at, self._is_late, self.lag = monotonic(), False, 0.0
        self.trouble = ""
        _log.info("%s is used for reading", self.name)

    def _measure(self, position: Position, limit: float) -> None:
        """Ask how far behind it is."""

        def behind(session: Any) -> float:
            if self._has(session, position, min(limit, PROOF_S)):
                return 0.0
            known = monotonic() - self._well_at
            told = self._progress.lag(session)
            return known if told is None else min(known, told)

        self.lag = ask(self.pool, behind, PROOF_S + PATIENCE_S)
        if self.lag > limit:
            self.leave_out(f"it is {self.lag:.0f} s behind")
