"""Work of the C libraries, in a thread.

PERF: one call at a time. They hold the interpreter for milliseconds on end (OpenSSL reads the system's authorities for
each decryption), and with several threads that do so in turns the event loop gets none of it.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from gevent.lock import Semaphore

from hubbub.core.contracts.errors import AppError

R = TypeVar("R")
_FAILED: Final = "failed"
_turn: Final = Semaphore()


def in_thread(tasks: Any, fn: Callable[..., R], *args: object) -> R:
    """Return `fn(*args)`, computed in a thread; a named error in there is raised here.

    Of an exception that leaves a thread the event loop would print the stack, and refusals are no bugs.
    """
    with _turn:
        kind, result = tasks.run_in_thread(_attempt, fn, *args)
    if kind == _FAILED:
        raise result
    return result  # type: ignore[no-any-return]  # what fn returned


def _attempt(fn: Callable[..., Any], *args: object) -> tuple[str, Any]:
    try:
        return "", fn(*args)
    except AppError as error:
        return _FAILED, error
