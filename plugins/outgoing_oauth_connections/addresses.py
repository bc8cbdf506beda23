"""Which addresses a connection is for."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hubbub.plugins.outgoing_oauth_connections.records import Connection

_PORTS: Final = {"http": 80, "https": 443}


def parsed(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address with a host; None for what is none."""
    if any(character <= " " or character == "\x7f" for character in url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname and port_is_fine else None


def origin(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port; None for what is no http(s) address."""
    parts = parsed(url)
    return (parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]) if parts else None


def covers(audience: str, url: str) -> bool:
    """Say whether an address is an audience's: of the same origin, and the audience's path or one below it.

    A path that ends with `*` is any that begins so. SECURITY: the origin is compared whole, so that
    https://example.com isn't https://example.com.evil.org, and dots can't lead out of a path.
    """
    if origin(url) is None or origin(audience) != origin(url):
        return False
    wanted, path = urlsplit(audience).path, urlsplit(url).path or "/"
    if any(part in (".", "..") for part in path.replace("%2e", ".").replace("%2E", ".").split("/")):
        return False
    if wanted.endswith("*"):
        return path.startswith(wanted[:-1] or "/")
    folder = wanted.rstrip("/")
    return path == wanted or path.rstrip("/") == folder or path.startswith(f"{folder}/")


def best(connections: Iterable[Connection], url: str) -> Connection | None:
    """Return the connection whose audience says most about an address, None when no one is for it."""
    found = [
        (len(audience), connection)
        for connection in connections
        for audience in connection.audiences
        if covers(audience, url)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None
