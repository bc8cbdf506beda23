"""Thousands of WebSocket clients in one loop: they count events, and a few of them measure how late they come.

Events are counted by their text in the stream, not parsed: the listeners share the machine with the server.
"""

import base64
import os
import re
import socket
import time

from gevent.monkey import get_original

SAMPLED = 50
# gevent takes epoll away; the listeners run in a native thread, beside the load.
epoll, EPOLLIN = get_original("select", ["epoll", "EPOLLIN"])
_SENT_AT = re.compile(rb"sent at (\d+)")
_MARK = b'"event":"posted"'


class Listeners:
    """Connects sockets and watches them in the calling thread (`run_for`)."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._poll = epoll()
        self._open: set[int] = set()
        self._tails: dict[int, bytes] = {}
        self.events = 0
        self.bytes = 0
        self.lost = 0
        self.latencies: list[float] = []

    def connect(self, token: str) -> None:
        """Open one more socket, authenticated by header."""
        sock = socket.create_connection(("127.0.0.1", self._port), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            (
                f"GET /api/v4/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
            ).encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(4096)
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            raise ConnectionError(answer[:200])
        fd = sock.detach()
        os.set_blocking(fd, False)
        self._open.add(fd)
        self._poll.register(fd, EPOLLIN)

    def __len__(self) -> int:
        return len(self._open)

    def run_for(self, seconds: float) -> None:
        """Receive for some seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for fd, _ in self._poll.poll(min(left, 0.2)):
                self._receive(fd)

    def _receive(self, fd: int) -> None:
        try:
            data = os.read(fd, 262_144)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.lost += 1
            self._poll.unregister(fd)
            self._open.discard(fd)
            os.close(fd)
            return
        self.bytes += len(data)
        tail = self._tails.pop(fd, b"")
        text = tail + data
        self.events += text.count(_MARK)
        if len(self.latencies) < 200_000 and fd % max(1, len(self._open) // SAMPLED) == 0:
            now = time.time()
            self.latencies += [now - int(found) / 1e6 for found in _SENT_AT.findall(text)]
        if not text.endswith(b"}"):  # a frame was cut in two: its mark may be, too
            self._tails[fd] = text[-(len(_MARK) - 1) :]

    def close(self) -> None:
        """Close all sockets."""
        for fd in self._open:
            os.close(fd)
        self._open.clear()
