"""Create jobs and hb_jobschedules."""

from hubbub.core.db import Migrator
from hubbub.plugins.jobs.models import HbJobSchedules, Jobs


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(Jobs)
    m.create_table(HbJobSchedules)
