"""`hubbub job` lists, queues and cancels."""

from typing import Any

import click
import pytest
from click.testing import CliRunner

from hubbub.core.contracts.jobs import JobNotFound, JobType, UnknownJobType
from hubbub.plugins.jobs import commands
from hubbub.tests.plugins.jobs.conftest import Worker


@pytest.fixture
def run(make_worker: Any) -> Any:
    """Return `run(*arguments)`: the result of a command on a server that has the kind "tidy"."""
    worker: Worker = make_worker(JobType(name="tidy", run=lambda data, progress: None), JobSettings={"RunJobs": False})
    cli = click.Group()
    commands.register(cli, worker.jobs, worker.plugin.types)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli, ["job", *arguments])

    return run


def test_a_job_is_queued_listed_shown_and_cancelled(run: Any) -> None:
    assert "tidy" in run("types").output.split()
    assert run("list").stderr == "There are no such jobs.\n"
    job_id = run("queue", "tidy", "--data", "room=attic", "--data", "by=5 pm").output.split("(")[1][:26]
    (line,) = run("list", "--type", "tidy", "--status", "pending").stdout.splitlines()
    assert line.split()[0] == job_id
    assert run("show", job_id).output.splitlines()[1:] == ["  by: 5 pm", "  room: attic"]
    assert "canceled" in run("cancel", job_id).output
    assert run("list", "--status", "pending").stdout == ""


def test_what_does_not_fit_is_refused(run: Any) -> None:
    assert isinstance(run("queue", "nonsense").exception, UnknownJobType)
    assert "write NAME=VALUE" in run("queue", "tidy", "--data", "room").output
    assert isinstance(run("show", "nothing").exception, JobNotFound)
