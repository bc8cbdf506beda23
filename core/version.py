"""Which versions this server has: its own, and the one that clients of the API are told."""

from typing import Final

from hubbub import __version__

VERSION: Final = __version__
"""Hubbub's own version."""
API_VERSION: Final = "11.6.0"
"""The version of the API that is spoken here; official mobile apps refuse servers that say less than 10.11."""
BUILD: Final = f"hubbub-{VERSION}".replace(".", "-")
"""The build number clients are told: no dots, since they split the version at them."""
