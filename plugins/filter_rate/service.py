"""Counts what people have posted lately, in this worker and in the others."""

from collections import OrderedDict, deque
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import Rejected
from hubbub.plugins.filter_rate.config import RateSettings

MAX_PEOPLE: Final = 20_000
"""Those who posted last are remembered."""


class RateLimit:
    """The times of people's posts, as far as they count.

    What is taken here is told to the other workers, who `note` it. They hear of it within milliseconds: somebody who
    posts to several workers at the very same moment may get as many more through as there are workers.
    """

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[int]] = OrderedDict()

    def take(self, settings: RateSettings, user_id: str, now: int | None = None) -> None:
        """Count a post. Raises `Rejected` that says when the next one will be taken."""
        now = now_ms() if now is None else now
        times = self._of(user_id)
        since = now - settings.Seconds * 1000
        while times and times[0] <= since:
            times.popleft()
        if len(times) >= settings.Posts:
            wait = max(1, -(-(times[-settings.Posts] - since) // 1000))
            raise Rejected(
                f"That was more than {settings.Posts} messages in {settings.Seconds} seconds. Please wait {wait}"
                f" second{'s' if wait > 1 else ''}."
            )
        times.append(now)

    def note(self, user_id: str, time: int) -> None:
        """Count what another worker has taken."""
        self._of(user_id).append(time)

    def _of(self, user_id: str) -> deque[int]:
        times = self._times.get(user_id)
        if times is None:
            times = self._times[user_id] = deque(maxlen=1_000)
            if len(self._times) > MAX_PEOPLE:
                self._times.popitem(last=False)
        self._times.move_to_end(user_id)
        return times
