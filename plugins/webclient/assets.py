"""Files for browsers, held in memory: found by their exact names, so that no path can lead out of the folder."""

import base64
import gzip
import hashlib
from pathlib import Path
from typing import Final

TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
"""What our client consists of; other files in the folder are not served."""
_FIRST: Final = ("js/", "lang/en/", "lang/languages.js")
_STYLES: Final = "styles.css"
_WORTH_IT: Final = 1024
_LEVEL: Final = 9


class Asset:
    """One file. `gzipped()` and `integrity()` are worked out once, by whoever asks first."""

    __slots__ = ("_gzipped", "_integrity", "content_type", "data")

    def __init__(self, data: bytes, content_type: str) -> None:
        self.data = data
        self.content_type = content_type
        self._gzipped: bytes | None = None
        self._integrity = ""

    def gzipped(self) -> bytes | None:
        """Return the file compressed, or None where that doesn't pay."""
        if len(self.data) < _WORTH_IT or self.content_type == "image/png":
            return None
        if self._gzipped is None:
            self._gzipped = gzip.compress(self.data, _LEVEL, mtime=0)
        return self._gzipped

    def integrity(self) -> str:
        """Return the file's hash as browsers check it (Subresource Integrity)."""
        self._integrity = self._integrity or integrity(self.data)
        return self._integrity


def integrity(data: bytes) -> str:
    """Return the hash of some bytes as browsers check it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


class Assets:
    """Our client's files under one name, `version`, made of all their contents.

    Modules import each other by relative addresses, so that one version in the path gives every file an address that
    changes whenever any of them does: nobody gets a mixture of two versions.
    """

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            content_type = TYPES.get(path.suffix)
            if content_type is None or not path.is_file():
                continue
            name, data = path.relative_to(folder).as_posix(), path.read_bytes()
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
            self.files[name] = Asset(data, content_type)
        self.version = digest.hexdigest()[:16]
        sheets = [asset.data for name, asset in self.files.items() if name.startswith("css/")]
        self.files[_STYLES] = Asset(b"\n".join(sheets), TYPES[".css"])

    def find(self, version: str, name: str) -> Asset | None:
        """Return a file of this version, None for any other version or name."""
        return self.files.get(name) if version == self.version else None

    def modules(self) -> list[str]:
        """Return the names of the modules that the first view needs (all but those loaded on demand)."""
        return [name for name in self.files if name.startswith(_FIRST) and "/later/" not in name]

    def styles(self) -> list[str]:
        """Return the names of the style sheets of the first view: one that has all of css/, by their names."""
        return [_STYLES]
