"""Our client's files from a content delivery network, which fetches them here and keeps them near the people.

A network that is broken, or blocked where somebody sits, must not keep them out; one that was taken over must not run
its own code in the page. So a small script of the site's own notices what can't be loaded, and every file is named with
its hash (Subresource Integrity).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import urlsplit

from hubbub.core.http import Request
from hubbub.plugins.webclient.assets import Assets

OWN_FILES: Final = "hubbub_own_files"
"""Cookie of a browser that can't use the network: it gets the files from here until the cookie ends."""
PATTERN: Final = r"^(https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?)?$"
"""SECURITY: the address becomes part of a Content-Security-Policy, where a blank or semicolon would say more."""


def address_for(req: Request, configured: str) -> str:
    """Return the network's address for a browser, "" for one that had no success with it."""
    return "" if req.get_cookie_values(OWN_FILES) else configured.rstrip("/")


def origin(address: str) -> str:
    """Return scheme, host and port of an address that fits `PATTERN`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


class Sealed:
    """The hashes of one version's files, as browsers check them, worked out once."""

    def __init__(self, assets: Assets) -> None:
        self._hashes: Mapping[str, str] = {name: _hash(asset.data) for name, asset in assets.files.items()}

    def attributes(self, name: str) -> str:
        """Return the attributes of a tag that loads a file from elsewhere."""
        return f' crossorigin integrity="{self._hashes[name]}"'

    def import_map(self, files: str, named: list[str]) -> tuple[str, str]:
        """Return the tag with the hashes of modules that no tag names, and the source for it in a policy.

        Browsers that don't know `integrity` in an import map (before 2025) load those modules unchecked.
        """
        late = [name for name in self._hashes if name.endswith(".js") and name not in named]
        text = json.dumps(
            {"integrity": {f"{files}/{name}": self._hashes[name] for name in late}}, separators=(",", ":")
        )
        text = text.replace("<", "\\u003c")
        return f'<script type="importmap">{text}</script>', f"'{_hash(text.encode())}'"


def fallback_tag(files: str) -> str:
    """Return the tag of the script that notices what can't be loaded; it comes from the site itself."""
    return f'<script src="{escape(files)}/cdn.js" data-cookie="{OWN_FILES}"></script>'


def _hash(data: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
