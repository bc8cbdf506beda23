"""A client of the WebSocket, over a real socket; needs the package `websockets` (in the extra `hubbub[test]`)."""

import json
import socket
from collections import deque
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlencode

TIMEOUT_S: Final = 15.0
_RECEIVE: Final = 65_536


class Refused(Exception):
    """The server did not upgrade the connection; the text says what it answered."""


class WebSocketClient:
    """One connection, greeted by `hello` when `token` is good. Waiting is bounded by `TIMEOUT_S`.

    Events are dicts as on the wire: `event`, `data`, `broadcast`, `seq`.
    """

    def __init__(
        self, host: str, port: int, token: str = "", *, headers: dict[str, str] | None = None, **query: str | int
    ) -> None:
        from websockets.client import ClientProtocol
        from websockets.uri import parse_uri

        path = "/api/v4/websocket" + (f"?{urlencode(query)}" if query else "")
        self._protocol = ClientProtocol(parse_uri(f"ws://{host}:{port}{path}"), max_size=None)
        self._socket = socket.create_connection((host, port), TIMEOUT_S)
        self._waiting: deque[dict[str, Any]] = deque()
        self._seq = 0
        self.closed = False
        self.hello: dict[str, Any] = {}
        request = self._protocol.connect()
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        request.headers.update(headers or {})
        self._protocol.send_request(request)
        self._flush()
        while self._protocol.state.name == "CONNECTING" and not self.closed:
            self._receive(TIMEOUT_S)
        if self._protocol.handshake_exc is not None or self._protocol.state.name != "OPEN":
            self._socket.close()
            raise Refused(str(self._protocol.handshake_exc or "the server closed the connection"))
        if token:
            self.hello = self.wait_for("hello")

    def send(self, action: str, **data: Any) -> int:
        """Send an action and return its number, which the reply names as `seq_reply`."""
        self._seq += 1
        self._protocol.send_text(json.dumps({"seq": self._seq, "action": action, "data": data}).encode())
        self._flush()
        return self._seq

    def call(self, action: str, **data: Any) -> dict[str, Any]:
        """Send an action and return its reply."""
        number = self.send(action, **data)
        return self._first(lambda message: message.get("seq_reply") == number, f"the reply to {action}", TIMEOUT_S)

    def wait_for(self, event: str, *, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """Return the next event of this name; others before it stay for later calls. Raises `TimeoutError`."""
        return self._first(lambda message: message.get("event") == event, f"the event {event}", timeout)

    def receive(self, *, timeout: float = TIMEOUT_S) -> dict[str, Any]:
        """Return the next message of any kind. Raises `TimeoutError`, `ConnectionError` when the server closed."""
        return self._first(lambda _message: True, "a message", timeout)

    def close(self) -> None:
        """Close in order."""
        if not self.closed:
            self.closed = True
            self._protocol.send_close(1000)
            self._flush()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.close()

    def _first(self, fits: Any, what: str, timeout: float) -> dict[str, Any]:
        deadline = monotonic() + timeout
        seen = 0
        while True:
            while seen < len(self._waiting):
                if fits(self._waiting[seen]):
                    found = self._waiting[seen]
                    del self._waiting[seen]
                    return found
                seen += 1
            if self.closed:
                raise ConnectionError(f"the server closed the connection before {what}: {self._protocol.close_exc}")
            left = deadline - monotonic()
            if left <= 0:
                had = [message.get("event", message) for message in self._waiting]
                raise TimeoutError(f"{what} did not come within {timeout} s; there were {had}")
            self._receive(left)

    def _receive(self, timeout: float) -> None:
        self._socket.settimeout(timeout)
        try:
            data = self._socket.recv(_RECEIVE)
        except TimeoutError:
            return
        except OSError:
            data = b""
        if data:
            self._protocol.receive_data(data)
        else:
            self.closed = True
            self._protocol.receive_eof()
        self._take_messages()
        self._flush()

    def _take_messages(self) -> None:
        from websockets.frames import Frame, Opcode

        for received in self._protocol.events_received():
            if isinstance(received, Frame) and received.opcode is Opcode.TEXT:
                self._waiting.append(json.loads(bytes(received.data)))

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            try:
                if data:
                    self._socket.sendall(data)
                else:
                    self._socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.closed = True
