"""Files: what is known of one, and where its bytes are kept."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType


class FileInfo(msgspec.Struct, kw_only=True):
    """A file's facts. `size` in bytes, `width` and `height` in pixels, times in ms."""

    id: str
    user_id: str = ""
    post_id: str | UnsetType = UNSET
    channel_id: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    name: str = ""
    extension: str = ""
    size: int = 0
    mime_type: str = ""
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    has_preview_image: bool | UnsetType = UNSET
    mini_preview: str | None = None
    remote_id: str | None = None
    archived: bool = False


class FileStore(Protocol):
    """A place for bytes, by path (as `20261122/teams/…`). Chosen by `FileSettings.DriverName`."""

    driver_name: str

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` to before `end`, in pieces. Raises `FileNotFoundError`."""

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        """Store all of it or nothing; returns the number of bytes."""

    def exists(self, path: str) -> bool:
        """Say whether there is a file."""

    def size(self, path: str) -> int:
        """Return its size in bytes. Raises `FileNotFoundError`."""

    def copy(self, source: str, target: str) -> None:
        """Copy within the store."""

    def move(self, source: str, target: str) -> None:
        """Rename within the store."""

    def list(self, prefix: str) -> Iterator[str]:
        """Return the paths below a folder."""

    def remove(self, path: str) -> None:
        """Remove a file; does nothing when it is gone."""

    def presigned_url(self, path: str, *, seconds: int) -> str | None:
        """Return an address from which a client may fetch it directly, or None."""
