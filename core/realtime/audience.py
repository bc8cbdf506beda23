"""Who gets an event: the checks of the protocol, for one connection at a time."""

from typing import Final

from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.encode import EventFrame, WireEvent, frame_of, own_frame_of
from hubbub.core.realtime.index import UserEntry
from hubbub.core.realtime.stats import Stats

DROPPABLE: Final = frozenset({"typing", "status_change", "multiple_channels_viewed"})
"""Left out for connections whose send queue is half full."""
PRESENCE_FILTERED: Final = frozenset({"typing", "reaction_added", "reaction_removed"})
"""Only for connections that show the channel, once they have told what they show."""
ABOUT_USERS: Final = frozenset({"new_user", "user_updated"})
"""Guests get them only about users they can see."""
_MAX_TAIL: Final = 24  # digits of a number and a brace


class Delivery:
    """One event on its way to its receivers in this process."""

    __slots__ = ("_frame", "_own", "about_users", "event", "heads", "is_plain", "needs_membership", "omitted")

    def __init__(self, event: WireEvent) -> None:
        broadcast = event.broadcast
        self.event = event
        self.heads: list[bytes | None] = [None] * _MAX_TAIL
        to_one = bool(broadcast.user_id or broadcast.connection_id)
        self.needs_membership = not to_one and bool(broadcast.channel_id or broadcast.team_id)
        self.about_users = not to_one and not self.needs_membership and event.name in ABOUT_USERS
        self.omitted = broadcast.omit_users if broadcast.omit_users and not to_one else None
        self.is_plain = not (
            broadcast.contains_sanitized_data
            or broadcast.contains_sensitive_data
            or broadcast.connection_id
            or broadcast.omit_connection_id
            or event.name in PRESENCE_FILTERED
        )
        self._frame: EventFrame | None = None
        self._own: dict[tuple[str, bool], EventFrame | None] = {}

    @property
    def shared_frame(self) -> EventFrame:
        """Return the frame of those for whom nothing is added; built once."""
        frame = self._frame
        if frame is None:
            frame = self._frame = frame_of(self.event, self.event.name in DROPPABLE)
        return frame

    def is_omitted(self, user: UserEntry) -> bool:
        """Say whether `omit_users` names this user."""
        return self.omitted is not None and self.omitted.get(user.user_id, False)

    def is_member(self, user: UserEntry) -> bool:
        """Say whether the user's memberships, as read last, include the event's channel or team."""
        broadcast = self.event.broadcast
        if broadcast.channel_id:
            return broadcast.channel_id in user.channels
        return broadcast.team_id in user.teams

    def admits(self, connection: Connection) -> bool:
        """Say whether the checks of the connection itself pass; for a plain event there are none."""
        broadcast = self.event.broadcast
        if connection.manages_system:
            if broadcast.contains_sanitized_data:
                return False
        elif broadcast.contains_sensitive_data:
            return False
        if broadcast.connection_id:
            return connection.connection_id == broadcast.connection_id
        if broadcast.omit_connection_id and connection.connection_id == broadcast.omit_connection_id:
            return False
        if connection.presence is not None and not broadcast.user_id and self.event.name in PRESENCE_FILTERED:
            return not broadcast.channel_id or broadcast.channel_id in connection.presence
        return True

    def other_user_id(self) -> str:
        """Return whom a `new_user` or `user_updated` event is about."""
        user = self.event.value_of("user")
        found = user.get("id") if isinstance(user, dict) else self.event.value_of("user_id")
        return found if isinstance(found, str) else ""

    def send(self, connection: Connection) -> int:
        """Write or queue the event for a connection that gets it; return the bytes written now."""
        if self.event.per_user is not None and connection.user_id in self.event.per_user:
            key = (connection.user_id, connection.posted_ack)
            if key not in self._own:
                self._own[key] = own_frame_of(self.event, *key)
            own = self._own[key]
            if own is not None:
                return connection.send_event(own, [None] * _MAX_TAIL)
        return connection.send_event(self.shared_frame, self.heads)

    def send_to(self, user: UserEntry, stats: Stats) -> None:
        """Write or queue the event for each of the user's connections that gets it."""
        for connection in user.connections:
            if connection.valid and (self.is_plain or self.admits(connection)) and (written := self.send(connection)):
                stats.events += 1
                stats.bytes += written
