"""When a post was created or changed: what happens in one channel gets different times, in the order it happened in."""

from typing import Final

from hubbub.core.clock import now_ms

MAX_AHEAD_MS: Final = 50
"""How far times may run ahead of the clock; a channel that is faster than that gets equal ones."""
MAX_CHANNELS: Final = 10_000


class PostTimes:
    """Hands out times (ms). Clients sort by them, "unread" is what is later than the time of the last visit, and
    "changed since" what is later than the last change they know.

    Each worker has its own: posts of two workers may still share a millisecond, and their ids decide then.
    """

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, channel_id: str) -> int:
        """Return the time of a new post in the channel, or of a change of one."""
        now = now_ms()
        if len(self._last) >= MAX_CHANNELS:
            self._last = {channel: time for channel, time in self._last.items() if time >= now}
        time = min(max(now, self._last.get(channel_id, 0) + 1), now + MAX_AHEAD_MS)
        self._last[channel_id] = time
        return time
