"""`hubbub db copy`: everything from one database into another, of any engine."""

from dataclasses import dataclass

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.moving.meter import Meter
from hubbub.core.moving.offers import PROGRESS, Plan, Plugins, offers, plan
from hubbub.core.moving.places import Place, Snapshot
from hubbub.core.moving.rows import batches
from hubbub.core.moving.target import Done, Target


@dataclass
class Report:
    """What was done: `moved` says how much in words, `left_out` names each thing that was not."""

    tables: int
    rows: int
    moved: str
    resumed: bool
    left_out: list[str]
    replaced: int

    @property
    def notes(self) -> list[str]:
        """What the user should know, a line each."""
        lines = [f"left out: {text}" for text in self.left_out]
        if self.replaced:
            lines.append(f"{self.replaced} texts held NUL, which PostgreSQL can't store: U+FFFD is there instead")
        return lines


def copy(source: Place, target: Place, plugins: Plugins, *, while_running: bool = False) -> Report:
    """Copy everything and compare it. The source is only read, all of it as it was at one moment.

    Interrupted, the same call goes on where it was. Raises `CommandFailed` with the reason and what to do.
    """
    if source.name == target.name:
        raise CommandFailed(f"--from and --to are the same database: {source.name}.")
    _check_source(source, while_running=while_running)
    to = Target(target, plugins, source.engine)
    resumed = to.begin(f"copy of {source.name}", resumes=True)
    snapshot = Snapshot(source.db)
    try:
        offered, _ = offers(source.db, snapshot.fetch_all, plugins)
        planned = plan(offered, source.engine, target.db, to.adopt)
        moved = _move(planned, to, source, snapshot)
    finally:
        snapshot.close()
    refuse_differences(planned, to)
    to.finish()
    rows = sum(done.rows for done in to.done.values())
    return Report(len(planned.tasks), rows, moved, resumed, planned.left_out, to.replaced)


def refuse_strange(source: Place) -> None:
    """Raise `CommandFailed` unless a whole Hubbub or Mattermost site is there."""
    names = source.tables()
    if PROGRESS in names:
        raise CommandFailed(
            f"{source.name} holds a copy or a restore that isn't finished. Run that command again first."
        )
    if not {"hb_migrations", "db_migrations"} & names:
        raise CommandFailed(
            f"{source.name} is neither a Hubbub nor a Mattermost database"
            + (f": it has {len(names)} tables, but not their list of migrations." if names else ": it is empty.")
            + f" Correct {source.option}."
        )


def _check_source(source: Place, *, while_running: bool) -> None:
    refuse_strange(source)
    others = source.others()
    if others and not while_running:
        raise CommandFailed(
            f"{source.name} is in use ({others}). Stop the server that runs on it, else what people write meanwhile"
            " is missing in the copy; with --while-running it is copied as it is at this moment."
        )


def _move(planned: Plan, to: Target, source: Place, snapshot: Snapshot) -> str:
    meter = Meter(planned.rows - sum(done.rows for done in to.done.values()), "rows")
    for task in planned.tasks:
        before = to.done.get(task.name, Done())
        meter.step(task.name)
        if before.is_done:
            continue
        found = batches(snapshot.fetch_all, source.db.dialect, task.name, task.columns, task.offered.key, before.last)
        to.write(task, found, meter.add)
    return meter.end()


def refuse_differences(planned: Plan, to: Target) -> None:
    """Read everything back and raise `CommandFailed` when it isn't what was moved."""
    wrong = [text for task in planned.tasks if (text := to.wrong_with(task))]
    short = [
        f"{task.name}: {to.done[task.name].rows} of {task.offered.rows} rows were moved"
        for task in planned.tasks
        if to.done[task.name].rows != task.offered.rows
    ]
    if wrong or short:
        raise CommandFailed(
            f"what is in {to.place.name} isn't what was moved: {'; '.join(wrong + short)}. Somebody changed one of the"
            " two meanwhile. Make the target anew and empty, see that nothing else uses either, and begin again."
        )
