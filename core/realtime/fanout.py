"""Events to receivers: one after another in the order of `deliver`, in slices, so that requests are not starved."""

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import gevent
from gevent import get_hub
from gevent.event import Event as Gate

from hubbub.core.clock import now_ms
from hubbub.core.contracts.realtime import Event
from hubbub.core.realtime.audience import Delivery
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.encode import WireEvent, prepare
from hubbub.core.realtime.index import Index, UserEntry
from hubbub.core.realtime.members import Members
from hubbub.core.realtime.ports import HubSettings
from hubbub.core.realtime.stats import Stats

QUEUE_LIMIT: Final = 4096
_log = logging.getLogger("hubbub.realtime")


class FanOut:
    """The queue of events of this process and the loop callback that works it off.

    Nothing in here waits: a user whose memberships or session must be read again gets the event later, from
    `Members`, and everything after it in order.
    """

    def __init__(
        self, index: Index, by_id: dict[str, Connection], members: Members, stats: Stats, settings: HubSettings
    ) -> None:
        self._index = index
        self._by_id = by_id
        self._members = members
        self._stats = stats
        self._slice = settings.sends_per_slice
        self._events: deque[WireEvent] = deque()
        self._current: Iterator[None] | None = None
        self._budget = 0
        self._scheduled = False
        self._timer: Any = None
        self._room = Gate()
        self._room.set()

    @property
    def waiting(self) -> int:
        """Return how many events have not begun."""
        return len(self._events)

    def deliver(self, event: Event | WireEvent) -> None:
        """Queue an event. A greenlet waits while 4,096 are queued; the bus, which can't wait, goes to twice that.

        Raises `OverflowError` beyond: the caller must tell the clients to start anew.
        """
        users = self._index.users
        if not users or (event.broadcast.user_id and event.broadcast.user_id not in users):
            return
        wire = prepare(event)
        if len(self._events) >= QUEUE_LIMIT:
            self._wait_for_room()
        self._events.append(wire)
        if not self._scheduled:
            self._scheduled = True
            get_hub().loop.run_callback(self._run)

    def _wait_for_room(self) -> None:
        if gevent.getcurrent() is not get_hub():
            self._room.clear()
            self._room.wait(timeout=5)
        if len(self._events) >= 2 * QUEUE_LIMIT:
            raise OverflowError("events come faster than they can be sent")

    def clear(self) -> None:
        """Forget what is queued."""
        self._events.clear()
        self._room.set()

    def _run(self) -> None:
        """Work for one slice; the rest follows after the loop has looked at its sockets."""
        self._budget = self._slice
        while self._budget > 0:
            if self._current is None:
                if not self._events:
                    self._scheduled = False
                    self._room.set()
                    return
                self._current = self._distribute(self._events.popleft())
            try:
                next(self._current)
            except StopIteration:
                self._current = None
            except Exception:
                self._current = None
                _log.exception("An event could not be sent to its receivers.")
        if len(self._events) < QUEUE_LIMIT:
            self._room.set()
        if self._timer is None:
            self._timer = get_hub().loop.timer(0.0)
        self._timer.start(self._run)

    def _distribute(self, event: WireEvent) -> Iterator[None]:
        """Send one event to its receivers, giving way whenever the slice is used up."""
        delivery = Delivery(event)
        now = now_ms()
        is_plain = delivery.is_plain and event.per_user is None and delivery.omitted is None
        by_membership, about_users = delivery.needs_membership, delivery.about_users
        sent = written = 0
        for user in self._targets(event, delivery):
            # PERF: this loop runs for every receiver of every event; the rare cases are sorted out behind one test.
            if (
                user.pending is not None
                or user.recheck
                or (by_membership and user.stale)
                or about_users
                or 0 < user.expires_at <= now
            ) and self._must_wait(user, delivery, now):
                self._members.hold(user, delivery)
            elif is_plain:
                frame, heads = delivery.shared_frame, delivery.heads
                for connection in user.connections:
                    if connection.valid and (size := connection.send_event(frame, heads)):
                        sent += 1
                        written += size
            elif not delivery.is_omitted(user):
                delivery.send_to(user, self._stats)
            self._budget -= len(user.connections)
            if self._budget <= 0:
                self._count(sent, written)
                sent = written = 0
                yield
                now = now_ms()
        self._count(sent, written)
        self._budget -= 1

    def _count(self, sent: int, written: int) -> None:
        self._stats.events += sent
        self._stats.bytes += written

    def _targets(self, event: WireEvent, delivery: Delivery) -> list[UserEntry]:
        broadcast, index = event.broadcast, self._index
        if broadcast.connection_id:
            connection = self._by_id.get(broadcast.connection_id)
            return [connection.user] if connection is not None and connection.user is not None else []
        if broadcast.user_id:
            found = index.users.get(broadcast.user_id)
            return [found] if found is not None else []
        if not delivery.needs_membership:
            return list(index.users.values())
        members = index.in_channel(broadcast.channel_id) if broadcast.channel_id else index.in_team(broadcast.team_id)
        return list(index.stale.union(members)) if index.stale else members

    def _must_wait(self, user: UserEntry, delivery: Delivery, now: int) -> bool:
        if user.pending is not None or user.recheck:
            return True
        if user.expires_at and user.expires_at <= now:
            user.recheck = True
            user.generation += 1
            return True
        if delivery.needs_membership:
            return user.stale
        return delivery.about_users and any(connection.guest for connection in user.connections)
