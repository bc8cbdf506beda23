"""Mail that the server sends by itself: links to confirm an address, to reset a password, to join a team."""

import logging
from typing import Final, Protocol

import msgspec

log: Final = logging.getLogger("hubbub.mail")


class Mail(msgspec.Struct, kw_only=True, frozen=True):
    """A mail to one address, in plain text. `kind` says what for, in the log and for templates.

    `link` is where its reader should go; it holds a secret.
    """

    kind: str
    to: str
    subject: str
    text: str
    link: str = ""
    locale: str = ""


class Mailer(Protocol):
    """Sends mail. One provider is active."""

    def send(self, mail: Mail) -> bool:
        """Send, or queue durably; say whether somebody will get it. Never raises for a mail server that fails."""


class NullMailer:
    """Sends nothing: no mail plugin is on."""

    def send(self, mail: Mail) -> bool:
        """Log that nothing was sent; the link is a secret and stays out of the log."""
        log.info("no mail was sent (%s): no mail plugin is on", mail.kind)
        return False
