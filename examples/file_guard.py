"""Looks at files: programs are refused, some words are blacked out in text files, drafts aren't given out."""

from typing import IO

import msgspec

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.files import FileInfo
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl


class Settings(msgspec.Struct, frozen=True):
    """PluginSettings.Plugins["file_guard"]."""

    Refused: tuple[str, ...] = ("exe", "bat", "scr")
    Hidden: str = "top secret"
    Kept: tuple[str, ...] = ()


manifest = Manifest(
    id="file_guard",
    version="1.0.0",
    summary="No programs, no secrets, no drafts",
    config=Settings,
    reloadable=True,
)


class Plugin:
    """Consulted before a file is kept, and before it is given out."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def file_will_be_uploaded(self, info: FileInfo, file: IO[bytes], output: IO[bytes]) -> None:
        """Refuse by the name, change by the content: line by line, whatever the file's size."""
        settings = self._context.settings
        if info.extension in settings.Refused:
            raise Rejected(f"Files of the type {info.extension} can't be sent here.")
        if info.mime_type.startswith("text/"):
            for line in file:
                output.write(line.replace(settings.Hidden.encode(), b"*" * len(settings.Hidden)))

    @hookimpl
    def files_in_use(self, file_ids: list[str]) -> list[str]:
        """Keep files that are linked from elsewhere, though no message has them."""
        return [file_id for file_id in file_ids if file_id in self._context.settings.Kept]

    @hookimpl
    def file_will_be_downloaded(self, info: FileInfo, user_id: str) -> None:
        """Keep drafts to those who sent them."""
        if info.name.startswith("draft") and user_id != info.user_id:
            raise Rejected("This is a draft: ask its author.")
