"""What comes with a Mattermost site: what isn't supported, what changes, whether its files are there."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.files import FileStores
from hubbub.core.db import Survey, mattermost_schema, migrate
from hubbub.core.db.older import NEWER
from hubbub.core.doctor.features import CONFIGURED, FEATURES, Capabilities
from hubbub.core.doctor.report import Report

if TYPE_CHECKING:
    from hubbub.core.app import App

MISSING: Final = "Not supported yet"
CHANGES: Final = "What will change"
FOLDER: Final = "Data folder"
STORE: Final = "File store"
_LOOKED_AT: Final = 200
_ASKED_FOR: Final = 20
"""Fewer where each is a request."""


def look_at_features(app: "App", found: Survey, report: Report) -> None:
    """Report what is in use and not supported, with how many rows it is about."""
    able = Capabilities(app)
    for feature in FEATURES:
        if feature.table in found.tables and not feature.offered(able):
            where = f" WHERE {feature.where}" if feature.where else ""
            count = int(app.db.fetch_value(f"SELECT COUNT(*) FROM {{{feature.table}}}{where}"))
            if count:
                report.add(MISSING, "warning", f"{feature.what}: {count}; {feature.effect}.")
    for section, key, value, what, offered in CONFIGURED:
        if getattr(getattr(app.config, section), key) == value and not offered(able):
            report.add(MISSING, "warning", f"{what} ({section}.{key}).")
    if "configurations" in found.tables and app.db.fetch_value("SELECT COUNT(*) FROM {configurations}"):
        report.add(MISSING, "warning", "a configuration that is kept in the database: write it to a file with"
                   " `mattermost config migrate` or `mmctl config show`, and name that with --config.")  # fmt: skip


def look_at_changes(app: "App", found: Survey, report: Report) -> None:
    """Report what a start would change in the database."""
    steps = migrate(app.db, app.plugins.migrations(), plan=True)
    schema = mattermost_schema(app.db) if "db_migrations" in found.tables else None
    if not steps:
        report.add(CHANGES, "ok", "No migration is pending.")
    if schema is None:
        if steps:
            report.add(CHANGES, "note", f"{len(steps)} migrations would run; `hubbub migrate --plan` lists them.")
        return
    if steps:
        report.add(CHANGES, "note", "Tables are added whose names begin with hb_, and those of the schema that are not"
                   " there yet. No table, column, index or row that is there is changed or removed by the"
                   " start.")  # fmt: skip
    form = "PBKDF2, as Mattermost 11 does" if schema.knows_pbkdf2 else "bcrypt, which every version reads"
    report.add(CHANGES, "note", f"New passwords are hashed with {form}; those that are there stay valid.")
    lacking = [
        f"{table}.{column}"
        for table, columns in NEWER.items()
        for column in columns
        if table in found.tables and column not in found.tables[table]
    ]
    if lacking:
        report.add(CHANGES, "note", "Columns of later versions that aren't there, and aren't added: what they would"
                   f" hold isn't kept ({', '.join(lacking)}).")  # fmt: skip


def look_at_folder(app: "App", found: Survey | None, report: Report) -> None:
    """Report whether the files are where the database says, and whether the folders can be written."""
    _look_at(app.config.data_directory, "HubbubSettings.DataDirectory", report)
    if app.config.FileSettings.DriverName != "local":
        _look_at_store(app, found, report)
        return
    folder = Path(app.config.FileSettings.Directory)
    _look_at(folder, "FileSettings.Directory", report)
    if found is None or "fileinfo" not in found.tables or not folder.is_dir():
        return
    paths = _newest(app, _LOOKED_AT)
    lost = [path for path in paths if not (folder / path.lstrip("/")).is_file()]
    if lost:
        report.add(FOLDER, "warning", f"{len(lost)} of the newest {len(paths)} files aren't in {folder.absolute()}"
                   f" ({lost[0]}): is FileSettings.Directory right? Paths are relative to the working"
                   " directory.")  # fmt: skip
    elif paths:
        report.add(FOLDER, "ok", f"The newest {len(paths)} files are there.")


def _newest(app: "App", count: int) -> list[str]:
    rows = app.db.fetch_all(f"SELECT path FROM {{fileinfo}} WHERE deleteat = 0 ORDER BY createat DESC LIMIT {count}")
    return [str(row[0] or "") for row in rows]


def _look_at_store(app: "App", found: Survey | None, report: Report) -> None:
    """Report whether a file store that is no folder works, and has the files that the database knows."""
    try:
        store = FileStores(app).current
        known = found is not None and "fileinfo" in found.tables
        paths = [path.lstrip("/") for path in _newest(app, _ASKED_FOR)] if known else []
        store.exists("hubbub-doctor-asks")
        lost = [path for path in paths if not store.exists(path)]
    except AppError as error:
        report.add(STORE, "error", f"It doesn't work: {error.__cause__ or error.text}.")
        return
    if lost:
        report.add(STORE, "warning", f"{len(lost)} of the newest {len(paths)} files aren't in it ({lost[0]}): are"
                   " FileSettings.AmazonS3Bucket and AmazonS3PathPrefix right?")  # fmt: skip
    else:
        report.add(STORE, "ok", f"It answers ({store.driver_name}), and the newest {len(paths)} files are there.")


def _look_at(folder: Path, setting: str, report: Report) -> None:
    nearest = folder.absolute()
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir():
        report.add(FOLDER, "error", f"{nearest} is no folder: name another in {setting}.")
    elif not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        report.add(FOLDER, "error", f"{nearest} can't be written by this user: let it write there, or name another"
                   f" folder in {setting}.")  # fmt: skip
    elif nearest == folder.absolute():
        report.add(FOLDER, "ok", f"{nearest} ({setting}) can be written.")
    else:
        report.add(FOLDER, "note", f"{folder.absolute()} ({setting}) isn't there yet: it would be made.")
