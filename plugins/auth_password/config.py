"""Settings of the passwords plugin."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Section, Setting


class PasswordHashSettings(Section, frozen=True):
    """`PluginSettings.Plugins["auth_password"]`."""

    Iterations: Annotated[
        int,
        msgspec.Meta(ge=1_000, le=10_000_000),
        Setting("Rounds of PBKDF2 for new hashes: fewer are faster and easier to guess", restart=True),
    ] = 600_000
