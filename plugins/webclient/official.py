"""The official web client's files, served from the folder that an administrator names."""

import mimetypes
from pathlib import Path
from typing import Final

ROOT_PAGE: Final = "root.html"
PUBLIC_PATH_SCRIPT: Final = "hubbub-public-path.js"
"""A file that isn't in the folder: it tells the client below which path the site is."""
_TYPES: Final = {".js": "text/javascript", ".wasm": "application/wasm", ".woff2": "font/woff2", ".mp3": "audio/mpeg"}
"""What browsers insist on, whatever the machine's own list says."""
_REWRITTEN: Final = (".css", ".json", ".webmanifest")


class OfficialClient:
    """Reads files when they are asked for: they are many and large, and belong to somebody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def root_page(self, subpath: str) -> bytes | None:
        """Return root.html with the addresses of a site below `subpath`; None when it isn't there."""
        found = self._read(ROOT_PAGE)
        if found is None or not subpath:
            return found
        script = f'<script src="{subpath}/static/{PUBLIC_PATH_SCRIPT}"></script>'.encode()
        return _below(found, subpath).replace(b"<head>", b"<head>" + script, 1)

    def file(self, name: str, subpath: str) -> tuple[bytes, str] | None:
        """Return the bytes and type of a file; None when it isn't there or would be outside of the folder."""
        if name == PUBLIC_PATH_SCRIPT:
            text = f"window.publicPath='{subpath}/static/';window.basename='{subpath}';"
            return text.encode(), "text/javascript; charset=utf-8"
        data = self._read(name)
        if data is None:
            return None
        if subpath and name.endswith(_REWRITTEN):
            data = _below(data, subpath)
        suffix = Path(name).suffix
        return data, _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"

    def _read(self, name: str) -> bytes | None:
        try:
            path = (self._folder / name).resolve()
            # SECURITY: neither ".." nor a symbolic link leads out of the folder.
            return path.read_bytes() if path.is_relative_to(self._folder) and path.is_file() else None
        except (OSError, ValueError):  # a name that no file can have
            return None


def _below(data: bytes, subpath: str) -> bytes:
    old, new = b"/static/", f"{subpath}/static/".encode()
    for mark in (b'"', b"'", b"("):
        data = data.replace(mark + old, mark + new)
    return data
