"""Rate limits by the generic cell rate algorithm (GCRA): smooth, one number per caller."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from hubbub.core.contracts.sessions import Session
from hubbub.core.http.access import TokenProvided
from hubbub.core.http.settings import RateLimits

TEXT = b"limit exceeded\n"


class Verdict(msgspec.Struct, frozen=True):
    """Whether a call may go on, and what the caller is told. `retry_after` and `reset` in seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int = 0

    def headers(self) -> dict[str, str]:
        """Return the headers that tell the caller."""
        headers = {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(self.reset),
        }
        if not self.allowed:
            headers["retry-after"] = str(self.retry_after)
        return headers


class RateLimited(Exception):
    """The call is over a limit; `verdict` says when to come again."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("limit exceeded")
        self.verdict = verdict


class RateLimiter:
    """Allows each key `per_second` calls on average and `burst` more at once; remembers the `keys` newest keys.

    It counts in this process: with several workers a caller's limit is that of the workers it reaches.
    """

    def __init__(self, per_second: float, burst: int, keys: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second
        self._limit = burst + 1
        self._tolerance = self._interval * self._limit
        self._keys = keys
        self._clock = clock
        self._arrivals: OrderedDict[str, float] = OrderedDict()

    def hit(self, key: str) -> Verdict:
        """Count one call of `key` and say whether it may go on; a refused call isn't counted."""
        now = self._clock()
        arrivals = self._arrivals
        arrival = max(now, arrivals.get(key, 0.0))
        next_arrival = arrival + self._interval
        wait = next_arrival - self._tolerance - now
        if wait > 1e-9:
            reset = math.ceil(arrival - now)
            return Verdict(False, self._limit, 0, reset, max(1, math.ceil(wait)))
        arrivals[key] = next_arrival
        arrivals.move_to_end(key)
        if len(arrivals) > self._keys:
            arrivals.popitem(last=False)
        remaining = int((self._tolerance - (next_arrival - now)) / self._interval + 1e-6)
        return Verdict(True, self._limit, remaining, math.ceil(next_arrival - now))


def general_key(req: Any, limits: RateLimits) -> str:
    """Return whose calls are counted together.

    SECURITY: a user is who holds a valid session, so that made-up tokens don't make new callers.
    """
    key = ""
    if limits.by_user:
        session = _session(req)
        if session is not None:
            key = "u:" + session.user_id
        elif limits.by_address:
            key = "a:" + req.ip
    elif limits.by_address:
        key = "a:" + req.ip
    if limits.by_header:
        key += "h:" + req.env.get("HTTP_" + limits.by_header, "").lower()[:256]
    return key


def _session(req: Any) -> Session | None:
    try:
        session: Session | None = req.access.peek_session(req)
    except TokenProvided:  # the route says so; here the caller is just nobody
        return None
    return session
