"""Wiring of the storage_s3 plugin."""

from typing import Any, Final

from hubbub.core.contracts.files import FileStore
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.storage_s3.client import S3Connection, S3Problem
from hubbub.plugins.storage_s3.config import S3Settings, of_files
from hubbub.plugins.storage_s3.routes import S3Routes
from hubbub.plugins.storage_s3.store import S3Store

PROBE_S: Final = 20
COMPONENT: Final = "filestore"
"""What `GET /system/ping` and administrators are shown."""


class Plugin:
    """Offers the driver `amazons3`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._read: tuple[Any, S3Settings] | None = None
        self._s3 = S3Connection(self._settings, context.log, self._failed)
        self._store = S3Store(self._s3, lambda: context.settings.PresignSeconds)
        self._routes = S3Routes(context)

    def _settings(self) -> S3Settings:
        config = self._context.config
        if self._read is None or self._read[0] is not config:
            self._read = config, of_files(config.FileSettings, self._context.settings.Connections)
        return self._read[1]

    def _failed(self, problem: S3Problem) -> None:
        if self._context.config.FileSettings.DriverName == S3Store.driver_name:
            self._context.health.set(COMPONENT, ok=False, detail=str(problem))

    @hookimpl
    def on_activate(self) -> None:
        """Where files are kept in the bucket: refuse settings that can't work, and begin to look after it."""
        files = self._context.config.FileSettings
        if files.DriverName != S3Store.driver_name:
            return
        self._settings().check()
        if files.AmazonS3SignV2:
            self._context.log.warning("FileSettings.AmazonS3SignV2 is ignored: requests are signed by version 4")
        if self._s3.client is not None:  # made now: the first upload needn't wait for it
            self._context.tasks.every(PROBE_S, self.probe, "look whether the bucket works")
        self._context.tasks.submit(self.probe)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operation that tries a bucket."""
        self._routes.register(router)

    @hookimpl
    def register_file_stores(self) -> list[FileStore]:
        """Offer the bucket."""
        return [self._store]

    def probe(self) -> None:
        """Note whether the bucket works."""
        try:
            self._s3.call("list_objects_v2", Prefix=self._settings().prefix, MaxKeys=1)
        except S3Problem as problem:
            self._failed(problem)
        else:
            self._context.health.set(COMPONENT, ok=True)
