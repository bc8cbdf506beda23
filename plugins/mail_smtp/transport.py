"""Talking SMTP: one connection to the mail server, and what its refusals mean."""

import re
import smtplib
import ssl
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Any, Final

import gevent
import msgspec

TLS: Final = "TLS"
STARTTLS: Final = "STARTTLS"
_LINK: Final = re.compile(r"\S*(?:://|token=)\S*")
_EXCHANGES: Final = 6
"""How often the server may use up its time for one mail before it is taken for hanging."""


class Failure(Exception):
    """A mail was not sent. `temporary`: try again later. `server`: it is not about this mail, so no other will do."""

    def __init__(self, text: str, *, temporary: bool, server: bool = False, closed: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.temporary = temporary
        self.server = server
        self.closed = closed


class Hanging(Exception):
    """The mail server takes for ever, in small steps."""

    def __str__(self) -> str:
        return "the mail server did not finish in time (EmailSettings.SMTPServerTimeout)"


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the mail server, from EmailSettings. `timeout` in seconds, for each answer."""

    host: str
    port: int
    timeout: float = 10
    security: str = ""
    verify: bool = True
    username: str = ""
    password: str = ""
    auth: bool = False
    own_name: str = "localhost"


def server_of(settings: Any, own_name: str) -> Server:
    """Return the server that EmailSettings name. Raises `Failure` for a port that is none."""
    port = str(settings.SMTPPort).strip()
    if not port.isdigit() or not 0 < int(port) < 65_536:
        raise Failure(f"EmailSettings.SMTPPort is {port!r}: give a number", temporary=True, server=True)
    return Server(
        host=settings.SMTPServer.strip(),
        port=int(port),
        timeout=max(1, settings.SMTPServerTimeout),
        security=settings.ConnectionSecurity,
        verify=not settings.SkipServerCertificateVerification,
        username=settings.SMTPUsername,
        password=settings.SMTPPassword,
        auth=settings.EnableSMTPAuth,
        own_name=own_name,
    )


class Connection:
    """A connection that is opened by the first mail and serves those that follow."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self.sent = 0
        """Mails over the connection that is open."""

    def send(self, sender: str, to: str, message: EmailMessage) -> None:
        """Send one mail. Raises `Failure`."""
        try:
            with gevent.Timeout(self._server.timeout * _EXCHANGES, Hanging()):
                if self._smtp is None:
                    self._smtp = self._open()
                self._smtp.send_message(message, sender, [to])
        except Exception as error:
            failure = failure_of(error)
            if failure.closed:
                self.close(politely=False)
            raise failure from error
        self.sent += 1

    def _open(self) -> smtplib.SMTP:
        server = self._server
        options: dict[str, Any] = {"timeout": server.timeout, "local_hostname": server.own_name}
        if server.security == TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, context=_tls(server), **options)
        else:
            smtp = smtplib.SMTP(server.host, server.port, **options)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.security == STARTTLS:
                # SECURITY: a server that doesn't offer it is an error; going on unencrypted is what an attacker wants.
                smtp.starttls(context=_tls(server))
            if server.auth:
                self._sign_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self._server.security not in (TLS, STARTTLS) and not _is_here(self._server.host):
            # SECURITY: anybody on the way could read the password.
            why = "a password is sent over TLS or STARTTLS only (EmailSettings.ConnectionSecurity)"
            raise Failure(why, temporary=True, server=True, closed=True)
        smtp.login(self._server.username, self._server.password)

    def close(self, *, politely: bool = True) -> None:
        """Close; the next mail opens another."""
        smtp, self._smtp, self.sent = self._smtp, None, 0
        if smtp is None:
            return
        try:
            if politely:
                with gevent.Timeout(self._server.timeout, Hanging()):
                    smtp.quit()
        except Exception:  # nosec B110  # it was going anyway
            pass
        finally:
            smtp.close()


def failure_of(error: Exception) -> Failure:
    """Say what an error of smtplib, of the network or of the message itself means."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _refusal(code, said)
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError) and "SMTPUTF8" in str(error):
        return Failure("the mail server takes no addresses with such letters (SMTPUTF8)", temporary=False)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        text = f"the mail server refuses user name or password: {_said(error.smtp_code, error.smtp_error)}"
        return Failure(text, temporary=True, server=True, closed=True)
    if isinstance(error, smtplib.SMTPResponseException):  # the sender's address, the greeting, STARTTLS
        text = _said(error.smtp_code, error.smtp_error)
        return Failure(text, temporary=True, server=True, closed=error.smtp_code == 421)
    if isinstance(error, (OSError, smtplib.SMTPException, Hanging)):
        text = str(error) or type(error).__name__
        return Failure(without_links(text), temporary=True, server=True, closed=True)
    return Failure(f"the mail can't be written: {type(error).__name__}", temporary=False)


def _refusal(code: int, said: bytes | str) -> Failure:
    """Return what a refusal of one recipient or one text means: 4xx later, 5xx never, 421 the connection ends."""
    return Failure(_said(code, said), temporary=code < 500, closed=code == 421)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return without_links(f"{code} {text}".replace("\n", " "))


def without_links(text: str) -> str:
    """Return what a server said without links: a filter may quote ours, which hold secrets."""
    return _LINK.sub("(a link)", text)[:400]


def _tls(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
