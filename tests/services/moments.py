"""Moments that tests tell apart: times are kept in ms, and two things often happen within one."""

from hubbub.core.clock import now_ms


def pass_moment() -> None:
    """Return in the next millisecond."""
    now = now_ms()
    while now_ms() <= now:
        pass
