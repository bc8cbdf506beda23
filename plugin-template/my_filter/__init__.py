"""Replaces words in messages before they are stored."""

from hubbub.core.contracts.plugin import Manifest

from my_filter.config import Settings

manifest = Manifest(
    id="my_filter",
    version="0.1.0",
    name="My filter",
    summary="Replaces words in messages before they are stored",
    config=Settings,
    reloadable=True,  # may be turned on and off while the server runs
)
