"""Settings of the statuses plugin."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Section, Setting


class StatusSettings(Section, frozen=True):
    """`PluginSettings.Plugins["statuses"]`."""

    OfflineAfterSeconds: Annotated[
        int,
        msgspec.Meta(ge=0, le=600),
        Setting("How long somebody without a connection still counts as online (a page that is loaded again)"),
    ] = 5
