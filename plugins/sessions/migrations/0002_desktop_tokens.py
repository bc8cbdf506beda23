"""Create the table of the desktop app's tokens."""

from hubbub.core.db import Migrator
from hubbub.plugins.sessions.models import DesktopToken


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(DesktopToken)
