"""Settings of the web client."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Section, Setting
from hubbub.plugins.webclient.cdn import PATTERN


class WebClientSettings(Section, frozen=True):
    """`PluginSettings.Plugins["webclient"]`."""

    Directory: Annotated[
        str,
        Setting("Folder with the official web client's files (the one that holds root.html), served instead of ours"),
    ] = ""
    CdnURL: Annotated[
        str,
        msgspec.Meta(pattern=PATTERN),
        Setting(
            "Address at which a content delivery network has what is below the site's URL, such as"
            " https://cdn.example.com; the built-in client's files are loaded from there",
            expected="an address such as https://cdn.example.com, without a query",
        ),
    ] = ""
