"""The load client: keep-alive connections that ask as fast as they are answered, for a bounded time."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import gevent

REQUEST_TIMEOUT_S = 30


class Connection:
    """One keep-alive HTTP connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), REQUEST_TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and return the status and the body of the answer."""
        self._socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        length = 0
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        parts, have = [data[end + 4 :]], len(data) - end - 4
        if b"transfer-encoding: chunked" in head:
            return int(head[9:12]), self._chunks(parts[0])
        while have < length:
            parts.append(self._more())
            have += len(parts[-1])
        return int(head[9:12]), b"".join(parts)

    def _chunks(self, data: bytes) -> bytes:
        """Return the body as it is sent, chunk by chunk: nobody reads it here."""
        while not data.endswith(b"0\r\n\r\n"):
            data += self._more()
        return data

    def header(self, request: bytes, name: bytes) -> str:
        """Send a request and return one header of the answer."""
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        for line in data.split(b"\r\n\r\n")[0].split(b"\r\n"):
            if line.lower().startswith(name + b":"):
                return line.split(b":", 1)[1].strip().decode()
        raise Unexpected(f"no header {name!r}")

    def _more(self) -> bytes:
        data = self._socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def request(method: str, path: str, token: str = "", body: Any = None, headers: str = "") -> bytes:
    """Return the bytes of a request; `headers` are whole lines, each with its CRLF."""
    payload = b"" if body is None else json.dumps(body).encode()
    head = f"{method} /api/v4{path} HTTP/1.1\r\nHost: localhost\r\n{headers}"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if payload:
        head += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
    return head.encode() + b"\r\n" + payload


class Unexpected(Exception):
    """The server answered with another status than the scenario is about."""


def hammer(
    port: int, clients: int, seconds: float, next_request: Callable[[int, int], bytes], status: int
) -> list[float]:
    """Ask with `clients` connections for `seconds`; returns each answer's latency in seconds.

    `next_request(client, number)` returns the bytes to send. Raises `Unexpected` for another status.
    """
    latencies: list[float] = []
    end = time.monotonic() + seconds

    def one(client: int) -> None:
        connection, number = Connection(port), 0
        while time.monotonic() < end:
            data = next_request(client, number)
            number += 1
            began = time.perf_counter()
            answered, body = connection.ask(data)
            latencies.append(time.perf_counter() - began)
            if answered != status:
                raise Unexpected(f"{answered} instead of {status}: {body[:300]!r}")
        connection.close()

    greenlets = [gevent.spawn(one, client) for client in range(clients)]
    gevent.joinall(greenlets, raise_error=True)
    return latencies


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie, in ms."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
