"""`hubbub doctor`: looks at configuration, database and data folder, and says whether Hubbub will work with them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hubbub.core.cli import takes_config
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from hubbub.core.app import App
    from hubbub.core.db import Survey
    from hubbub.core.doctor.report import Report

_CONFIGURATION: Final = "Configuration"


@click.command("doctor")
@takes_config
def command() -> None:
    """Say whether Hubbub will work with this configuration, database and data folder; changes nothing.

    Run it before you take over a Mattermost server: it tells what isn't supported yet, with how many rows that is
    about, and what a start would change. Exit code 0 is a go, 1 a no-go.
    """
    from hubbub.core.patching import patch

    patch()
    report = diagnose(default_config_path())
    click.echo(report.text())
    if not report.is_go:
        raise SystemExit(1)


def diagnose(path: Path) -> "Report":
    """Return what there is to say about a server with this config.json."""
    from hubbub.core.doctor.report import Report

    report = Report()
    with _looked_at(path, report) as app:
        if app is not None:
            _examine(app, report)
    return report


@contextmanager
def _looked_at(path: Path, report: "Report") -> Iterator["App | None"]:
    """Yield the server for a copy of the configuration (a start may complete it), None when it can't be built."""
    from hubbub.core.cli_app import create_offline_app
    from hubbub.core.cli_errors import expected_failures, explain
    from hubbub.core.config import ConfigStore

    if not path.exists():
        report.add(_CONFIGURATION, "error", f"There is no {path.absolute()}: name Mattermost's config.json with"
                   " --config.")  # fmt: skip
        yield None
        return
    expected: tuple[type[Exception], ...] = (*expected_failures(), ValueError)
    with tempfile.TemporaryDirectory(prefix="hubbub-doctor-") as folder:
        copy = Path(folder) / "config.json"
        try:
            shutil.copyfile(path, copy)
            app = create_offline_app(ConfigStore(copy))
        except expected as error:
            text = explain(error).replace(str(copy), str(path))
            report.add(_CONFIGURATION, "error", text)
            yield None
            return
        _look_at_configuration(path, app, report)
        try:
            yield app
        finally:
            app.db.close()


def _look_at_configuration(path: Path, app: "App", report: "Report") -> None:
    report.add(
        _CONFIGURATION, "ok", f"{path.absolute()} can be used; the database is {app.config.SqlSettings.DriverName}."
    )


def _look_at_their_plugins(app: "App", report: "Report") -> None:
    known = set(app.plugins.ids)
    theirs = [
        plugin
        for plugin, state in app.config.PluginSettings.PluginStates.items()
        if state.Enable and plugin not in known
    ]
    if theirs:
        report.add(_CONFIGURATION, "warning", "Mattermost's own plugins don't run here:"
                   f" {', '.join(sorted(theirs))}.")  # fmt: skip


def _examine(app: "App", report: "Report") -> None:
    from hubbub.core.cli_errors import explain
    from hubbub.core.contracts.errors import AppError
    from hubbub.core.db import MigrationFailed
    from hubbub.core.doctor import connection, site

    found: Survey | None = None
    if connection.opened(app.db, app.config.data_directory, report):
        try:
            found = _survey(app, report)
        except (AppError, MigrationFailed) as error:
            report.add(connection.SECTION, "error", f"{explain(error)}")
    site.look_at_folder(app, found, report)


def _survey(app: "App", report: "Report") -> "Survey":
    from hubbub.core.db import expected_tables, survey
    from hubbub.core.doctor import connection, site

    found = survey(app.db, expected_tables(app.plugins.migrations()))
    if found.schema is not None:
        report.add(connection.SECTION, "ok", f"It is the database of {found.schema.text}.")
    elif found.is_ours:
        report.add(connection.SECTION, "ok", "It is Hubbub's own.")
    for finding in found.findings:
        report.add(connection.SECTION, finding.level, str(finding))
    table = "users" if "users" in found.tables and not found.errors else None
    connection.look_at_rights(app.db, report, table)
    connection.look_at_company(app.db, report)
    if not found.errors:
        site.look_at_changes(app, found, report)
        if found.schema is not None:
            _look_at_their_plugins(app, report)
            site.look_at_features(app, found, report)
    return found
