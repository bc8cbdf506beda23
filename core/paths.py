"""Where config.json is looked for."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

CONFIG_VARIABLE: Final = "HUBBUB_CONFIG"


def default_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return $HUBBUB_CONFIG, else config/config.json if there is a folder config, else config.json.

    The latter two are in the working directory, to which paths in config.json are relative too, so that a server
    is one folder.
    """
    named = environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    folder = Path("config")
    return folder / "config.json" if folder.is_dir() else Path("config.json")
