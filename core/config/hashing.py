"""A short name for one state of the configuration."""

import hashlib
from typing import Final

import msgspec

from hubbub.core.config.model import Config
from hubbub.core.config.secrets import sanitized

LENGTH: Final = 12


def config_hash(config: Config) -> str:
    """Return 12 hexadecimal digits that change when a setting other than a secret does.

    Equal settings give equal hashes in every process. Costs about a millisecond: use `ConfigStore.hash`, which
    remembers it. SECURITY: secrets are left out, since the hash is shown to clients.
    """
    text = msgspec.json.encode(sanitized(config, {}), order="sorted")
    return hashlib.sha256(text).hexdigest()[:LENGTH]
