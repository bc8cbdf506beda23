"""urllib3's connections, with the address checked at the moment of connecting: a name can't change its mind after."""

import socket
from collections.abc import Callable
from typing import Any, Final

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

CONNECT_S: Final = 10.0
"""How long one address is tried (seconds)."""

Permit = Callable[[str, str], bool]
"""Says whether (host, address) may be reached."""


class Inside(Exception):
    """Every address of the host is one that may not be reached."""


def connect(host: str, port: int, permit: Permit, source: Any, options: Any) -> socket.socket:
    """Return a socket to the first of the host's permitted addresses that answers. Raises `Inside`, `OSError`."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        if not permit(host, str(address[0])):
            continue
        sock = socket.socket(family, kind, protocol)
        try:
            for option in options or ():
                sock.setsockopt(*option)
            sock.settimeout(CONNECT_S)
            if source:
                sock.bind(source)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or Inside


def pools(permit: Permit, **options: Any) -> PoolManager:
    """Return a pool of connections that go only where `permit` lets them."""

    def new_socket(connection: HTTPConnection) -> socket.socket:
        host = getattr(connection, "_dns_host", connection.host)
        try:
            sock = connect(host, connection.port, permit, connection.source_address, connection.socket_options)
        except socket.gaierror as error:
            raise NameResolutionError(host, connection, error) from error
        except OSError as error:
            raise NewConnectionError(connection, str(error)) from error
        if isinstance(connection.timeout, int | float):
            sock.settimeout(connection.timeout)
        return sock

    class Plain(HTTPConnection):
        _new_conn = new_socket

    class Secure(HTTPSConnection):
        _new_conn = new_socket

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    manager = PoolManager(**options)
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return manager
