"""Settings of the filter for secrets."""

from typing import Annotated, Literal

from hubbub.core.config.setting import Setting
from hubbub.core.filtering import FilterSettings


class SecretsSettings(FilterSettings, frozen=True):
    """`PluginSettings.Plugins["filter_secrets"]`."""

    Action: Annotated[
        Literal["mask", "reject"], Setting("mask puts a note in its place, reject refuses the message")
    ] = "reject"
    Keys: Annotated[bool, Setting("Find keys and tokens of well-known services, and private keys")] = True
    CardNumbers: Annotated[bool, Setting("Find numbers of payment cards")] = True
    Patterns: Annotated[
        dict[str, str], Setting("More to find: what it is called, and a regular expression for it")
    ] = {}  # noqa: RUF012  # msgspec makes one of each
