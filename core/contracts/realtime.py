"""Events of the WebSocket and who receives them."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec


class Broadcast(msgspec.Struct, kw_only=True):
    """Who gets an event; the first of connection, user, channel, team that is set decides, else everybody.

    `omit_users` maps user ids to true. The last two are sent only when true: sanitized events skip holders of
    manage_system, sensitive ones reach only them.
    """

    omit_users: dict[str, bool] | None = None
    user_id: str = ""
    channel_id: str = ""
    team_id: str = ""
    connection_id: str = ""
    omit_connection_id: str = ""
    contains_sanitized_data: bool | msgspec.UnsetType = msgspec.UNSET
    contains_sensitive_data: bool | msgspec.UnsetType = msgspec.UNSET


class Event(msgspec.Struct, kw_only=True):
    """Something that happened, as clients hear of it.

    `data` values are what the wire shows: many are JSON text inside a string (see the event's documentation).
    `per_user` adds data for some receivers only (`mentions` of `posted`: each sees just their own id).
    """

    name: str
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)
    broadcast: Broadcast = msgspec.field(default_factory=Broadcast)
    per_user: Mapping[str, Mapping[str, Any]] | None = None


class Connection(Protocol):
    """One WebSocket connection, as handlers of actions see it."""

    connection_id: str
    user_id: str
    session_id: str


class Connections(Protocol):
    """Who is connected to this worker process (not to the whole cluster)."""

    def is_connected(self, user_id: str) -> bool:
        """Say whether the user has an open connection in this process."""

    def forget_memberships(self, user_id: str) -> None:
        """Have the channels and teams of the user read again before the next event, in every worker."""

    def forget_session(self, session_id: str) -> None:
        """Stop events for the connections of a session that was revoked, in every worker."""


class EventBus(Protocol):
    """Carries messages between the workers of a cluster: events, cache invalidations, plugin broadcasts.

    At most once, in order per sender. A provider that loses its peers says so in `healthy` and calls
    `on_reconnect` when it is back, since messages in between are gone. One that gathers messages before it sends them
    has a method `flush()`, which sends what it holds and returns at once.
    """

    @property
    def healthy(self) -> bool:
        """Say whether messages reach the other workers now."""

    def start(self, on_message: "OnMessage", on_reconnect: "OnReconnect") -> None:
        """Begin to deliver messages of other workers to `on_message(topic, payload)`, in this process's loop."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Send to every other worker; returns at once and never raises for a peer that is gone."""

    def stop(self) -> None:
        """Flush what is queued (at most a second) and close."""


class OnMessage(Protocol):
    def __call__(self, topic: str, payload: bytes) -> None: ...


class OnReconnect(Protocol):
    def __call__(self) -> None: ...
