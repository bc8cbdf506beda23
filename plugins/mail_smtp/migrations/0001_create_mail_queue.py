"""Create hb_mail_queue."""

from hubbub.core.db import Migrator
from hubbub.plugins.mail_smtp.models import MailQueue


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(MailQueue)
