"""`hubbub job`: work in the background, seen and steered from a shell."""

from datetime import datetime

import click

from hubbub.core.contracts.jobs import Job
from hubbub.plugins.jobs.service import Jobs
from hubbub.plugins.jobs.types import JobTypes


def register(cli: click.Group, jobs: Jobs, types: JobTypes) -> None:
    """Add the commands."""

    @cli.group("job")
    def job() -> None:
        """List, queue and cancel work that a server does in the background."""

    @job.command("types")
    def list_types() -> None:
        """List the kinds of jobs that there are."""
        click.echo("\n".join(sorted(types.current)))

    @job.command("list")
    @click.option("--type", "job_type", default="", help="Only jobs of this kind.")
    @click.option("--status", default="", help="Only jobs with this status: pending, in_progress, success, error, …")
    @click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="So many at most.")
    def list_jobs(job_type: str, status: str, limit: int) -> None:
        """List jobs, newest first."""
        found = jobs.page([job_type] if job_type else list(types.current), status, 0, limit)
        for one in found:
            click.echo(_line(one))
        if not found:
            click.echo("There are no such jobs.", err=True)

    @job.command("show")
    @click.argument("job_id")
    def show(job_id: str) -> None:
        """Show a job with its data."""
        one = jobs.get(job_id)
        click.echo(_line(one))
        for name, value in sorted((one.data or {}).items()):
            click.echo(f"  {name}: {value}")

    @job.command("queue")
    @click.argument("job_type")
    @click.option("--data", multiple=True, metavar="NAME=VALUE", help="What the job is told; may be given often.")
    def queue(job_type: str, data: tuple[str, ...]) -> None:
        """Queue a job; a server that runs begins it within seconds."""
        pairs = [item.partition("=") for item in data]
        if any(not name or not sign for name, sign, _ in pairs):
            raise click.BadParameter("write NAME=VALUE", param_hint="--data")
        one = jobs.create(job_type, {name: value for name, _, value in pairs})
        click.echo(f"queued {one.type} ({one.id})")

    @job.command("cancel")
    @click.argument("job_id")
    def cancel(job_id: str) -> None:
        """Cancel a job: one that waits ends at once, one that runs as soon as it can."""
        click.echo(_line(jobs.cancel(job_id)))


def _line(job: Job) -> str:
    queued = datetime.fromtimestamp(job.create_at / 1000).strftime("%Y-%m-%d %H:%M:%S")
    return f"{job.id}  {queued}  {job.status:<16} {job.progress:>3} %  {job.type}"
