"""What a job's `data` holds beside the job's own: why it failed, how often it was tried, when it may go on."""

from typing import Any, Final

ERROR_KEY: Final = "error"
TRIES: Final = "failed_runs"
TAKEN_OVER: Final = "taken_over"
NOT_BEFORE: Final = "not_before"
"""Time in ms before which nobody begins the job."""
FIRST_PAUSE_MS: Final = 10_000
LONGEST_PAUSE_MS: Final = 3_600_000
MAX_ERROR: Final = 2_000


def as_texts(data: dict[str, Any] | None) -> dict[str, Any]:
    """Return `data` as clients can read it: values that aren't texts become such (true, 12)."""
    return {str(name): _text(value) for name, value in (data or {}).items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def number(data: dict[str, Any] | None, name: str) -> int:
    """Return a number that `data` holds, 0 when it doesn't."""
    text = str((data or {}).get(name, ""))
    return int(text) if text.isdecimal() else 0


def pause_ms(tries: int) -> int:
    """Return how long to wait after a number of failed runs (ms): 10 s, 20 s, 40 s, … an hour at most."""
    doubled: int = FIRST_PAUSE_MS << min(tries - 1, 20)
    return min(doubled, LONGEST_PAUSE_MS)
