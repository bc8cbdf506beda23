"""Web assets: files that a plugin wants served to browsers."""

from pathlib import Path

import msgspec


class WebAssets(msgspec.Struct, kw_only=True, frozen=True):
    """A folder served below `/plugins/<plugin id>/<prefix>`; `script` is loaded by the web client, if any."""

    directory: Path
    prefix: str = ""
    script: str = ""
