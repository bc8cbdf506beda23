"""The upgrade request and its answer (RFC 6455 section 4.2)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hubbub.core.ids import is_valid_id
from hubbub.core.realtime.errors import UpgradeFailed

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CLIENT_CODES: Final = frozenset((*range(1000, 1017), 4000, 4001))


def check_upgrade(environ: Mapping[str, Any]) -> str:
    """Return the client's key. Raises `UpgradeFailed` for a request that is no WebSocket upgrade."""
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        raise UpgradeFailed(why="the request has no Upgrade: websocket")
    if "upgrade" not in _tokens(environ.get("HTTP_CONNECTION", "")):
        raise UpgradeFailed(why="the Connection header has no upgrade")
    if environ.get("REQUEST_METHOD") != "GET" or environ.get("SERVER_PROTOCOL") != "HTTP/1.1":
        raise UpgradeFailed(why="it takes GET and HTTP/1.1")
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        raise UpgradeFailed(why="the server speaks WebSocket version 13")
    key = str(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")).strip()
    try:
        decoded = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != 16:
        raise UpgradeFailed(why="Sec-WebSocket-Key is no key")
    return key


def _tokens(value: str) -> list[str]:
    return [token.strip().lower() for token in value.split(",")]


def accept_response(key: str) -> bytes:
    """Return the 101 answer to `key`; extensions and subprotocols are never taken up."""
    accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept
    )


class UpgradeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the address says. `sequence` None: missing or not a number."""

    connection_id: str = ""
    sequence: int | None = None
    posted_ack: bool = False
    close_code: int | None = None

    @property
    def is_good(self) -> bool:
        """Say whether the parameters go together; otherwise the connection is closed right after the upgrade."""
        return not self.connection_id or (is_valid_id(self.connection_id) and self.sequence is not None)


def read_query(values: Mapping[str, str]) -> UpgradeQuery:
    """Return the parameters of the upgrade; unknown close codes are ignored."""
    code = _integer(values.get("disconnect_err_code", ""))
    return UpgradeQuery(
        connection_id=values.get("connection_id", ""),
        sequence=_integer(values.get("sequence_number", "")),
        posted_ack=values.get("posted_ack", "") == "true",
        close_code=code if code in _CLIENT_CODES else None,
    )


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
