"""Deadlines of all connections with one timer: pings, pongs, tokens, stalled writes, half-closed sockets, resumes.

Every kind of deadline has one constant delay, so that its items form a queue: no timer and no tuple per connection.
"""

from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final, Generic, Protocol, TypeVar

from gevent import get_hub

from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.frames import PING, frame
from hubbub.core.realtime.index import Index, UserEntry
from hubbub.core.realtime.linger import Linger
from hubbub.core.realtime.ports import HubSettings
from hubbub.core.realtime.stats import Stats

_PING: Final = frame(b"", PING)
_Item = TypeVar("_Item")


class Wheel(Generic[_Item]):
    """A queue of items that are due `delay` seconds after they were added, kept in lists of one tick each."""

    __slots__ = ("_delay", "_slots", "_tick")

    def __init__(self, delay: float, tick: float) -> None:
        self._delay = delay
        self._tick = tick
        self._slots: deque[tuple[float, list[_Item]]] = deque()

    def add(self, item: _Item) -> None:
        """Have the item come up after the delay (up to one tick later, never before)."""
        due = monotonic() + self._delay
        if self._slots and due <= self._slots[-1][0]:
            self._slots[-1][1].append(item)
        else:
            self._slots.append((due + self._tick / 2, [item]))

    def due(self, now: float) -> Iterator[_Item]:
        """Take out and yield what is due."""
        while self._slots and self._slots[0][0] <= now:
            yield from self._slots.popleft()[1]


class Closer(Protocol):
    """What the keeper asks of the hub."""

    def timed_out(self, connection: Connection) -> None:
        """Close the socket of a connection without a close frame."""

    def discard(self, connection: Connection) -> None:
        """Forget a connection that nobody resumed."""

    def read_again(self, user: UserEntry) -> None:
        """Read everything about a user again, in the background."""


class Keeper:
    """The sweep; `start` it after the fork."""

    def __init__(self, closer: Closer, index: Index, settings: HubSettings, stats: Stats) -> None:
        self._closer = closer
        self._index = index
        self._settings = settings
        self._stats = stats
        self._timer: Any = None
        tick = settings.sweep_interval
        self._pings: Wheel[Connection] = Wheel(settings.ping_interval, tick)
        self._pongs: Wheel[Connection] = Wheel(settings.pong_deadline - settings.ping_interval, tick)
        self._tokens: Wheel[Connection] = Wheel(settings.authentication_time, tick)
        self._writes: Wheel[tuple[Connection, int]] = Wheel(settings.write_deadline, tick)
        self._resumes: Wheel[Connection] = Wheel(settings.resume_time, tick)
        self._lingers: Wheel[Linger] = Wheel(settings.close_time, tick)
        self._readings: Wheel[UserEntry] = Wheel(settings.membership_time, tick)

    def start(self) -> None:
        """Begin to sweep, once a second."""
        interval = self._settings.sweep_interval
        self._timer = get_hub().loop.timer(interval, interval, ref=False)
        self._timer.start(self.sweep)

    def stop(self) -> None:
        """End the sweep."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None

    # -- what begins now

    def opened(self, connection: Connection) -> None:
        """Ping the connection from now on; without a session it must get one in time."""
        connection.ponged_at = monotonic()
        if not connection.watched:
            connection.watched = True
            self._pings.add(connection)
        if connection.session is None:
            self._tokens.add(connection)

    def appeared(self, user: UserEntry) -> None:
        """Have the user read again every half hour, in case an invalidation went missing."""
        self._readings.add(user)

    def stalled(self, connection: Connection) -> None:
        """Watch that the socket takes bytes again in time."""
        self._writes.add((connection, connection.progress))

    def lost(self, connection: Connection) -> None:
        """Keep the connection for a client that comes back in time."""
        connection.active_at = monotonic()
        self._resumes.add(connection)

    def closing(self, linger: Linger) -> None:
        """Close the socket for good in time."""
        self._lingers.add(linger)

    # -- what is due

    def sweep(self) -> None:
        """Do everything that is due; called by the timer."""
        now = monotonic()
        for step in (self._ping, self._check_pongs, self._check_tokens, self._check_writes, self._check_resumes):
            step(now)
        for linger in self._lingers.due(now):
            linger.close()
        self._read_again(now)

    def _ping(self, now: float) -> None:
        for connection in self._pings.due(now):
            if connection.is_open:
                self._pings.add(connection)
                self._pongs.add(connection)
                connection.send_raw(_PING)
            else:
                connection.watched = False

    def _check_pongs(self, now: float) -> None:
        for connection in self._pongs.due(now):
            if not connection.is_open:
                continue
            if now - connection.ponged_at >= self._settings.pong_deadline:
                self._end(connection)
            elif now - connection.ponged_at >= self._settings.ping_interval:
                self._pongs.add(connection)

    def _check_tokens(self, now: float) -> None:
        for connection in self._tokens.due(now):
            if connection.is_open and connection.session is None:
                self._end(connection)

    def _check_writes(self, now: float) -> None:
        for connection, progress in self._writes.due(now):
            if not connection.is_open or connection.writer is None:
                continue
            if connection.progress == progress:
                self._end(connection)
            else:
                self.stalled(connection)

    def _check_resumes(self, now: float) -> None:
        for connection in self._resumes.due(now):
            if not connection.is_open and now - connection.active_at >= self._settings.resume_time:
                self._closer.discard(connection)

    def _end(self, connection: Connection) -> None:
        self._stats.timeouts += 1
        self._closer.timed_out(connection)

    def _read_again(self, now: float) -> None:
        for user in self._readings.due(now):
            if self._index.users.get(user.user_id) is user:
                self._readings.add(user)
                self._closer.read_again(user)
