"""The client's address and scheme: what trusted proxies say, and nobody else."""

import ipaddress
from collections.abc import Iterable
from typing import Any, Final

CACHE_SIZE: Final = 4096
DEFAULT_HEADER: Final = "X-Forwarded-For"

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """Knows the proxies (`HubbubSettings.TrustedProxies`) and the headers in which they name the client.

    SECURITY: a forwarded header is read only when the peer of the connection is a trusted proxy. A list of addresses
    is read from the right, so that what a client has put in front of it counts for nothing.
    """

    def __init__(self, networks: Iterable[str], headers: Iterable[str] = ()) -> None:
        self._networks: tuple[_Network, ...] = tuple(
            network for text in networks if (network := _network(text)) is not None
        )
        names = [name.strip() for name in headers if name.strip()] or [DEFAULT_HEADER]
        self._headers = tuple("HTTP_" + name.upper().replace("-", "_") for name in names)
        self._trusted: dict[str, bool] = {}

    def client_ip(self, environ: dict[str, Any]) -> str:
        """Return the address of the client as text; of a Unix socket without a proxy's word, an empty string."""
        peer: str = environ.get("REMOTE_ADDR", "")
        if not self.trusts(peer):
            return peer
        for header in self._headers:
            value = environ.get(header)
            if value:
                return self._first_stranger(value) or peer
        return peer

    def is_secure(self, environ: dict[str, Any]) -> bool:
        """Say whether the client came over TLS, here or at the trusted proxy."""
        if environ.get("wsgi.url_scheme") == "https":
            return True
        proto = environ.get("HTTP_X_FORWARDED_PROTO")
        if not proto or not self.trusts(environ.get("REMOTE_ADDR", "")):
            return False
        return bool(proto.split(",", 1)[0].strip().lower() in ("https", "wss"))

    def trusts(self, address: str) -> bool:
        """Say whether `address` is a trusted proxy.

        A peer on a Unix socket has no address; only this machine's processes can be one, so it is trusted.
        """
        known = self._trusted.get(address)
        if known is not None:
            return known
        if len(self._trusted) >= CACHE_SIZE:
            self._trusted.clear()
        known = self._trusted[address] = not address or self._matches(address)
        return known

    def _matches(self, address: str) -> bool:
        parsed = _address(address)
        return parsed is not None and any(parsed in network for network in self._networks)

    def _first_stranger(self, value: str) -> str:
        """Return the last address of the list that isn't a trusted proxy's own; empty when the list is rubbish."""
        found = ""
        for part in reversed(value.split(",")):
            parsed = _address(_without_port(part.strip()))
            if parsed is None:
                return found
            found = str(parsed)
            if not any(parsed in network for network in self._networks):
                return found
        return found


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:  # reported by the check of the configuration; a name never becomes a trusted network
        return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return mapped if mapped is not None else parsed


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].split("]", 1)[0]
    return text.split(":", 1)[0] if text.count(":") == 1 else text
