"""Mail that the server sends by itself: links to confirm an address or to join, notices, notifications about posts."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec

from hubbub.core.contracts.errors import AppError

log: Final = logging.getLogger("hubbub.mail")


class MailItem(msgspec.Struct, kw_only=True, frozen=True):
    """One message that a mail tells of. `html` is shown as it is: whoever writes it answers for what is in it."""

    title: str
    subtitle: str = ""
    html: str = ""
    text: str = ""
    link: str = ""
    button: str = ""


class Mail(msgspec.Struct, kw_only=True, frozen=True):
    """A mail to one address.

    `kind` says what for, in the log and for templates: a mailer that knows the kind writes it in the reader's language
    (`locale`) from `values`; any other sends `subject` and `text`, so those are always whole. `link` is where its
    reader should go; it holds a secret. `expires_at` (ms, 0: never) is when the mail is no good any more.

    `title` stands above the text (by default the subject), `items` below it; `footer` says why one gets it. Mails of
    the same `thread_id` hang together in the reader's program; the one whose `message_id` is that id begins the thread.
    Both are letters, digits, dots and dashes.
    """

    kind: str
    to: str
    subject: str
    text: str
    link: str = ""
    locale: str = ""
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    expires_at: int = 0
    items: tuple[MailItem, ...] = ()
    title: str = ""
    button: str = ""
    footer: str = ""
    message_id: str = ""
    thread_id: str = ""


class MailNotSent(AppError):
    """A mail that was to be sent at once was not; `detailed_error` is what the mail server said."""

    id = "app.admin.test_email.failure"
    message = "The mail could not be sent: {why}"


class Mailer(Protocol):
    """Sends mail. One provider is active."""

    def send(self, mail: Mail) -> bool:
        """Send, or queue durably; say whether somebody will get it. Never raises for a mail server that fails.

        Inside a transaction the mail is queued with it: it goes out after the commit, and not after a rollback.
        """

    def send_many(self, mails: Iterable[Mail]) -> bool:
        """Do the same for many, in few statements."""

    def send_now(self, mail: Mail, settings: Any) -> None:
        """Send at once, past the queue, with other EmailSettings than those in use. Raises `MailNotSent`."""


class NullMailer:
    """Sends nothing: no mail plugin is on."""

    def send(self, mail: Mail) -> bool:
        """Log that nothing was sent; the link is a secret and stays out of the log."""
        log.info("no mail was sent (%s): no mail plugin is on", mail.kind)
        return False

    def send_many(self, mails: Iterable[Mail]) -> bool:
        """Do the same for many."""
        sent = [self.send(mail) for mail in mails]
        return all(sent)

    def send_now(self, mail: Mail, settings: Any) -> None:
        """Say that nothing can be sent."""
        raise MailNotSent(why="no mail plugin is on (PluginSettings.PluginStates).")
