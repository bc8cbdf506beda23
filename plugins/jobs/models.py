"""Table jobs, as the schema has it, and our own table of what is due when."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Json, Varchar


class Jobs(Table):
    """One row per piece of work. `last_activity_at` is the lease: who runs the job renews it."""

    id = Id(primary_key=True)
    type = Varchar(32, null=True)
    priority = BigInt(null=True)
    create_at = BigInt(null=True)
    start_at = BigInt(null=True)
    last_activity_at = BigInt(null=True)
    status = Varchar(32, null=True)
    progress = BigInt(null=True)
    data = Json(null=True)

    class Meta:
        table_name = "jobs"

    table_indexes = (Index("idx_jobs_status_type", "status", "type"), Index("idx_jobs_type", "type"))


class HbJobSchedules(Table):
    """One row per kind of job: `next_at` is when it is due (ms; 0: never), `claimed_at` when one was last begun.

    Whoever begins a job of a kind updates the kind's row first, so that two workers can't begin two at once.
    """

    type = Varchar(32, primary_key=True)
    next_at = BigInt(null=True)
    claimed_at = BigInt(null=True)

    class Meta:
        table_name = "hb_jobschedules"
