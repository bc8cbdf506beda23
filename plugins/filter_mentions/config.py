"""Settings of the filter for mentions."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Setting
from hubbub.core.filtering import FilterSettings


class MentionsSettings(FilterSettings, frozen=True):
    """`PluginSettings.Plugins["filter_mentions"]`."""

    Max: Annotated[int, msgspec.Meta(ge=0), Setting("How many names one message may mention")] = 10
    AllowEverybody: Annotated[bool, Setting("Allow @channel, @all and @here")] = True
