"""Addresses to listen on, as config.json writes them: `:8065`, `127.0.0.1:8065`, `[::1]:8065`."""

import socket
from typing import Final, NamedTuple

_MAPPED: Final = "::ffff:"


class ListenAddress(NamedTuple):
    """Where to listen. `host` "" means every address; IPv6 without brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def bind(self) -> str:
        """Return what to bind: the address itself, every address of IPv6 and IPv4 in one socket for none."""
        if self.host:
            return str(self)
        return f"[::]:{self.port}" if _takes_both() else f"0.0.0.0:{self.port}"

    @property
    def url_host(self) -> str:
        """Return a host that a browser on this machine can open."""
        if self.host in ("", "0.0.0.0", "::"):
            return f"localhost:{self.port}"
        return str(self)


def parse_listen_address(text: str, default_port: int) -> ListenAddress:
    """Return host and port. Raises `ValueError` that names the text and says what is expected."""
    host, separator, port = text.strip().rpartition(":")
    if not separator or (host.startswith("[") and not host.endswith("]")) or port.endswith("]"):
        host, port = text.strip(), ""
    if port and not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise ValueError(f"{text!r} is not an address to listen on: give :port or host:port, like :8065")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" in bare and bare == host and host:
        raise ValueError(
            f"{text!r} is not an address to listen on: an IPv6 address stands in brackets, like [::1]:8065"
        )
    return ListenAddress(bare, int(port) if port else default_port)


def _takes_both() -> bool:
    """Say whether a socket on `::` takes IPv4 too: not without IPv6, nor where the system keeps the two apart."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::", 0))
            return not probe.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
    except OSError:
        return False


def plain_peer(address: object) -> object:
    """Return a peer's address as a socket reports it, one of IPv4 that came over a socket of IPv6 as what it is.

    SECURITY: trusted proxies, rate limits and logs know a client by the text of its address.
    """
    if isinstance(address, tuple) and address[0].startswith(_MAPPED) and "." in address[0]:
        return (address[0][len(_MAPPED) :], address[1])
    return address
