"""What a failure looks like on the command line: one clear line with what to do, never a stack."""

import errno
import sys
from pathlib import Path

from hubbub.core.contracts.errors import AppError


class CommandFailed(Exception):
    """A command can't do what it was asked to; the text says why and what to do."""


def expected_failures() -> tuple[type[Exception], ...]:
    """Return the exceptions that are the user's business, not bugs."""
    from hubbub.core.hooks import HookError
    from hubbub.core.loader import PluginError
    from hubbub.core.services import ServiceError

    known: tuple[type[Exception], ...] = (CommandFailed, AppError, PluginError, HookError, ServiceError, OSError)
    # Only what uses the database has imported it; it comes after gevent's patch, so not from here.
    database = sys.modules.get("hubbub.core.db")
    return known if database is None else (*known, database.MigrationFailed)


def explain(error: Exception) -> str:
    """Return the text for people."""
    if isinstance(error, AppError):
        return f"{error.text} ({error.detailed_error})" if error.detailed_error else error.text
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def cannot_listen(address: str, error: OSError) -> CommandFailed:
    """Return the failure for an address that can't be listened on."""
    if error.errno == errno.EADDRINUSE:
        return CommandFailed(
            f"{address} is in use by another program. Stop that one, or choose another address with --listen or "
            "ServiceSettings.ListenAddress."
        )
    if error.errno == errno.EACCES:
        return CommandFailed(
            f"{address} may not be used by this user (ports below 1024 belong to root). Choose a port like 8065 with "
            "--listen or ServiceSettings.ListenAddress, and let a proxy take the low one."
        )
    return CommandFailed(
        f"{address} can't be used: {error.strerror or error}. Choose another with --listen or "
        "ServiceSettings.ListenAddress."
    )


def unwritable(folder: Path, setting: str, error: OSError) -> CommandFailed:
    """Return the failure for a folder in which nothing can be written."""
    return CommandFailed(
        f"the folder {folder} can't be written: {error.strerror or error}. Let this user write there, or name another "
        f"folder in {setting}."
    )
