"""One WebSocket connection: its socket on an io watcher (no greenlet), its numbers, its queues.

It outlives its socket: after a cut, events go on being queued here until the client resumes or time is up.
"""

import _socket
import logging
from collections import deque
from typing import Any, Final, Protocol

from gevent import get_hub

from hubbub.core.contracts.sessions import Session
from hubbub.core.realtime.encode import HELLO_FRAME, EventFrame
from hubbub.core.realtime.frames import Parser
from hubbub.core.realtime.index import UserEntry
from hubbub.core.realtime.ports import ActionRequest, HubSettings
from hubbub.core.realtime.stats import Stats

SEND_QUEUE: Final = 256
DROP_FROM: Final = 128
WARN_FROM: Final = 243
DEAD_QUEUE: Final = 128
_DEAD_MASK: Final = DEAD_QUEUE - 1

_READ: Final = 1
_WRITE: Final = 2
_RECEIVE_BYTES: Final = 16_384
_BATCH_BYTES: Final = 65_536

_log = logging.getLogger("hubbub.realtime")


class Owner(Protocol):
    """What a connection tells its hub."""

    stats: Stats
    settings: HubSettings

    def received(self, connection: "Connection", opcode: int, payload: bytes) -> None:
        """Handle one message or control frame; never blocks."""

    def broken(self, connection: "Connection", parser: Parser) -> None:
        """Handle a protocol error of the client."""

    def lost(self, connection: "Connection") -> None:
        """Handle the end of the socket."""

    def overflowed(self, connection: "Connection") -> None:
        """Handle a full send queue."""

    def hello_of(self, connection: "Connection") -> EventFrame:
        """Build the connection's hello."""

    def stalled(self, connection: "Connection") -> None:
        """Watch a connection that takes no more bytes for now."""


class Connection:
    """A logical connection. Handlers of actions read `connection_id`, `user_id`, `session_id`, `session`, `presence`.

    `user_id` empty, `session` None: not authenticated yet. `valid`: the session was good when it was last looked at.
    `queue` None: the socket takes events at once; else they wait in order (also while there is no socket).
    `dead`: ring of the events written last, number n at index n modulo 128.
    """

    __slots__ = (
        "active_at",
        "connection_id",
        "dead",
        "forwarded_for",
        "guest",
        "inbox",
        "manages_system",
        "owner",
        "parser",
        "partial",
        "ponged_at",
        "posted_ack",
        "presence",
        "progress",
        "queue",
        "reader",
        "remote_address",
        "seq",
        "session",
        "session_id",
        "sock",
        "user",
        "user_id",
        "valid",
        "warned",
        "watched",
        "writer",
    )

    def __init__(self, owner: Owner, sock: _socket.socket | None, remote_address: str = "") -> None:
        self.owner = owner
        self.connection_id = ""
        self.user_id = ""
        self.session_id = ""
        self.session: Session | None = None
        self.user: UserEntry | None = None
        self.valid = False
        self.manages_system = False
        self.guest = False
        self.posted_ack = False
        self.presence: tuple[str, str, str] | None = None
        self.remote_address = remote_address
        self.forwarded_for = ""
        self.seq = 0
        self.dead: list[EventFrame] = []
        self.queue: deque[EventFrame | bytes] | None = None
        self.partial = b""
        self.progress = 0
        self.warned = False
        self.parser: Parser | None = None
        self.inbox: deque[ActionRequest] | None = None
        self.watched = False
        self.ponged_at = 0.0
        self.active_at = 0.0
        self.sock: _socket.socket | None = None
        self.reader: Any = None
        self.writer: Any = None
        if sock is not None:
            self.attach(sock)

    def sign_in(self, session: Session) -> None:
        """Belong to the user of `session` from now on."""
        self.user_id = session.user_id
        self.session_id = session.id
        self.valid = True
        self.renew(session)

    def renew(self, session: Session) -> None:
        """Take over the same session as it is now."""
        self.session = session
        self.guest = session.props.get("is_guest") == "true" or "system_guest" in session.roles

    @property
    def is_open(self) -> bool:
        """Say whether there is a socket."""
        return self.sock is not None

    # -- the socket

    def attach(self, sock: _socket.socket) -> None:
        """Take over a non-blocking socket; what waits in the queue goes out from now on."""
        self.sock = sock
        self.reader = get_hub().loop.io(sock.fileno(), _READ)
        self.reader.start(self._readable)
        if self.queue is not None:
            self._flush()

    def detach(self) -> tuple[_socket.socket, bytes]:
        """Give the socket away, with the rest of a frame of which a part is on the wire; events queue from now on."""
        sock, partial = self.sock, self.partial
        assert sock is not None
        self.sock = None
        self.partial = b""
        self.parser = None
        for watcher in (self.reader, self.writer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self.reader = self.writer = None
        if self.queue is None:
            self.queue = deque()
        return sock, partial

    def pause(self) -> None:
        """Read nothing until `unpause`: the client is faster than its actions."""
        if self.reader is not None:
            self.reader.stop()

    def unpause(self) -> None:
        """Read again."""
        if self.reader is not None:
            self.reader.start(self._readable)

    def _readable(self) -> None:
        sock = self.sock
        if sock is None:
            return
        try:
            data = sock.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.feed(data)
        else:
            self.owner.lost(self)

    def feed(self, data: bytes) -> None:
        """Handle bytes from the client. A bug in a handler closes this connection and no other."""
        parser = self.parser
        if parser is None:
            parser = self.parser = Parser(self.owner.settings.message_limit)
        try:
            for opcode, payload in parser.feed(data):
                if self.sock is None:
                    return
                self.owner.received(self, opcode, payload)
        except Exception:
            _log.exception("A WebSocket message could not be handled; its connection is closed.")
            self.owner.lost(self)
            return
        if self.sock is None:
            return
        if parser.error is not None:
            self.owner.broken(self, parser)
        elif parser.is_empty:
            self.parser = None

    # -- sending

    def send_event(self, frame: EventFrame, heads: list[bytes | None]) -> int:
        """Write an event with this connection's next number, or queue it; return the bytes written now.

        `heads`: `EventFrame.head` by length of the tail, shared by the receivers of one fan-out.
        """
        if self.queue is not None:
            self.enqueue(frame)
            return 0
        seq = self.seq
        tail = b"%d}" % seq
        size = len(tail)
        head = heads[size]
        if head is None:
            head = heads[size] = frame.head(size - 1)
        data = head + tail
        self.seq = seq + 1
        dead = self.dead
        if seq < DEAD_QUEUE:
            dead.append(frame)
        else:
            dead[seq & _DEAD_MASK] = frame
        try:
            sent = self.sock.send(data)  # type: ignore[union-attr]  # no queue: there is a socket
        except BlockingIOError:
            sent = 0
        except OSError:
            self.owner.lost(self)
            return 0
        if sent != len(data):
            self._stall(data[sent:])
        return sent

    def greet(self) -> bytes:
        """Begin the numbers with the hello; return its frame, which must be the next thing on the wire."""
        self.seq = 1
        self.dead = [HELLO_FRAME]
        return self.owner.hello_of(self).bytes_for(0)

    def send_raw(self, data: bytes) -> None:
        """Write or queue a whole frame that has no number: a reply, a ping, a pong."""
        if self.queue is not None:
            self.enqueue(data)
            return
        try:
            sent = self.sock.send(data)  # type: ignore[union-attr]  # no queue: there is a socket
        except BlockingIOError:
            sent = 0
        except OSError:
            self.owner.lost(self)
            return
        self.owner.stats.bytes += sent
        if sent != len(data):
            self._stall(data[sent:])

    def enqueue(self, item: EventFrame | bytes) -> None:
        """Put an event or a frame at the end of the queue; a slow connection loses what is droppable."""
        queue = self.queue
        assert queue is not None
        waiting = len(queue)
        if waiting >= DROP_FROM:
            if type(item) is EventFrame and item.droppable:
                self.owner.stats.dropped += 1
                return
            if waiting >= WARN_FROM and not self.warned:
                self.warned = True
                _log.warning("The send queue of connection %s is nearly full.", self.connection_id)
            if waiting >= SEND_QUEUE:
                self.owner.overflowed(self)
                return
        queue.append(item)

    def _stall(self, rest: bytes) -> None:
        self.partial = rest
        self.queue = deque()
        self._watch_writable()

    def _watch_writable(self) -> None:
        sock = self.sock
        assert sock is not None
        if self.writer is None:
            self.writer = get_hub().loop.io(sock.fileno(), _WRITE)
            self.writer.start(self._flush)
            self.owner.stalled(self)

    def _flush(self) -> None:
        """Send what waits until the socket takes no more."""
        while (sock := self.sock) is not None:
            data = self.partial or self._batch()
            if not data:
                self._flushed()
                return
            try:
                sent = sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self.owner.lost(self)
                return
            self.owner.stats.bytes += sent
            self.partial = data[sent:]
            if sent != len(data):
                self.progress += sent
                self._watch_writable()
                return

    def _flushed(self) -> None:
        self.queue = None
        self.warned = False
        if self.writer is not None:
            self.writer.stop()
            self.writer.close()
            self.writer = None

    def _batch(self) -> bytes:
        """Take frames off the queue, up to 64 KiB; events get their numbers now, as they are written."""
        queue = self.queue
        parts: list[bytes] = []
        size = 0
        while queue and size < _BATCH_BYTES:
            item = queue.popleft()
            if type(item) is EventFrame:
                item = self._number(item)
            assert type(item) is bytes
            parts.append(item)
            size += len(item)
        return b"".join(parts)

    def _number(self, frame: EventFrame) -> bytes:
        seq = self.seq
        self.seq = seq + 1
        if seq < DEAD_QUEUE:
            self.dead.append(frame)
        else:
            self.dead[seq & _DEAD_MASK] = frame
        self.owner.stats.events += 1
        return frame.bytes_for(seq)

    # -- resuming

    def written_since(self, seq: int) -> bytes | None:
        """Return the frames from number `seq` on as they were written, or None when the dead queue can't say."""
        if not self.seq - len(self.dead) <= seq <= self.seq:
            return None
        return b"".join(self._written(number) for number in range(seq, self.seq))

    def _written(self, number: int) -> bytes:
        frame = self.dead[number & _DEAD_MASK]
        if frame is HELLO_FRAME:
            frame = self.owner.hello_of(self)
        return frame.bytes_for(number)
