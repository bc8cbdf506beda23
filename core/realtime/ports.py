"""What the hub needs from outside, as callables: it imports no plugin, and tests give it plain functions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hubbub.core.contracts.sessions import Session
from hubbub.core.metrics import Metrics

if TYPE_CHECKING:
    from hubbub.core.realtime.connection import Connection

CONTROL_TOPIC: Final = "realtime"
"""Bus topic of `HubPorts.broadcast`; the receiving worker hands the payload to `Hub.receive_control`."""


class ActionRequest(msgspec.Struct):
    """A message of a client: `seq` 1 or more, which action, its parameters."""

    seq: int = 0
    action: str = ""
    data: dict[str, Any] | None = None


def _nobody(_connection: "Connection", *_rest: object) -> None:
    return None


def _empty() -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPorts:
    """The hub's view of sessions, memberships, permissions and settings. All may block (they run in greenlets).

    `session_by_token` returns None for a session that is not valid (any more). `channel_ids_of` and `team_ids_of`
    give all memberships of a user; hand out the strings of the membership cache, the hub keeps references to them.
    `has_permission(session, name)` is asked for `manage_system` only. `can_see(viewer_id, other_id)`: without it
    guests hear of nobody's profile but their own. `mfa_passed(session)`: without it every session has passed.
    `on_connect(connection)`, `on_disconnect(connection, last_of_user)` and `on_pong(connection)` come one after
    another per user. `on_message(connection, request)` hears of every action that is not built in.
    `allowed_origins` and `site_url` are read at each upgrade. `broadcast(topic, payload)` reaches the other workers.
    """

    session_by_token: Callable[[str], Session | None]
    channel_ids_of: Callable[[str], Iterable[str]]
    team_ids_of: Callable[[str], Iterable[str]]
    has_permission: Callable[[Session, str], bool]
    can_see: Callable[[str, str], bool] | None = None
    mfa_passed: Callable[[Session], bool] | None = None
    on_connect: Callable[["Connection"], None] = _nobody
    on_disconnect: Callable[["Connection", bool], None] = _nobody
    on_pong: Callable[["Connection"], None] | None = None
    on_message: Callable[["Connection", ActionRequest], None] | None = None
    server_version: Callable[[], str] = _empty
    version: str = ""
    hostname: str = ""
    allowed_origins: Callable[[], str] = _empty
    site_url: Callable[[], str] = _empty
    broadcast: Callable[[str, bytes], None] | None = None
    metrics: Metrics | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Limits of the protocol; times in seconds. Tests shorten the times, nobody else changes them.

    `handshakes_per_second` paces a reconnect storm; `waiting_handshakes` of them wait, more are turned away.
    """

    message_limit: int = 8192
    authentication_time: float = 5.0
    ping_interval: float = 60.0
    pong_deadline: float = 100.0
    write_deadline: float = 30.0
    close_time: float = 5.0
    resume_time: float = 300.0
    membership_time: float = 1800.0
    sweep_interval: float = 1.0
    handshakes_per_second: int = 800
    waiting_handshakes: int = 2000
    sends_per_slice: int = 150
