"""Create hb_mail_waiting."""

from hubbub.core.db import Migrator
from hubbub.plugins.mail_notifications.models import MailWaiting


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(MailWaiting)
