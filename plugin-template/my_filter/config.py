"""What can be set, in config.json under PluginSettings.Plugins["my_filter"]."""

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """The settings; a value of another type keeps the server from starting and is named."""

    Words: tuple[str, ...] = ("heck",)
    Replacement: str = "****"
