"""Settings of the filter for the rate of posts."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Setting
from hubbub.core.filtering import FilterSettings


class RateSettings(FilterSettings, frozen=True):
    """`PluginSettings.Plugins["filter_rate"]`."""

    Posts: Annotated[int, msgspec.Meta(ge=1, le=1_000), Setting("How many messages somebody may post in the time")] = 10
    Seconds: Annotated[int, msgspec.Meta(ge=1, le=3_600), Setting("The time, in seconds")] = 10
    ExemptBots: Annotated[bool, Setting("Leave posts of bots alone")] = True
    ExemptWebhooks: Annotated[bool, Setting("Leave posts of incoming webhooks alone")] = True
