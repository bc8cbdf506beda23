"""Default channels: made with a team, joined with it, left with it."""

from hubbub.core.contracts.channels import DEFAULT_CHANNEL, Channel, ChannelNotFound
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team, TeamMember
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.channels.service import Channels

OFF_TOPIC = "off-topic"
NAMES = {DEFAULT_CHANNEL: "Town Square", OFF_TOPIC: "Off-Topic"}


class DefaultChannels:
    """Town Square, and Off-Topic or what `TeamSettings.ExperimentalDefaultChannels` names instead."""

    def __init__(self, context: PluginContext, channels: Channels) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = channels

    def names(self) -> list[str]:
        """Return the URL names of the channels that new members join."""
        more = list(self._context.config.TeamSettings.ExperimentalDefaultChannels) or [OFF_TOPIC]
        return list(dict.fromkeys([DEFAULT_CHANNEL, *more]))

    def make(self, team: Team) -> None:
        """Make Town Square and Off-Topic of a new team."""
        for name, display_name in NAMES.items():
            self._channels.create(Channel(id="", team_id=team.id, name=name, display_name=display_name))

    def join(self, member: TeamMember, actor: User | None) -> None:
        """Add a new team member to the default channels."""
        user = self._users.get(member.user_id)
        if user.is_guest:
            return
        for name in self.names():
            try:
                channel = self._channels.get_by_name(member.team_id, name)
                if channel.delete_at or channel.type != "O":
                    continue
                self._channels.members.add(channel, user, actor=actor)
            except ChannelNotFound:
                continue
            except AppError as error:
                self._context.log.warning("%s could not join %s: %s", user.username, name, error)

    def leave(self, member: TeamMember, actor: User | None) -> None:
        """Take somebody who leaves a team out of its channels."""
        for channel_id in self._channels.members.store.in_team(member.user_id, member.team_id):
            self._channels.remove_member(channel_id, member.user_id, actor_id=actor.id if actor else "", from_team=True)
