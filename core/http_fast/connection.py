"""One client connection: reads heads and bodies with deadlines, writes with back-pressure, can be given away."""

import _socket
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from gevent import get_hub
from gevent.socket import socket as GeventSocket
from gunicorn import util

from hubbub.core.http_fast.errors import ClientGone, IdleTimeout, RequestTimeout, WriteTimeout, error_response
from hubbub.core.http_fast.parse import BARE_LF
from hubbub.core.http_fast.settings import MAX_DRAIN, MAX_HEAD, MIN_RATE, Environ, Settings

_HEAD_BYTES: Final = 16 * 1024
_READ: Final = 1
_WRITE: Final = 2
_LINGER_SECONDS: Final = 2.0
_FRESH_SECONDS: Final = 1.0

HEAD_ODD: Final = -1
HEAD_CLOSED: Final = -2
HEAD_LONG_LINE: Final = -3
HEAD_TOO_LARGE: Final = -4


class Pace:
    """How long a transfer may still be waited for: `seconds`, and more the more came through.

    Only the time spent waiting for the client counts, not the time the application takes between two reads.
    """

    __slots__ = ("_left",)

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def moved(self, size: int) -> None:
        self._left += size / MIN_RATE

    def waited(self, seconds: float) -> None:
        self._left -= seconds

    @property
    def left(self) -> float:
        return self._left


class Connection:
    """A socket, what was read from it and not used yet, and what it is waiting for.

    Deadlines cost no timer: the worker looks at every waiting connection once a second (`expire`).
    """

    def __init__(self, client: GeventSocket, address: Any, listener_name: Any, settings: Settings) -> None:
        self.client = client
        self.address = address
        self.listener_name = listener_name
        self.settings = settings
        self.buffer = b""
        self.detached = False
        self.failed: OSError | None = None
        """What went wrong with the client, so that it is not taken for an error of the application."""
        self.parser: Any = None
        self.reading_body = False
        self.answering = False
        """Whether gunicorn may have sent the answer's head."""
        # The raw socket: gevent's own recv and send would try each call twice before waiting.
        self._raw: _socket.socket = client._sock  # type: ignore[attr-defined]
        self._hub = get_hub()
        self._read_watcher: Any = self._hub.loop.io(self._raw.fileno(), _READ)
        self._write_watcher: Any = None
        self._waiting: Any = None
        self._expires = 0.0
        self._error: type[OSError] = IdleTimeout
        self._pace = Pace(settings.io_timeout)
        self._opened = monotonic()
        self._used = False
        self.base = self._base_environ()

    def _base_environ(self) -> Environ:
        base = self.settings.environ | {"gunicorn.socket": self.client, "hubbub.detach": self.detach}
        if isinstance(self.address, tuple):
            base |= {"REMOTE_ADDR": self.address[0], "REMOTE_PORT": str(self.address[1])}
        else:
            base["REMOTE_ADDR"] = self.address.decode() if isinstance(self.address, bytes) else self.address
        if isinstance(self.listener_name, tuple):
            base |= {"SERVER_NAME": self.listener_name[0], "SERVER_PORT": str(self.listener_name[1])}
        return base

    # -- waiting

    @property
    def is_idle(self) -> bool:
        """Whether the connection waits for a request of which no byte has come."""
        if self._waiting is None or self._error is not IdleTimeout:
            return False
        try:
            return self._raw.recv(1, _socket.MSG_PEEK) == b""
        except OSError:
            return True

    def expire(self, now: float) -> None:
        """End the wait if its time is over at `now` (monotonic seconds). Called by the worker, not by the owner."""
        if self._waiting is not None and now >= self._expires:
            self._hub.cancel_wait(self._waiting, self._error)

    def expire_if_idle(self, now: float) -> None:
        """End the wait at once if nothing of a request has come: the worker is stopping.

        A client that has just connected is about to send, and cannot know: it has a moment.
        """
        if self.is_idle and (self._used or now - self._opened > _FRESH_SECONDS):
            self._expires = 0.0
            self._hub.cancel_wait(self._waiting, IdleTimeout)

    def _wait(self, watcher: Any, seconds: float, error: type[OSError]) -> None:
        """Give way until the watcher fires; raise `error` after `seconds`."""
        self._expires = monotonic() + seconds
        self._error = error
        while True:
            self._waiting = watcher
            try:
                self._hub.wait(watcher)
            except (IdleTimeout, RequestTimeout, WriteTimeout):
                # A cancellation meant for an earlier wait may arrive during the next one: only our own clock counts.
                if monotonic() < self._expires:
                    continue
                raise error from None
            finally:
                self._waiting = None
            return

    # -- reading

    def read_head(self, fresh: bool, alive: bool) -> int:
        """Return where the head in `buffer` ends (the index of CRLF CRLF), or one of the HEAD_ numbers.

        `fresh`: the connection is new, so its first bytes are probably there already. `alive`: the worker takes more
        requests. Raises IdleTimeout, RequestTimeout.
        """
        searched, deadline = 0, 0.0
        while True:
            buffer = self.buffer
            end = buffer.find(b"\r\n\r\n", searched - 3 if searched > 3 else 0)
            if end >= 0:
                return HEAD_TOO_LARGE if end > MAX_HEAD else end
            size = len(buffer)
            if size:
                unusual = self._judge_partial(searched)
                if unusual:
                    return unusual
                deadline = deadline or monotonic() + self.settings.head_timeout
            elif not alive and not fresh and not self._has_input():
                return HEAD_CLOSED
            data = self._recv_head(fresh or size > 0, deadline)
            if not data:
                return HEAD_CLOSED
            searched = size
            self._used = True
            self.buffer = buffer + data if size else data

    def _judge_partial(self, searched: int) -> int:
        """Return a HEAD_ number for a head that can be refused before its end has come, else 0."""
        buffer = self.buffer
        # A bare LF will never end the head the way it is read here: gunicorn's parser refuses it now.
        if BARE_LF.search(buffer, searched):
            return HEAD_ODD
        if len(buffer) <= MAX_HEAD:
            return 0
        limit = self.settings.limit_line or MAX_HEAD
        return HEAD_LONG_LINE if buffer.find(b"\r\n", 0, limit + 2) < 0 else HEAD_TOO_LARGE

    def _has_input(self) -> bool:
        try:
            return self._raw.recv(1, _socket.MSG_PEEK) != b""
        except BlockingIOError:
            return False

    def _recv_head(self, try_first: bool, deadline: float) -> bytes:
        """Return the next bytes of a head. A `deadline` of 0: none of it has come, the connection is idle.

        The deadline runs from the head's first byte, so that one byte now and then does not hold a greenlet.
        """
        while True:
            if try_first:
                try:
                    return self._raw.recv(_HEAD_BYTES)
                except BlockingIOError:
                    pass
            try_first = True
            if deadline:
                self._wait(self._read_watcher, deadline - monotonic(), RequestTimeout)
            else:
                self._wait(self._read_watcher, self.settings.keepalive or self.settings.head_timeout, IdleTimeout)

    def start_body(self) -> None:
        """Count the time of a new body from here."""
        self.start_pace()
        self.reading_body = True

    def start_pace(self) -> None:
        """Give the client io_timeout seconds again, and more as it moves bytes."""
        self._pace = Pace(self.settings.io_timeout)

    def moved(self, size: int) -> None:
        """Count bytes that somebody else sent for this connection."""
        self._pace.moved(size)

    def recv_into(self, view: memoryview) -> int:
        """Fill a part of `view` with bytes of the body. Raises RequestTimeout, ClientGone; remembers what failed."""
        while True:
            try:
                size = self._raw.recv_into(view)
            except BlockingIOError:
                self._wait_paced(self._read_watcher, RequestTimeout)
                continue
            except OSError as error:
                raise self._remember(error) from None
            if not size:
                raise self._remember(ClientGone("the client closed before its request was complete"))
            self._pace.moved(size)
            return size

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes: what gunicorn's parser reads from. Raises like `recv_into`."""
        if not self.reading_body:
            return self._recv_head(True, 0.0)
        chunk = bytearray(size)
        return bytes(chunk[: self.recv_into(memoryview(chunk))])

    def read_body(self, start: int, length: int) -> bytes:
        """Return the small body that begins at `buffer[start]`; what follows stays in the buffer."""
        end = start + length
        if len(self.buffer) >= end:
            body, self.buffer = self.buffer[start:end], self.buffer[end:]
            return body
        have = self.buffer[start:]
        self.buffer = b""
        body_view = memoryview(bytearray(length))
        filled = len(have)
        body_view[:filled] = have
        self.start_body()
        while filled < length:
            filled += self.recv_into(body_view[filled:])
        return bytes(body_view)

    # -- writing

    def send(self, data: bytes) -> None:
        """Send everything; wait for a slow client as long as it takes at least MIN_RATE. Raises WriteTimeout."""
        try:
            sent = self._raw.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise self._remember(error) from None
        if sent != len(data):
            self._send_rest(memoryview(data)[sent:])

    def _send_rest(self, view: memoryview) -> None:
        self.start_pace()
        while view:
            self.wait_writable()
            try:
                sent = self._raw.send(view)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._remember(error) from None
            self._pace.moved(sent)
            view = view[sent:]

    def wait_writable(self) -> None:
        """Give way until the client takes more. Raises WriteTimeout."""
        if self._write_watcher is None:
            self._write_watcher = self._hub.loop.io(self._raw.fileno(), _WRITE)
        self._wait_paced(self._write_watcher, WriteTimeout)

    def _wait_paced(self, watcher: Any, error: type[OSError]) -> None:
        start = monotonic()
        try:
            self._wait(watcher, max(self._pace.left, 0.0), error)
        except OSError as expired:
            raise self._remember(expired) from None
        self._pace.waited(monotonic() - start)

    def _remember(self, error: OSError) -> OSError:
        """Keep the error: an application that swallows it must not get a connection in an unknown state reused."""
        self.failed = error
        return error

    # -- end

    def detach(self) -> tuple[_socket.socket, bytes]:
        """Hand the socket over: raw, non-blocking, the caller's to close; with it the bytes read after the head.

        The worker then ignores what the application returns and forgets the connection. Once only: OSError after that.
        """
        if self.detached:
            raise OSError("the connection has been detached already")
        early = self.parser.unreader.take_buffered() if self.parser is not None else self.buffer
        self.buffer = b""
        family = self._raw.family
        self._close_watchers()
        sock = _socket.socket(family, _socket.SOCK_STREAM, 0, self.client.detach())
        sock.setblocking(False)
        self.detached = True
        # The connection is in the environ and the environ may outlive the request: break the circle.
        self.base = {}
        return sock, early

    def _close_watchers(self) -> None:
        for watcher in (self._read_watcher, self._write_watcher):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._read_watcher = self._write_watcher = None

    def refuse(self, status: int, unread: bool = True) -> None:
        """Answer with an error and close; `unread`: the client may still be sending."""
        with suppress(OSError):
            self.send(error_response(status))
        self.end(unread)

    def linger(self) -> None:
        """Close, but throw away for a moment what the client still sends.

        Closing with unread input makes the kernel reset the connection, and the client loses the answer (RFC 9112 9.6).
        """
        if not self.detached:
            util.close_graceful(self.client, timeout=_LINGER_SECONDS, max_drain=MAX_DRAIN)

    def end(self, unread: bool) -> None:
        """Close after a last answer; `unread`: the client may still be sending."""
        if unread or self.buffer:
            self.linger()
        else:
            self.close()

    def close(self) -> None:
        """Close the socket, unless it has been detached."""
        if not self.detached:
            self._close_watchers()
            self.base = {}
            self.client.close()
