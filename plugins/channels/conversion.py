"""Group channels that become private channels of a team."""

import msgspec

from hubbub.core.contracts.channels import GROUP, PRIVATE, Channel, ChannelMemberNotFound
from hubbub.core.contracts.errors import BadRequest, Forbidden, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import SchemeService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.channels.service import Channels


class NoGroupChannel(NotFound):
    id = "app.channel.group_message_conversion.original_channel_not_gm"
    message = "Only a group channel can become a channel of a team."


class NoMember(NotFound):
    id = "app.channel.group_message_conversion.channel_member_missing"
    message = "Only a member of the group channel can make a channel of it."


class NotInTeam(BadRequest):
    id = "app.channel.group_message_conversion.incorrect_team"
    message = "Not all members of the group channel are in the team."


class GuestsDont(Forbidden):
    id = "api.channel.gm_to_channel_conversion.not_allowed_for_user.request_error"
    message = "Guests can't make channels of group channels."


class ConversionBody(msgspec.Struct, kw_only=True):
    """What the private channel is to be called, and in which team."""

    channel_id: str = ""
    team_id: str = ""
    name: str = ""
    display_name: str = ""


class Conversion:
    """Makes private channels of group channels."""

    def __init__(self, context: PluginContext, channels: Channels) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._schemes = context.service(SchemeService)
        self._channels = channels

    def convert(self, wanted: ConversionBody, *, actor_id: str) -> Channel:
        """Move a group channel with all its posts and members into a team; who does so administers it.

        Raises `NoGroupChannel`, `NoMember`, `NotInTeam`, `GuestsDont`, `ChannelExists`, `BadRequest`.
        """
        if self._users.get(actor_id).is_guest:
            raise GuestsDont
        channel = self._channels.get_fresh(wanted.channel_id)
        if channel.type != GROUP:
            raise NoGroupChannel
        members = self._channels.members.ids(channel.id)
        if actor_id not in members:
            raise NoMember
        team = self._teams.get(wanted.team_id)
        active = [user.id for user in self._users.get_many(members).values() if not user.delete_at]
        if any(team.id not in self._teams.team_ids_of(user_id) for user_id in active):
            raise NotInTeam
        with self._context.db.transaction():
            converted = self._channels.change(
                channel.id,
                actor_id=actor_id,
                type=PRIVATE,
                teamid=team.id,
                name=wanted.name,
                displayname=wanted.display_name.strip(),
            )
            self._schemes.changed()
            self._make_admin(channel.id, actor_id)
        return converted

    def _make_admin(self, channel_id: str, user_id: str) -> None:
        try:
            self._channels.members.set_scheme_roles(channel_id, user_id, guest=False, user=True, admin=True)
        except ChannelMemberNotFound as error:
            raise NoMember from error
