"""The one clock: every time in the database and on the wire is in milliseconds since 1970 (UTC)."""

import time


def now_ms() -> int:
    """Return the current time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000
