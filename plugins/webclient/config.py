"""Settings of the web client."""

from typing import Annotated

from hubbub.core.config.setting import Section, Setting


class WebClientSettings(Section, frozen=True):
    """`PluginSettings.Plugins["webclient"]`."""

    Directory: Annotated[
        str,
        Setting("Folder with the official web client's files (the one that holds root.html), served instead of ours"),
    ] = ""
