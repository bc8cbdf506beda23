"""Writing and queueing mail: the `Mailer`."""

from collections.abc import Callable, Iterable
from email.message import EmailMessage
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.mail import Mail, MailNotSent
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.mail_smtp.message import BadAddress, build, own_name, wire_address
from hubbub.plugins.mail_smtp.rendering import Renderer
from hubbub.plugins.mail_smtp.store import MailStore
from hubbub.plugins.mail_smtp.transport import Connection, Failure, Server, server_of

NOWHERE: Final = ("localhost", "10025")
"""The default of EmailSettings, where developers of that other server have a mail server: nobody else has one there."""


class Mails:
    """`Mailer`: into the queue, in the caller's transaction."""

    def __init__(self, context: PluginContext, store: MailStore) -> None:
        self._context = context
        self._store = store
        self._renderer = Renderer()
        self._queued = context.metrics.counter("hubbub_mail_queued_total", "Mails put into the queue.")
        self._on_queued: list[Callable[[], object]] = []

    def on_queued(self, callback: Callable[[], object]) -> None:
        """Have `callback()` called when mails have been stored."""
        self._on_queued.append(callback)

    @property
    def is_configured(self) -> bool:
        """Whether a mail server is named."""
        return names_server(self._context.config.EmailSettings)

    def send(self, mail: Mail) -> bool:
        """See `Mailer.send`."""
        return self.send_many([mail])

    def send_many(self, mails: Iterable[Mail]) -> bool:
        """See `Mailer.send_many`."""
        mails = list(mails)
        if not self.is_configured:
            kinds = ", ".join(sorted({mail.kind for mail in mails}))
            self._context.log.info("no mail was sent (%s): no mail server is set (EmailSettings.SMTPServer)", kinds)
            return False
        if mails:
            self._store.insert(mails, now_ms())
            self._context.db.after_commit(lambda: self._was_queued(len(mails)))
        return True

    def _was_queued(self, count: int) -> None:
        self._queued.inc(count)
        for callback in self._on_queued:
            callback()

    def send_now(self, mail: Mail, settings: Any) -> None:
        """See `Mailer.send_now`."""
        if not settings.SMTPServer.strip():
            raise MailNotSent(why="no mail server is set (EmailSettings.SMTPServer).")
        try:
            sender, to, message = self.compose(mail, settings, key=new_id(), create_at=now_ms())
            connection = Connection(self.server(settings))
            try:
                connection.send(sender, to, message)
            finally:
                connection.close()
        except Failure as error:
            # A mail server that refuses is no fault of ours: that needs no stack trace in the log.
            raise MailNotSent(why=error.text, detailed_error=error.text) from None

    def server(self, settings: Any) -> Server:
        """Return where mail goes. Raises `Failure`."""
        return server_of(settings, own_name(self._context.config.ServiceSettings.SiteURL))

    def compose(self, mail: Mail, settings: Any, *, key: str, create_at: int) -> tuple[str, str, EmailMessage]:
        """Return sender, recipient and message. Raises `Failure` for what can't be sent."""
        try:
            sender = wire_address(settings.FeedbackEmail)
        except BadAddress as error:
            why = f"EmailSettings.FeedbackEmail is {settings.FeedbackEmail!r}: {error}"
            raise Failure(why, temporary=True, server=True) from error
        if not self._renderer.is_ready:
            self._context.tasks.run_in_thread(self._renderer.prepare)
        try:
            rendered = self._renderer.render(mail, self._context.config, settings)
            message = build(mail, rendered, settings, key=key, create_at=create_at)
            return sender, wire_address(mail.to), message
        except BadAddress as error:
            raise Failure(f"nothing can be sent to that address: {error}", temporary=False) from error


def names_server(settings: Any) -> bool:
    """Say whether EmailSettings name a mail server, rather than nothing or the default."""
    host = settings.SMTPServer.strip()
    return bool(host) and (host, str(settings.SMTPPort).strip()) != NOWHERE
