"""How many requests a second one server may send."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic


class Throttle:
    """A bucket for each key (a server's address), which fills with `per_second` and holds that much.

    `size` keys are remembered; whoever sent nothing for the longest time is forgotten first.
    """

    def __init__(self, per_second: int, size: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_second = per_second
        self._size = size
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Take one from the key's bucket; say whether there was one."""
        now = self._clock()
        left, at = self._buckets.pop(key, (float(self._per_second), now))
        left = min(float(self._per_second), left + (now - at) * self._per_second)
        is_allowed = left >= 1.0
        self._buckets[key] = (left - 1.0 if is_allowed else left, now)
        if len(self._buckets) > self._size:
            self._buckets.popitem(last=False)
        return is_allowed
