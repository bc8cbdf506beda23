"""Keeps files in memory, for demonstrations. FileSettings.DriverName picks a store by its name.

Here that is amazons3, so turn the plugin storage_s3 off; "local" would do too, without the plugin storage_local.
"""

from collections.abc import Iterable, Iterator, Mapping

from hubbub.core.clock import now_ms
from hubbub.core.contracts.files import FileStore
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="memory_files", version="1.0.0", summary="Files in memory (driver amazons3)", reloadable=True)


class MemoryStore:
    """A `FileStore`. `hubbub.core.testing.suites.FileStoreSuite` says what is expected of one."""

    driver_name = "amazons3"

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._times: dict[str, int] = {}

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        yield self._get(path)[start:end]

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        if "\0" in path or ".." in path.split("/") or path.startswith("/"):
            raise ValueError(f"{path!r} leads out of the store")
        content = b"".join(pieces)
        self._files[path] = content
        self._times[path] = now_ms()
        return len(content)

    def exists(self, path: str) -> bool:
        return path in self._files

    def size(self, path: str) -> int:
        return len(self._get(path))

    def modified(self, path: str) -> int:
        self._get(path)
        return self._times[path]

    def copy(self, source: str, target: str) -> None:
        self.write(target, [self._get(source)])

    def move(self, source: str, target: str) -> None:
        self.write(target, [self._files.pop(source)])

    def list(self, prefix: str) -> Iterator[str]:
        return (path for path in sorted(self._files) if not prefix or path.startswith(f"{prefix}/"))

    def remove(self, path: str) -> None:
        self._files.pop(path, None)

    def presigned_url(self, path: str, *, seconds: int, headers: Mapping[str, str]) -> str | None:
        return None

    def _get(self, path: str) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(path)
        return self._files[path]


class Plugin:
    """Offers the store; with several workers each would have its own."""

    def __init__(self, context: PluginContext) -> None:
        self._store = MemoryStore()

    @hookimpl
    def register_file_stores(self) -> list[FileStore]:
        """Offer it."""
        return [self._store]
