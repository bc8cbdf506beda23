"""`hubbub mail`: try the settings, look at the queue."""

from datetime import UTC, datetime

import click

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.mail import Mail
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.mail_smtp.service import Mails
from hubbub.plugins.mail_smtp.store import MailStore


def mail_commands(context: PluginContext, mails: Mails, store: MailStore) -> click.Group:
    """Return the group `mail`."""
    group = click.Group("mail", help="Try the mail settings, look at the queue.")
    group.add_command(_test(context, mails))
    group.add_command(_queue(store))
    group.add_command(_retry(store))
    return group


def _test(context: PluginContext, mails: Mails) -> click.Command:
    @click.command("test", help="Send a test mail now, past the queue, and say what the mail server answers.")
    @click.option("--to", required=True, help="Address.")
    @click.option("--locale", default="", help="Language, like en or de.")
    def test(to: str, locale: str) -> None:
        settings = context.config.EmailSettings
        mail = Mail(kind="test", to=to, subject="A test mail", text="Mail can be sent.", locale=locale)
        try:
            mails.send_now(mail, settings)
        except AppError as error:
            raise click.ClickException(f"{error.text} ({error.error_id})") from error
        click.echo(f"Sent to {to} through {settings.SMTPServer}:{settings.SMTPPort}.")

    return test


def _queue(store: MailStore) -> click.Command:
    @click.command("queue", help="Say how many mails wait, since when, and why.")
    def queue() -> None:
        state = store.state()
        click.echo(f"{state.waiting} mails wait.")
        if state.waiting:
            oldest = datetime.fromtimestamp(state.oldest_at // 1000, UTC)
            click.echo(f"The oldest was queued at {oldest:%Y-%m-%d %H:%M:%S} UTC.")
        if state.last_error:
            click.echo(f"An attempt failed: {state.last_error}")

    return queue


def _retry(store: MailStore) -> click.Command:
    @click.command("retry", help="Have everything that waits tried at once: after the settings were mended.")
    def retry() -> None:
        click.echo(f"{store.retry_all(now_ms())} mails are tried again within seconds.")

    return retry
