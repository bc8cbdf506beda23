"""Protects what is marked: channels with [keep] in their purpose stay, those with [staff] take no guests."""

from typing import Any

from hubbub.core.contracts.channels import Channel, ChannelMember, ChannelService
from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.teams import TeamMember
from hubbub.core.contracts.users import UserService
from hubbub.hookspecs import hookimpl

manifest = Manifest(
    id="guard",
    version="1.0.0",
    summary="Protects marked channels and the site's name",
    requires=(ChannelService, UserService),
    reloadable=True,
)


class Plugin:
    """Each hook is consulted before the change; raising `Rejected` stops it, and the user reads why."""

    def __init__(self, context: PluginContext) -> None:
        self._channels = context.service(ChannelService)
        self._users = context.service(UserService)

    @hookimpl
    def channel_will_be_archived(self, channel: Channel) -> None:
        if "[keep]" in channel.purpose:
            raise Rejected("This channel is to be kept: take [keep] out of its purpose first.")

    @hookimpl
    def channel_member_will_be_added(self, channel_member: ChannelMember) -> None:
        purpose = self._channels.get(channel_member.channel_id).purpose
        if "[staff]" in purpose and self._users.get(channel_member.user_id).is_guest:
            raise Rejected("This channel is for staff only.")

    @hookimpl
    def team_member_will_be_added(self, team_member: TeamMember) -> None:
        if self._users.get(team_member.user_id).username.startswith("test-"):
            raise Rejected("Accounts for tests stay out of teams.")

    @hookimpl
    def configuration_will_be_saved(self, new_config: dict[str, Any], old_config: dict[str, Any]) -> None:
        new = new_config.get("TeamSettings", {}).get("SiteName")
        if new not in (None, old_config["TeamSettings"]["SiteName"]):
            raise Rejected("The site's name is set in config.json only.")
