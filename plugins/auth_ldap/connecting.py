"""One connection to one server: opened, made safe, bound; and what its failures mean.

ldap3 is imported when the first connection is made: a server without a directory needs none of it.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import gevent

from hubbub.plugins.auth_ldap.errors import BadCertificate, BindRefused, DirectoryError, NotTrusted, Unreachable
from hubbub.plugins.auth_ldap.settings import STARTTLS, TLS, Address, DirectorySettings

if TYPE_CHECKING:
    from ldap3 import Connection, Tls

CONNECT_S: Final = 3
"""How long a server may take to accept a connection."""
OPEN_S: Final = 5
"""How long one may take until it is open, encrypted and bound."""
INVALID_CREDENTIALS: Final = 49
_SOCKET_BYTES: Final = 65_536


@contextmanager
def within(seconds: float, error: DirectoryError) -> Iterator[None]:
    """Raise `error` when the block takes longer; a time limit around it is left to whoever set it."""
    timeout = gevent.Timeout(seconds)
    timeout.start()
    try:
        yield
    except gevent.Timeout as raised:
        if raised is not timeout:
            raise
        raise error from None
    finally:
        timeout.close()


def tls_context(settings: DirectorySettings) -> ssl.SSLContext:
    """Return how connections are encrypted. Raises `BadCertificate` for files that can't be used."""
    try:
        context = ssl.create_default_context(cafile=settings.authorities or None)
    except (OSError, ssl.SSLError) as error:
        text = f"CertificateAuthorityFile {settings.authorities} can't be used: {_reason(error)}"
        raise BadCertificate(text) from None
    if not settings.check_certificates:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.certificate and settings.key:
        try:
            context.load_cert_chain(settings.certificate, settings.key)
        except (OSError, ssl.SSLError) as error:
            text = (
                f"The client certificate {settings.certificate} with the key {settings.key} can't be used: "
                f"{_reason(error)} (LdapSettings.PublicCertificateFile, PrivateKeyFile)"
            )
            raise BadCertificate(text) from None
    return context


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def open_connection(settings: DirectorySettings, address: Address, timeout_s: int) -> "Connection":
    """Return an open, encrypted connection that nobody has bound; answers may take `timeout_s`.

    Raises `Unreachable`, `NotTrusted`, `BadCertificate`.
    """
    import ldap3
    from ldap3.core.exceptions import LDAPException

    ldap3.set_config_parameter("SOCKET_SIZE", _SOCKET_BYTES)
    encrypted = settings.security in (TLS, STARTTLS)
    server = ldap3.Server(
        address.host,
        port=address.port,
        use_ssl=settings.security == TLS,
        tls=_tls(settings, address) if encrypted else None,
        get_info=ldap3.NONE,
        connect_timeout=CONNECT_S,
    )
    connection = ldap3.Connection(
        server,
        auto_referrals=False,  # SECURITY: a referral leads to a server that nobody has named, with our password
        check_names=False,
        receive_timeout=timeout_s,
    )
    try:
        with within(OPEN_S, Unreachable(f"{address} accepts connections but doesn't answer within {OPEN_S} s.")):
            connection.open()
            if settings.security == STARTTLS:
                connection.start_tls()
    except (LDAPException, OSError) as error:
        close(connection)
        raise _why_closed(address, settings, str(error)) from None
    except BaseException:
        close(connection)
        raise
    return connection


def _tls(settings: DirectorySettings, address: Address) -> "Tls":
    from ldap3 import Tls

    context = tls_context(settings)

    class Checked(Tls):
        """TLS as the ssl module does it: it compares the host's name, and tells the server which one is meant."""

        def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
            connection.socket = context.wrap_socket(
                connection.socket, server_hostname=address.host, do_handshake_on_connect=do_handshake
            )

    return Checked()


def _why_closed(address: Address, settings: DirectorySettings, text: str) -> DirectoryError:
    """Return what a failure to open a connection means."""
    lower = text.lower()
    if "certificate verify failed" in lower or "certificate_verify_failed" in lower:
        return NotTrusted(
            f"The certificate of {address} is not trusted: {_between_brackets(text)}. Have its authority in "
            'PluginSettings.Plugins["auth_ldap"].CertificateAuthorityFile, and its own name in LdapServer.'
        )
    if "starttls" in lower:
        return Unreachable(f"{address} refuses STARTTLS ({text}); if it speaks TLS, set ConnectionSecurity to TLS.")
    if "ssl" in lower:
        spoken = "TLS" if settings.security == TLS else "STARTTLS"
        return Unreachable(f"{address} doesn't speak TLS as expected ({text}); ConnectionSecurity is {spoken}.")
    return Unreachable(f"{address} can't be reached: {text}.")


def _between_brackets(text: str) -> str:
    """Return the part of OpenSSL's sentence that says what is wrong."""
    _, _, rest = text.partition("certificate verify failed:")
    return (rest or text).split("(_ssl")[0].strip(" .')(")


def bind(connection: "Connection", user: str, password: str) -> bool:
    """Prove who we are; False for a wrong name or password. Raises `Unreachable`, `BindRefused`."""
    from ldap3 import ANONYMOUS, SIMPLE
    from ldap3.core.exceptions import LDAPException

    if user and not password:
        # SECURITY: with a name and an empty password, servers say yes to anybody (RFC 4513, 5.1.2).
        return False
    connection.authentication = SIMPLE if user else ANONYMOUS
    connection.user, connection.password = user or None, password or None
    address = f"{connection.server.host}:{connection.server.port}"
    try:
        with within(OPEN_S, Unreachable(f"{address} doesn't answer a bind within {OPEN_S} s.")):
            accepted = connection.bind()
    except (LDAPException, OSError) as error:
        raise Unreachable(f"{address} doesn't answer a bind: {error}.") from None
    finally:
        connection.password = None  # it is needed once, and belongs into no dump of this object
    if accepted:
        return True
    result: dict[str, Any] = connection.result or {}
    if result.get("result") == INVALID_CREDENTIALS:
        return False
    raise BindRefused(f"{address} refuses to bind {user or 'anonymously'}: {told(result)}.")


def told(result: dict[str, Any]) -> str:
    """Return what a server said about an operation, on one line."""
    said = " ".join(str(result.get("message") or "").split())
    name = str(result.get("description") or "no reason given")
    return f"{name} ({said})" if said else name


def close(connection: "Connection") -> None:
    """Close without a farewell that could wait: the socket alone."""
    socket = connection.socket
    connection.closed, connection.bound, connection.listening = True, False, False
    if socket is not None:
        connection.socket = None
        with suppress(OSError):
            socket.close()
