"""One connection to a database, and the pool that hands connections out: what every engine offers."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from gevent.monkey import get_original

from hubbub.core.contracts.errors import AppError

thread_id: Callable[[], int] = get_original("_thread", "get_ident")
"""The real thread's id; `threading` tells greenlets apart instead, once it is patched."""
Params = Sequence[Any]
Row = tuple[Any, ...]


class WrongThread(RuntimeError):
    """The database is used from a thread other than the event loop's: greenlets and locks would go wrong."""

    def __init__(self) -> None:
        super().__init__("use the database from greenlets only: fetch before, store after what runs in a thread")


class Session(Protocol):
    """One connection, used by one greenlet at a time. Errors are the driver's own; `translate` names them."""

    reused: bool
    """Has been idle in the pool, so the server may have closed it meanwhile."""
    server: str
    """Which of several servers this one is, as far as the engine tells: another one after a failover."""
    is_demoted: bool
    """The server has refused a change because it is read-only: after a failover, another one is the primary."""
    reached: Any
    """How far this server's history went when it was last asked for (see `progress.Position`)."""

    def fetch_one(self, text: str, params: Params) -> Row | None:
        """Run `text` and return its first row."""

    def fetch_all(self, text: str, params: Params) -> list[Row]:
        """Run `text` and return all of its rows."""

    def execute(self, text: str, params: Params) -> int:
        """Run `text` and return how many rows it changed."""

    def execute_many(self, text: str, rows: Iterable[Params]) -> None:
        """Run `text` once per row of parameters."""

    def begin(self) -> None:
        """Open a transaction (it may be sent along with the first statement)."""

    def commit(self) -> None:
        """Store the open transaction."""

    def rollback(self) -> None:
        """Drop the open transaction; raises when the connection is of no use any more."""

    def limit(self, seconds: float | None) -> None:
        """Give each statement this time, None for the usual one; called inside a transaction, or after its end."""

    def translate(self, error: BaseException) -> AppError | None:
        """Return the named error for what the driver raised; None for what isn't the driver's."""

    def usable_after(self, error: BaseException) -> bool:
        """Say whether the connection can still be used after `error`."""

    def cut(self) -> None:
        """End the connection under the greenlet that waits for its answer, which gets an error at once."""

    def close(self) -> None:
        """Close the connection; never raises."""


class Pool(Protocol):
    """Hands out sessions; waiting is bounded."""

    def take(self, reads: bool) -> Any:
        """Return a `Session` for this greenlet alone; `reads` says it won't write outside of a transaction.

        Raises `StoreUnavailable`, `PoolExhausted`, `StoreBusy`.
        """

    def connect_alone(self) -> Any:
        """Return a `Session` outside of the pool, to be closed by the caller: for what must hold a connection long."""

    def give(self, session: Any) -> None:
        """Take a session back in good order."""

    def discard(self, session: Any) -> None:
        """Take back and close a session that must not be used again."""

    def drop_idle(self) -> None:
        """Close all idle sessions: the server has gone away under one of them."""

    def renew(self, *, cut: bool = False) -> None:
        """Close all idle sessions, and those in use when they come back; with `cut` these end at once."""

    def forget(self) -> None:
        """Forget all sessions without touching them: they belong to the parent process."""

    def stats(self) -> dict[str, int]:
        """Return how many connections are `open` and `in_use`, and how many greenlets wait (`waiting`)."""

    def close(self) -> None:
        """Close every idle session, and those in use when they come back."""
