"""Reads what the hub must know about a user (memberships, sessions, permissions) and holds their events meanwhile.

Reading may wait for a database; only the events of this user wait with it.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Final

import gevent

from hubbub.core.contracts.sessions import Session
from hubbub.core.realtime.audience import Delivery
from hubbub.core.realtime.connection import SEND_QUEUE, Connection
from hubbub.core.realtime.index import Index, UserEntry
from hubbub.core.realtime.lanes import Lanes
from hubbub.core.realtime.ports import HubPorts
from hubbub.core.realtime.stats import Stats

MANAGE_SYSTEM: Final = "manage_system"
_RETRIES: Final = 6
_FIRST_RETRY: Final = 0.25
_log = logging.getLogger("hubbub.realtime")

_Verdict = tuple[Connection, Session | None, bool, bool]


class Members:
    """Keeps the index right. `give_up(user)` is called when a user can't be read or too many events wait."""

    def __init__(self, index: Index, ports: HubPorts, stats: Stats, give_up: Callable[[UserEntry], None]) -> None:
        self._index = index
        self._ports = ports
        self._stats = stats
        self._give_up = give_up
        self._lanes = Lanes("the WebSocket hub's readers")

    def hold(self, user: UserEntry, delivery: Delivery) -> None:
        """Send the event to the user once they have been read, after what waits already."""
        if not user.connections:
            return
        if user.pending is None:
            user.pending = deque()
        if len(user.pending) >= SEND_QUEUE:
            self._give_up(user)
            return
        user.pending.append(delivery)
        self.refresh_soon(user)

    def refresh_soon(self, user: UserEntry) -> None:
        """Read the user in the background, then send what waits."""
        if not user.refreshing:
            user.refreshing = True
            self._lanes.submit(user.user_id, self._refresh, user)

    def refresh_inline(self, user: UserEntry) -> None:
        """Do in this greenlet what `refresh_soon` does in the background; never raises."""
        if not user.refreshing:
            user.refreshing = True
            self._refresh(user)

    def refresh_now(self, user: UserEntry) -> None:
        """Read the user in this greenlet if need be. Raises what the ports raise."""
        while user.stale or user.recheck:
            self._read(user)

    def _refresh(self, user: UserEntry) -> None:
        try:
            if user.connections:
                self.refresh_now(user)
            self._release(user)
        except Exception:
            user.retries += 1
            if user.retries > _RETRIES:
                _log.exception("User %s can't be read; their connections are closed.", user.user_id)
                user.refreshing = False
                self._give_up(user)
                return
            _log.warning("User %s can't be read; trying again.", user.user_id, exc_info=True)
            again = _FIRST_RETRY * 2**user.retries
            gevent.spawn_later(again, self._lanes.submit, user.user_id, self._refresh, user)
            return
        user.refreshing = False
        user.retries = 0

    def _read(self, user: UserEntry) -> None:
        """Read everything once; use it unless the user was marked again meanwhile."""
        generation = user.generation
        verdicts = [self._judge(connection) for connection in user.connections]
        channels = tuple(self._ports.channel_ids_of(user.user_id))
        teams = tuple(self._ports.team_ids_of(user.user_id))
        if user.generation != generation:
            return
        ends = []
        for connection, session, manages_system, mfa_passed in verdicts:
            connection.valid = session is not None and mfa_passed
            connection.manages_system = manages_system
            if session is not None:
                connection.renew(session)
                if session.expires_at > 0:
                    ends.append(session.expires_at)
        user.expires_at = min(ends, default=0)
        user.recheck = False
        if self._index.users.get(user.user_id) is user:
            self._index.install(user, channels, teams)
        else:
            user.stale = False

    def _judge(self, connection: Connection) -> _Verdict:
        """Return the connection with its session as it is now, whether it manages the system and has passed MFA."""
        old = connection.session
        session = None if old is None else self._ports.session_by_token(old.token)
        if session is None or session.user_id != connection.user_id:
            return connection, None, False, False
        passed = self._ports.mfa_passed
        allowed = self._ports.has_permission(session, MANAGE_SYSTEM)
        return connection, session, allowed, passed is None or passed(session)

    def _release(self, user: UserEntry) -> None:
        """Send what waits; an event in between may demand another reading."""
        while user.pending:
            delivery = user.pending[0]
            allowed = self._may_get(user, delivery)
            if user.recheck or (user.stale and delivery.needs_membership):
                self.refresh_now(user)
                continue
            if user.pending is None or user.pending.popleft() is not delivery:
                break
            if allowed:
                delivery.send_to(user, self._stats)
        user.pending = None

    def _may_get(self, user: UserEntry, delivery: Delivery) -> bool:
        if delivery.is_omitted(user) or (delivery.needs_membership and not delivery.is_member(user)):
            return False
        if not delivery.about_users or not any(connection.guest for connection in user.connections):
            return True
        other = delivery.other_user_id()
        can_see = self._ports.can_see
        return other == user.user_id or (can_see is not None and can_see(user.user_id, other))
