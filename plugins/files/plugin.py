"""Wiring of the files plugin."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import click

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.files import FileService
from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostRecorder
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.files.access import FileAccess
from hubbub.plugins.files.bulk import AttachmentsPart
from hubbub.plugins.files.commands import file_commands
from hubbub.plugins.files.orphans import Orphans
from hubbub.plugins.files.recorder import FileRecorder
from hubbub.plugins.files.retention import FileRetention
from hubbub.plugins.files.routes import FileRoutes
from hubbub.plugins.files.routes_uploads import UploadRoutes
from hubbub.plugins.files.search import FileSearch
from hubbub.plugins.files.service import Files
from hubbub.plugins.files.uploads import Uploads

CLEAN_UP_S: Final = 3_600
WEEK_S: Final = 7 * 86_400


class KeptFiles:
    """Implements `FileService`."""

    def __init__(self, files: Files, search: FileSearch) -> None:
        self.save = files.save
        self.search = search.search


class Plugin:
    """Attachments of posts."""

    def __init__(self, context: PluginContext) -> None:
        self._files = Files(context)
        self._service = KeptFiles(self._files, FileSearch(context.db))
        self._retention = FileRetention(context, self._files)
        self._orphans = Orphans(context, self._files)
        access = FileAccess(context)
        self._recorder = FileRecorder(context, self._files.store)
        self._routes = FileRoutes(context, self._files, access)
        self._context = context
        self._uploads = Uploads(context, self._files)
        self._upload_routes = UploadRoutes(context, self._uploads, access)

    def provide(self) -> Mapping[type, object]:
        """Provide keeping and finding files."""
        return {FileService: self._service}

    @hookimpl
    def on_activate(self) -> None:
        """Stop the start when nothing keeps files as the configuration wants it."""
        self._context.tasks.every(CLEAN_UP_S, self._uploads.clean_up, "uploads that nobody goes on with")
        if self._files.stores.known:
            self._files.stores.current  # noqa: B018  # it raises

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on files."""
        self._routes.register(router)
        self._upload_routes.register(router)

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub files`."""
        cli.add_command(file_commands(self._context, self._files.stores, self._orphans))

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job that removes what belongs to nothing, once a week where that is wanted."""
        return [
            JobType(
                name="orphaned_files",
                run=self._orphans.run,
                every_s=WEEK_S,
                enabled=lambda _config: self._orphans.days > 0,
            )
        ]

    @hookimpl
    def register_post_recorders(self) -> list[PostRecorder]:
        """Attach files to new posts."""
        return [self._recorder]

    @hookimpl
    def posts_metadata(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        """Show files with their posts."""
        return self._files.shown_with(posts)

    @hookimpl
    def channel_stats(self, channel_id: str) -> dict[str, int]:
        """Count a channel's files."""
        return {"files_count": self._files.store.count_in_channel(channel_id)}

    @hookimpl
    def thread_has_been_moved(self, new_ids: Mapping[str, str], channel: Channel) -> None:
        """Files go with their posts."""
        self._files.follow(new_ids, channel)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        """Files go with their posts, for good."""
        self._retention.erase_of(post_ids)

    @hookimpl
    def run_data_retention(self, now_time: int, batch_size: int) -> int:
        """Remove files that are too old."""
        return self._retention.run(now_time, batch_size)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring attachments."""
        return [AttachmentsPart(self._files)]
