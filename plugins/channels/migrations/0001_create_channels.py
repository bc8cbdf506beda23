"""Create the tables of channels."""

from hubbub.core.db import Migrator
from hubbub.plugins.channels.models import (
    ChannelMemberHistory,
    ChannelMembers,
    Channels,
    PublicChannels,
)


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    for model in (Channels, ChannelMembers, ChannelMemberHistory, PublicChannels):
        m.create_table(model)
