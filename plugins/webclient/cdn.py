"""Our client's files from a content delivery network, which fetches them here and keeps them near the people.

A network that is broken, or blocked where somebody sits, must not keep them out; one that was taken over must not run
its own code in the page. So a small script of the site's own notices what can't be loaded, and every file is named with
its hash (Subresource Integrity).
"""

import json
from html import escape
from typing import Final
from urllib.parse import urlsplit

from hubbub.core.http import Request
from hubbub.plugins.webclient.assets import Asset, Assets, integrity

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


def sealed(asset: Asset) -> str:
    """Return the attributes of a tag that loads a file from elsewhere."""
    return f' crossorigin integrity="{asset.integrity()}"'


def import_map(assets: Assets, files: str, named: list[str]) -> tuple[str, str]:
    """Return the tag with the hashes of modules that no tag names, and the source for it in a policy.

    Browsers that don't know `integrity` in an import map (before 2025) load those modules unchecked.
    """
    late = [name for name in assets.files if name.endswith(".js") and name not in named]
    hashes = {f"{files}/{name}": assets.files[name].integrity() for name in late}
    text = json.dumps({"integrity": hashes}, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="importmap">{text}</script>', f"'{integrity(text.encode())}'"


def fallback_tag(files: str) -> str:
    """Return the tag of the script that notices what can't be loaded; it comes from the site itself."""
    return f'<script src="{escape(files)}/cdn.js" data-cookie="{OWN_FILES}"></script>'
