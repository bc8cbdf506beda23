"""A WebSocket client made of bytes: it sends what the RFC forbids, and reads frame by frame."""

import os
import socket
import struct
from typing import Any

import msgspec

from hubbub.tests.core.realtime.world import PATIENCE, Server

HANDSHAKE_KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def client_frame(payload: bytes, opcode: int = 1, *, final: bool = True, masked: bool = True, rsv: int = 0) -> bytes:
    """Return a frame as a client sends it, built independently of the server's code."""
    first = (0x80 if final else 0) | rsv << 4 | opcode
    size = len(payload)
    mask_bit = 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first, mask_bit | size)
    elif size < 65_536:
        head = struct.pack("!BBH", first, mask_bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, size)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))


class RawClient:
    """A socket after the handshake. `early` is sent together with the upgrade request."""

    def __init__(self, server: Server, query: str = "", token: str = "", early: bytes = b"", receive_buffer: int = 0):
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(("127.0.0.1", server.port))
        server.raw_clients.append(self.sock)
        self.buffer = b""
        self.sock.sendall(upgrade_request(query, f"Authorization: Bearer {token}\r\n" if token else "") + early)
        self.head = self.until(b"\r\n\r\n").decode()

    def until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self._more()
        found, self.buffer = self.buffer.split(end, 1)
        return found

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def take(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self._more()
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def frame(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next frame; EOFError at the end of the connection."""
        first, second = self.take(2)
        assert first & 0x80, "the server never fragments"
        assert not second & 0x80, "the server never masks"
        size = second
        if size == 126:
            size = int.from_bytes(self.take(2), "big")
        elif size == 127:
            size = int.from_bytes(self.take(8), "big")
        return first & 0x0F, self.take(size)

    def json(self) -> Any:
        opcode, payload = self.frame()
        assert opcode == 1
        return msgspec.json.decode(payload)

    def close_code(self) -> int | None:
        """Return the code of the close frame, skipping what comes before; then the connection must end in order."""
        while True:
            opcode, payload = self.frame()
            if opcode == 8:
                break
        assert self.sock.recv(1) == b"", "the connection ends after the close frame"
        return int.from_bytes(payload[:2], "big") if payload else None

    @property
    def ended_without_close_frame(self) -> bool:
        try:
            while True:
                opcode, _payload = self.frame()
                if opcode == 8:
                    return False
        except (EOFError, ConnectionError):
            return True


def upgrade_request(query: str = "", headers: str = "", version: str = "13", key: str = HANDSHAKE_KEY) -> bytes:
    return (
        f"GET /api/v4/websocket{'?' + query if query else ''} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        f"Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n"
        f"{headers}\r\n"
    ).encode()
