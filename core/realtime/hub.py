"""The hub: every WebSocket of this process, from the upgrade to the last byte."""

import _socket
import logging
from time import monotonic
from typing import Final

import gevent
import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.core.ids import new_id
from hubbub.core.realtime import frames
from hubbub.core.realtime.actions import ActionHandler, Actions, PluginActions
from hubbub.core.realtime.connection import Connection
from hubbub.core.realtime.encode import EventFrame, WireEvent, frame_of, prepare
from hubbub.core.realtime.fanout import FanOut
from hubbub.core.realtime.frames import Parser, ProtocolError
from hubbub.core.realtime.handshake import UpgradeQuery
from hubbub.core.realtime.index import UserEntry
from hubbub.core.realtime.keeper import Keeper
from hubbub.core.realtime.lanes import Lanes
from hubbub.core.realtime.linger import Linger
from hubbub.core.realtime.members import Members
from hubbub.core.realtime.ports import CONTROL_TOPIC, HubPorts, HubSettings
from hubbub.core.realtime.registry import Registry
from hubbub.core.realtime.stats import Stats

HELLO: Final = "hello"
_PONGS_WAITING: Final = 1000
_STOP_POLL: Final = 0.02
_EVICT_SLICE: Final = 200
_EVICT_PAUSE: Final = 0.1
_log = logging.getLogger("hubbub.realtime")


class Hub:
    """Holds the connections, delivers events, answers actions. Nothing runs before `start` (after the fork).

    All methods are for greenlets of the loop's thread. Events go to the connections of this process; the app sends
    them over the bus to the other processes, whose hubs deliver them there.
    """

    def __init__(self, ports: HubPorts, settings: HubSettings | None = None) -> None:
        self.ports = ports
        self.settings = settings or HubSettings()
        self.stats = Stats()
        self.registry = Registry()
        index = self.registry.index
        self._effects = Lanes("the WebSocket hub's effects")
        self._members = Members(index, ports, self.stats, self._give_up)
        self._fan_out = FanOut(index, self.registry.by_id, self._members, self.stats, self.settings)
        self._actions = Actions(self, self._effects)
        self._keeper = Keeper(self, index, self.settings, self.stats)
        self._lingering: set[Linger] = set()
        self._stopping = False
        if ports.metrics is not None:
            self._register_metrics()

    def _register_metrics(self) -> None:
        metrics = self.ports.metrics
        assert metrics is not None
        self.stats.register(metrics)
        metrics.gauge("hubbub_websocket_connections", "Open WebSockets.", lambda: float(self.registry.open_count))
        metrics.gauge(
            "hubbub_websocket_events_waiting", "Events not yet sent out.", lambda: float(self._fan_out.waiting)
        )

    # -- the app's side

    def start(self) -> None:
        """Begin to ping and to watch deadlines."""
        self._stopping = False
        self._keeper.start()

    def deliver(self, event: Event | WireEvent) -> None:
        """Send an event to those of its receivers who are connected here; returns before it is sent.

        Order is kept for each connection. Waits (a greenlet) while thousands of events queue. When that doesn't
        help, everybody is disconnected rather than left with a hole.
        """
        try:
            self._fan_out.deliver(event)
        except OverflowError:
            self.disconnect_all("too many events")

    def action(self, name: str, handler: ActionHandler, owner: str = "app") -> None:
        """Answer the clients' action `name`: `handler(connection, data)` returns the reply's data or None."""
        self._actions.register(name, handler, owner)

    def actions_of(self, owner: str) -> PluginActions:
        """Return where a plugin adds its actions."""
        return PluginActions(self._actions, owner)

    def remove_actions_of(self, owner: str) -> None:
        """Take back what a plugin added."""
        self._actions.remove_owner(owner)

    def connections_of(self, user_id: str) -> tuple[Connection, ...]:
        """Return the user's open connections in this process."""
        entry = self.registry.index.users.get(user_id)
        return () if entry is None else tuple(one for one in entry.connections if one.is_open)

    def is_connected(self, user_id: str) -> bool:
        """Say whether the user has an open connection in this process."""
        entry = self.registry.index.users.get(user_id)
        return entry is not None and any(one.is_open for one in entry.connections)

    @property
    def connected_count(self) -> int:
        """Return how many sockets are open, authenticated or not."""
        return self.registry.open_count

    def forget_memberships(self, user_id: str) -> None:
        """Have the user's channels and teams read again before the next event of one, in every worker.

        Call it after the commit that changed them and before the event that tells of it.
        """
        self._control("memberships", user_id)

    def forget_session(self, session_id: str) -> None:
        """Have the session looked up again before anything else goes to its connections, in every worker."""
        self._control("session", session_id)

    def forget_user(self, user_id: str) -> None:
        """Have everything about the user read again (roles, sessions, memberships), in every worker."""
        self._control("user", user_id)

    def disconnect_user(self, user_id: str) -> None:
        """Close the user's connections in every worker; they can't be resumed."""
        self._control("disconnect", user_id)

    def _control(self, what: str, key: str) -> None:
        self._obey(what, key)
        if self.ports.broadcast is not None:
            self.ports.broadcast(CONTROL_TOPIC, msgspec.msgpack.encode((what, key)))

    def receive_control(self, payload: bytes) -> None:
        """Do what another worker's hub has sent on `CONTROL_TOPIC`."""
        self._obey(*msgspec.msgpack.decode(payload, type=tuple[str, str]))

    def _obey(self, what: str, key: str) -> None:
        if what == "session":
            for user in {connection.user for connection in self.registry.of_session(key)}:
                if user is not None:
                    self.registry.recheck(user)
            return
        user = self.registry.index.users.get(key)
        if user is None:
            return
        if what == "disconnect":
            self._give_up(user)
            return
        self.registry.index.mark_stale(user)
        if what == "user":
            self.registry.recheck(user)

    def disconnect_all(self, reason: str) -> None:
        """Close every connection, in the background, a few hundred at a time; none can be resumed.

        For when events were lost: clients connect again and read everything anew.
        """
        _log.warning("All WebSocket clients are told to connect again: %s.", reason)
        self._fan_out.clear()
        everybody = list(self.registry.by_id.values())
        for connection in everybody:
            self.registry.forget_id(connection)
        gevent.spawn_raw(self._evict, everybody)

    def _evict(self, connections: list[Connection]) -> None:
        for start in range(0, len(connections), _EVICT_SLICE):
            for connection in connections[start : start + _EVICT_SLICE]:
                self._evict_one(connection, frames.GOING_AWAY)
            gevent.sleep(_EVICT_PAUSE)

    def stop(self, timeout: float = 5.0) -> None:
        """Send everybody a close frame (1001) and wait, at most `timeout` seconds, until they have closed too."""
        self._stopping = True
        end = monotonic() + timeout
        self._fan_out.clear()
        self.registry.forget_ids()
        for connection in self.registry.everybody():
            self._evict_one(connection, frames.GOING_AWAY)
        while (self._lingering or self._effects.waiting) and monotonic() < end:
            gevent.sleep(_STOP_POLL)
        for linger in list(self._lingering):
            linger.close()
        self._keeper.stop()

    # -- the upgrade's side

    def accept(
        self,
        sock: _socket.socket,
        early: bytes = b"",
        *,
        session: Session | None = None,
        query: UpgradeQuery | None = None,
        remote_address: str = "",
        forwarded_for: str = "",
    ) -> None:
        """Take a raw, non-blocking socket whose 101 is on the wire. `early`: what came after the request.

        Returns when the user's memberships have been read, so that the number of handshakes at a time bounds the
        readings at a time.
        """
        query = query or UpgradeQuery()
        if not query.is_good or self._stopping:
            self._linger(sock, b"" if not self._stopping else frames.close_frame(frames.GOING_AWAY))
            return
        if sock.family != _socket.AF_UNIX:
            sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        connection = self._resume(sock, session, query) if session is not None and query.connection_id else None
        if connection is None:
            connection = Connection(self, sock)
            self.registry.add_anonymous(connection)
            if session is not None:
                self._register(connection, session)
        connection.posted_ack = query.posted_ack
        connection.remote_address, connection.forwarded_for = remote_address, forwarded_for
        if connection.is_open:
            self._keeper.opened(connection)
            if early:
                connection.feed(early)
        if connection.user is not None:
            self._members.refresh_inline(connection.user)

    def refuse(self, sock: _socket.socket, code: int) -> None:
        """Close a socket whose handshake was answered before it could be refused."""
        self._linger(sock, frames.close_frame(code))

    def _resume(self, sock: _socket.socket, session: Session, query: UpgradeQuery) -> Connection | None:
        """Give the socket to the connection that the client asks for; None: it must start anew."""
        connection = self.registry.by_id.get(query.connection_id)
        if connection is None or connection.is_open or connection.user_id != session.user_id:
            self.stats.resume_failed += 1
            return None
        missed = connection.written_since(query.sequence if query.sequence is not None else -1)
        self.registry.change_session(connection, session)
        if missed is None:
            self.stats.resume_failed += 1
            self.registry.rename(connection, new_id())
            missed = connection.greet()
        else:
            self.stats.resumed += 1
        connection.partial = missed
        connection.presence = None
        self.registry.reopened()
        self._connected(connection)
        connection.attach(sock)
        return connection

    def authenticate(self, connection: Connection, session: Session) -> bool:
        """Take an open connection in as one of the session's user; the hello goes out now."""
        if connection.session is None:
            self._register(connection, session)
            self._members.refresh_soon(self.registry.entry_of(connection))
            return True
        if connection.user_id != session.user_id:
            return False
        self.registry.change_session(connection, session)
        self._members.refresh_now(self.registry.entry_of(connection))
        return connection.valid

    def _register(self, connection: Connection, session: Session) -> None:
        is_new = session.user_id not in self.registry.index.users
        self.registry.add(connection, session, new_id())
        if is_new:
            self._keeper.appeared(self.registry.entry_of(connection))
        self._connected(connection)
        connection.send_raw(connection.greet())

    def _connected(self, connection: Connection) -> None:
        """Count and tell a new or resumed connection; before its first byte, which may already fail."""
        self.stats.connects += 1
        # SECURITY: the session was read before the handshake; whatever changed since is seen before the first event.
        self.registry.recheck(self.registry.entry_of(connection))
        self._effects.submit(connection.user_id, self.ports.on_connect, connection)

    def hello_of(self, connection: Connection) -> EventFrame:
        """Build the connection's hello."""
        data = {"server_version": self.ports.server_version(), "connection_id": connection.connection_id}
        if self.ports.hostname:
            data["server_hostname"] = self.ports.hostname
        event = Event(name=HELLO, data=data, broadcast=Broadcast(user_id=connection.user_id))
        return frame_of(prepare(event))

    def settle(self, connection: Connection) -> None:
        """Look at session, permissions and memberships again if that is due. May block."""
        user = self.registry.entry_of(connection)
        if 0 < user.expires_at <= now_ms():
            self.registry.recheck(user)
        self._members.refresh_now(user)

    # -- the connections' side

    def received(self, connection: Connection, opcode: int, payload: bytes) -> None:
        """Handle one message or control frame; never blocks."""
        try:
            if opcode == frames.TEXT:
                payload.decode()
                self._actions.receive(connection, opcode, payload)
            elif opcode == frames.BINARY:
                self._actions.receive(connection, opcode, payload)
            elif opcode == frames.PING:
                connection.send_raw(frames.frame(payload, frames.PONG))
            elif opcode == frames.PONG:
                self._ponged(connection)
            else:
                code = frames.check_close(payload)
                self.close(connection, frames.close_frame(code))
        except ProtocolError as error:
            self._violated(connection, error)
        except UnicodeDecodeError:
            self._violated(connection, ProtocolError(frames.INVALID_DATA, "text is not UTF-8"))

    def _ponged(self, connection: Connection) -> None:
        connection.ponged_at = monotonic()
        if self.ports.on_pong is not None and connection.valid and self._effects.waiting < _PONGS_WAITING:
            self._effects.submit(connection.user_id, self.ports.on_pong, connection)

    def broken(self, connection: Connection, parser: Parser) -> None:
        """Handle a protocol error of the client."""
        assert parser.error is not None
        self._violated(connection, parser.error)

    def _violated(self, connection: Connection, error: ProtocolError) -> None:
        self.stats.protocol_errors += 1
        self.close(connection, frames.close_frame(error.code, error.reason))

    def stalled(self, connection: Connection) -> None:
        """Watch a connection that takes no more bytes for now."""
        self._keeper.stalled(connection)

    def lost(self, connection: Connection) -> None:
        """Handle the end of a socket; its connection may be resumed for a while."""
        if connection.is_open:
            connection.detach()[0].close()
            self._gone(connection)

    def timed_out(self, connection: Connection) -> None:
        """Close the socket of a connection without a close frame."""
        self.lost(connection)

    def drop(self, connection: Connection) -> None:
        """Close the TCP connection without a close frame, after what was written already."""
        self.close(connection, b"")

    def close(self, connection: Connection, last: bytes) -> None:
        """Send `last` (a close frame), then close the socket as TCP wants it."""
        if connection.is_open:
            sock, partial = connection.detach()
            self._gone(connection)
            self._linger(sock, partial + last)

    def overflowed(self, connection: Connection) -> None:
        """Let go of a connection whose send queue is full; its client starts anew."""
        self.stats.overflows += 1
        self._evict_one(connection, None)

    def read_again(self, user: UserEntry) -> None:
        """Read everything about a user again, in the background."""
        self.registry.recheck(user)
        self._members.refresh_soon(user)

    def discard(self, connection: Connection) -> None:
        """Forget a connection that nobody resumed."""
        if connection.queue is not None:
            connection.queue.clear()
        connection.dead = []
        self.registry.remove(connection)

    def _evict_one(self, connection: Connection, code: int | None) -> None:
        self.registry.forget_id(connection)
        self.close(connection, frames.close_frame(code))
        self.discard(connection)

    def _give_up(self, user: UserEntry) -> None:
        user.pending = None
        for connection in user.connections:
            self._evict_one(connection, frames.GOING_AWAY)

    def _linger(self, sock: _socket.socket, last: bytes) -> None:
        linger = Linger(sock, last, self._lingering)
        if linger in self._lingering:
            self._keeper.closing(linger)

    def _gone(self, connection: Connection) -> None:
        self.registry.closed(connection)
        if connection.user is None:
            return
        self.stats.disconnects += 1
        self._keeper.lost(connection)
        last_of_user = not self.is_connected(connection.user_id)
        self._effects.submit(connection.user_id, self.ports.on_disconnect, connection, last_of_user)
