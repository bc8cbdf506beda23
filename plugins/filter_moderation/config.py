"""Settings of the moderation of messages."""

from typing import Annotated

import msgspec

from hubbub.core.config.setting import Setting
from hubbub.core.filtering import FilterSettings
from hubbub.core.ids import is_valid_id


class ModerationSettings(FilterSettings, frozen=True):
    """`PluginSettings.Plugins["filter_moderation"]`."""

    Channels: Annotated[
        tuple[str, ...], Setting("Channels in which all messages wait: ids, or team/channel as in an address")
    ] = ()
    NewMemberHours: Annotated[
        int,
        msgspec.Meta(ge=0, le=8_760),
        Setting("In all channels of teams, messages of accounts that are younger than this wait; 0 is none"),
    ] = 0
    Moderators: Annotated[
        tuple[str, ...], msgspec.Meta(max_length=20), Setting("User names of those who decide; system admins may, too")
    ] = ()
    MaxWaiting: Annotated[
        int, msgspec.Meta(ge=1, le=1_000), Setting("How many messages of one author may wait at the same time")
    ] = 20
    ExemptBots: Annotated[bool, Setting("Leave posts of bots alone")] = True
    ExemptWebhooks: Annotated[bool, Setting("Leave posts of incoming webhooks alone")] = True
    ExemptAdmins: Annotated[bool, Setting("Leave posts of system admins alone")] = True

    def __post_init__(self) -> None:
        for text in self.Channels:
            team, slash, channel = text.partition("/")
            if not (is_valid_id(text) or (slash and team and channel and "/" not in channel)):
                raise ValueError(f"Channels has {text!r}: write a channel's id, or team/channel as in its address")
