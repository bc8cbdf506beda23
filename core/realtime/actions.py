"""Messages of clients: decoded, routed, answered; in order per connection, on a greenlet only while there are any."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import gevent
import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError, Internal
from hubbub.core.contracts.sessions import Session
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.errors import BadSequence, NoAction, NotAuthenticated, UnknownAction
from hubbub.core.realtime.frames import TEXT, frame
from hubbub.core.realtime.lanes import Lanes
from hubbub.core.realtime.ports import ActionRequest, HubPorts

ActionHandler = Callable[[Connection, dict[str, Any]], Mapping[str, Any] | None]

CHALLENGE: Final = "authentication_challenge"
PRESENCE: Final = "presence"
PING: Final = "ping"
ACK: Final = "posted_notify_ack"
CUSTOM_PREFIX: Final = "custom_"
_INLINE: Final = frozenset({PING, PRESENCE, ACK})
_PAUSE_AT: Final = 16
_CONTINUE_AT: Final = 4

_decode_text = msgspec.json.Decoder(ActionRequest).decode
_decode_binary = msgspec.msgpack.Decoder(ActionRequest).decode
_log = logging.getLogger("hubbub.realtime")


class ActionClash(ValueError):
    """Two handlers for one action."""


class Host(Protocol):
    """What actions ask of the hub."""

    ports: HubPorts

    def drop(self, connection: Connection) -> None:
        """Close the TCP connection without a close frame."""

    def authenticate(self, connection: Connection, session: Session) -> bool:
        """Take the connection in as one of the session's user; False when it must be closed."""

    def settle(self, connection: Connection) -> None:
        """Look at the session and permissions again if that is due."""


class Actions:
    """The table of actions and the loop over a connection's messages."""

    def __init__(self, host: Host, effects: Lanes) -> None:
        self._host = host
        self._effects = effects
        self._handlers: dict[str, ActionHandler] = {PING: self._ping, PRESENCE: tell_presence, ACK: _nothing}
        self._owners: dict[str, str] = dict.fromkeys((CHALLENGE, *self._handlers), "core")

    def register(self, name: str, handler: ActionHandler, owner: str) -> None:
        """Answer action `name` with what `handler(connection, data)` returns (None: just OK).

        The handler runs in a greenlet and may block. It raises an `AppError` for an error reply.
        Raises `ActionClash` for a name that is taken or reserved.
        """
        if name in self._owners:
            raise ActionClash(
                f"plugin {owner!r} adds the WebSocket action {name!r}, but {self._owners[name]!r} has it already: "
                "rename it or turn one of the two off"
            )
        if not name or name.startswith(CUSTOM_PREFIX):
            raise ActionClash(
                f"plugin {owner!r} adds the WebSocket action {name!r}: names that begin with {CUSTOM_PREFIX!r} "
                "go to the hook for messages, use another name"
            )
        self._handlers[name] = handler
        self._owners[name] = owner

    def remove_owner(self, owner: str) -> None:
        """Take a plugin's actions away (it was turned off)."""
        for name in [name for name, one in self._owners.items() if one == owner and owner != "core"]:
            del self._owners[name], self._handlers[name]

    def receive(self, connection: Connection, opcode: int, payload: bytes) -> None:
        """Take a data message from the socket; what can't be decoded closes the connection without a reply."""
        try:
            request = _decode_text(payload) if opcode == TEXT else _decode_binary(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._host.drop(connection)
            return
        inbox = connection.inbox
        if inbox is not None:
            inbox.append(request)
            if len(inbox) == _PAUSE_AT:
                connection.pause()
        elif request.action in _INLINE and self._is_settled(connection):
            self._handle(connection, request)
        else:
            connection.inbox = deque((request,))
            gevent.spawn_raw(self._work, connection)

    def _is_settled(self, connection: Connection) -> bool:
        user = connection.user
        if user is None or user.recheck or not connection.valid:
            return False
        return not 0 < user.expires_at <= now_ms()

    def _work(self, connection: Connection) -> None:
        inbox = connection.inbox
        assert inbox is not None
        try:
            while inbox and connection.is_open:
                if len(inbox) == _CONTINUE_AT:
                    connection.unpause()
                self._handle(connection, inbox[0])
                inbox.popleft()
        finally:
            connection.inbox = None
            connection.unpause()

    def _handle(self, connection: Connection, request: ActionRequest) -> None:
        try:
            reply = self._route(connection, request)
        except AppError as error:
            reply = error_reply(request.seq, error)
        except Exception:
            _log.exception("The WebSocket action %r failed.", request.action)
            reply = error_reply(request.seq, Internal())
        # The protocol: whoever has not been authenticated gets no replies, of errors either.
        if reply is not None and connection.session is not None and connection.is_open:
            connection.send_raw(reply)

    def _route(self, connection: Connection, request: ActionRequest) -> bytes | None:
        action = request.action
        if not action:
            raise NoAction
        if request.seq <= 0:
            raise BadSequence
        if action == CHALLENGE:
            return self._challenge(connection, request)
        if action == PRESENCE:
            tell_presence(connection, request.data or {})
            return ok_reply(request.seq, None)
        if connection.session is not None and not self._is_settled(connection):
            self._host.settle(connection)
        if not connection.valid:
            raise NotAuthenticated
        listener = self._host.ports.on_message
        if listener is not None:
            self._effects.submit(connection.user_id, listener, connection, request)
        handler = self._handlers.get(action)
        if handler is not None:
            return ok_reply(request.seq, handler(connection, request.data or {}))
        if action.startswith(CUSTOM_PREFIX):
            return None
        raise UnknownAction

    def _challenge(self, connection: Connection, request: ActionRequest) -> bytes | None:
        """Authenticate by token; a bad one closes the connection without a word."""
        if connection.session is not None and connection.valid:
            return None
        token = (request.data or {}).get("token")
        session = None
        if isinstance(token, str) and token:
            try:
                session = self._host.ports.session_by_token(token)
            except Exception:
                _log.exception("The session of a WebSocket could not be read.")
        if not connection.is_open:
            return None
        if session is None or not self._host.authenticate(connection, session):
            self._host.drop(connection)
            return None
        return ok_reply(request.seq, None)

    def _ping(self, _connection: Connection, _data: dict[str, Any]) -> Mapping[str, Any]:
        return {"text": "pong", "version": self._host.ports.version, "server_time": now_ms(), "node_id": ""}


class PluginActions:
    """What a plugin adds its actions to: `actions.add("user_typing", handler)`."""

    def __init__(self, actions: Actions, owner: str) -> None:
        self._actions = actions
        self._owner = owner

    def add(self, name: str, handler: ActionHandler) -> None:
        """Answer action `name` with what `handler(connection, data)` returns (a dict, or None for just OK).

        The handler runs in a greenlet and may block; an `AppError` becomes an error reply. Raises `ActionClash`.
        """
        self._actions.register(name, handler, self._owner)


def _nothing(_connection: Connection, _data: dict[str, Any]) -> None:
    return None


def tell_presence(connection: Connection, data: dict[str, Any]) -> None:
    """Remember what the client shows: its channel, the thread beside it, the thread in the threads view."""
    channel, aside, view = connection.presence or ("", "", "")
    told = data.get("channel_id")
    if isinstance(told, str):
        channel = told
    thread = data.get("thread_channel_id")
    if isinstance(thread, str):
        if data.get("is_thread_view") is True:
            view = thread
        else:
            aside = thread
    connection.presence = (channel, aside, view)


def ok_reply(seq: int, data: Mapping[str, Any] | None) -> bytes:
    """Return the frame of a good reply; `data` is left out when empty."""
    reply: dict[str, Any] = {"status": "OK", "seq_reply": seq}
    if data:
        reply["data"] = data
    return frame(json.encode(reply))


def error_reply(seq: int, error: AppError) -> bytes:
    """Return the frame of an error reply."""
    body = {
        "id": error.error_id,
        "message": error.text,
        "detailed_error": error.detailed_error,
        "status_code": error.status,
    }
    return frame(json.encode({"status": "FAIL", "seq_reply": seq, "error": body}))
