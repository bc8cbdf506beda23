"""Questions to a pool of connections, bounded in time; and questions that many greenlets ask at once."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import gevent
from gevent.event import AsyncResult

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.db import errors
from hubbub.core.db.session import Pool

T = TypeVar("T")
PATIENCE_S: Final = 2.0


class Late(errors.ConnectionLost):
    """A server that answers in milliseconds when it is well hasn't answered for seconds."""


def ask(pool: Pool, question: Callable[[Any], T], seconds: float = PATIENCE_S) -> T:
    """Return `question(session)` on a connection of `pool`, connecting included within `seconds`.

    A connection that had died in the pool is replaced once. Raises `Late` and the errors in `errors`.
    """
    with gevent.Timeout(seconds, Late(detailed_error=f"no answer within {seconds:g} s")):
        try:
            return _ask_once(pool, question)
        except _Stale:
            pool.drop_idle()
            return _ask_once(pool, question)


class _Stale(errors.ConnectionLost):
    """The connection had been idle in the pool, and was dead."""


def _ask_once(pool: Pool, question: Callable[[Any], T]) -> T:
    session = pool.take(reads=True)
    try:
        answer = question(session)
    except BaseException as error:
        named = session.translate(error)
        was_idle = session.reused
        if named is not None and session.usable_after(error):
            pool.give(session)
        else:
            pool.discard(session)
        if named is None:
            raise
        if was_idle and isinstance(named, errors.ConnectionLost):
            raise _Stale(detailed_error=named.detailed_error) from error
        raise named from error
    pool.give(session)
    return answer


class Shared(Generic[T]):
    """One question for everybody who wants its answer; those who come while it is being asked share the next one.

    So an answer is never older than the wish for it, and however many ask, one question is on its way at a time.
    `pause` seconds lie between two at least. None when it failed.
    """

    def __init__(self, question: Callable[[], T], pause: float = 0.0) -> None:
        self._question = question
        self._pause = pause
        self._is_asking = False
        self._next: AsyncResult[T | None] | None = None

    def get(self) -> T | None:
        """Return an answer to a question that was asked after this call began."""
        if self._is_asking:
            if self._next is None:
                self._next = AsyncResult()
            return self._next.get()
        self._is_asking = True
        try:
            return self._asked()
        finally:
            if self._next is None and not self._pause:
                self._is_asking = False
            else:
                gevent.spawn(self._serve)

    def _asked(self) -> T | None:
        try:
            return self._question()
        except (Unavailable, errors.StoreError):
            return None

    def _serve(self) -> None:
        gevent.sleep(self._pause)
        while self._next is not None:
            waiting, self._next = self._next, None
            try:
                waiting.set(self._asked())
            except BaseException:
                waiting.set(None)
                raise
            gevent.sleep(self._pause)
        self._is_asking = False
