"""Wiring of the storage_local plugin."""

from pathlib import Path

from hubbub.core.contracts.files import FileStore
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.storage_local.store import LocalStore


class Plugin:
    """Offers the driver `local`."""

    def __init__(self, context: PluginContext) -> None:
        self._store = LocalStore(Path(context.config.FileSettings.Directory), context.tasks.run_in_thread)

    @hookimpl
    def register_file_stores(self) -> list[FileStore]:
        """Offer the folder."""
        return [self._store]
