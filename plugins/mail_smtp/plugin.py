"""Wiring of the mail plugin."""

from collections.abc import Mapping
from typing import Final

import click

from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.mail_smtp.commands import mail_commands
from hubbub.plugins.mail_smtp.sender import Sender
from hubbub.plugins.mail_smtp.service import Mails
from hubbub.plugins.mail_smtp.store import MailStore

PERIOD_S: Final = 10


class Plugin:
    """Mail over SMTP."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._store = MailStore(context.db)
        self._mails = Mails(context, self._store)
        self.sender = Sender(context, self._store, self._mails)
        context.tasks.every(PERIOD_S, self.sender.run, "send mail")

    def provide(self) -> Mapping[type, object]:
        """Return the service."""
        return {Mailer: self._mails}

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub mail`."""
        cli.add_command(mail_commands(self._context, self._mails, self._store))

    @hookimpl
    def on_deactivate(self) -> None:
        """Leave what is queued to the next worker."""
        self.sender.stop()
