"""System messages: people come and go, channels change."""

from typing import Any, Final

from hubbub.core.contracts.channels import DEFAULT_CHANNEL, GROUP, Channel, ChannelMember, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.posts.service import Posts

CHANGES: Final = (
    ("header", "system_header_change"),
    ("purpose", "system_purpose_change"),
    ("display_name", "system_displayname_change"),
)


class SystemMessages:
    """Writes the messages that clients render from `type` and `props`; the text is for clients that don't."""

    def __init__(self, context: PluginContext, posts: Posts) -> None:
        self._config = context.config_store
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._posts = posts

    def joined(self, member: ChannelMember, actor: User | None) -> None:
        """Say that somebody joined, or was added by somebody."""
        channel = self._channels.get(member.channel_id)
        if channel.is_direct_or_group or not self._wanted(channel):
            return
        user = self._users.get(member.user_id)
        if actor is None or actor.id == user.id:
            type = "system_guest_join_channel" if user.is_guest else "system_join_channel"
            noun = "team" if channel.name == DEFAULT_CHANNEL else "channel"
            if channel.name == DEFAULT_CHANNEL:
                type = "system_join_team"
            self._say(channel, user.id, type, f"{user.username} joined the {noun}.", {"username": user.username})
            return
        added = {
            "userId": actor.id,
            "username": actor.username,
            "addedUserId": user.id,
            "addedUsername": user.username,
        }
        in_default = channel.name == DEFAULT_CHANNEL
        type = "system_add_guest_to_chan" if user.is_guest else "system_add_to_channel"
        noun = "team" if in_default else "channel"
        text = f"{user.username} was added to the {noun} by {actor.username}."
        self._say(channel, actor.id, "system_add_to_team" if in_default else type, text, added)

    def left(self, member: ChannelMember, actor: User | None) -> None:
        """Say that somebody left, or was removed."""
        channel = self._channels.get(member.channel_id)
        if channel.is_direct_or_group or not self._wanted(channel) or channel.delete_at:
            return
        user = self._users.get(member.user_id)
        in_default = channel.name == DEFAULT_CHANNEL
        noun = "team" if in_default else "channel"
        if actor is None or actor.id == user.id:
            type = "system_leave_team" if in_default else "system_leave_channel"
            self._say(channel, user.id, type, f"{user.username} left the {noun}.", {"username": user.username})
            return
        type = "system_remove_from_team" if in_default else "system_remove_from_channel"
        props = {"removedUserId": user.id, "removedUsername": user.username}
        self._say(channel, actor.id, type, f"{user.username} was removed from the {noun}.", props)

    def changed(self, new: Channel, old: Channel, actor_id: str) -> None:
        """Say that a channel's name, header, purpose, privacy or archived state was changed."""
        if not actor_id or (new.is_direct_or_group and new.header == old.header):
            return
        actor = self._users.get(actor_id)
        if bool(new.delete_at) != bool(old.delete_at):
            self._archived(new, actor)
            return
        if old.type == GROUP and new.type != old.type:
            self._converted(new, actor)
            return
        if new.team_id != old.team_id:
            self._moved(new, old, actor)
        if new.type != old.type:
            to = "private" if new.type == "P" else "public"
            text = f"{actor.username} made this channel {to}."
            self._say(new, actor.id, "system_change_chan_privacy", text, {"username": actor.username})
        for field, type in CHANGES:
            before, after = getattr(old, field), getattr(new, field)
            if before != after:
                self._say_change(new, actor, type, field, before, after)

    def _moved(self, channel: Channel, old: Channel, actor: User) -> None:
        teams = self._teams.get_many([old.team_id])
        origin = teams[old.team_id].display_name if old.team_id in teams else "another team"
        text = f"{actor.username} moved this channel to this team from {origin}."
        self._say(channel, actor.id, "system_move_channel", text, {"username": actor.username})

    def _converted(self, channel: Channel, actor: User) -> None:
        """Say that a group channel became a private one, and who was in it then."""
        members = list(self._channels.member_ids(channel.id))
        text = f"{actor.username} made this private channel of a group message."
        props = {"convertedByUserId": actor.id, "gmMembersDuringConversionIDs": members}
        self._say(channel, actor.id, "system_gm_to_channel", text, props)

    def _archived(self, channel: Channel, actor: User) -> None:
        verb, type = (
            ("archived", "system_channel_deleted") if channel.delete_at else ("restored", "system_channel_restored")
        )
        text = f"{actor.username} {verb} the channel."
        self._say(channel, actor.id, type, text, {"username": actor.username})

    def _say_change(self, channel: Channel, actor: User, type: str, field: str, before: str, after: str) -> None:
        name = field.replace("_", " ")
        old_key, new_key = (
            ("old_displayname", "new_displayname")
            if field == "display_name"
            else (
                f"old_{field}",
                f"new_{field}",
            )
        )
        if before and after:
            text = f"{actor.username} changed the channel {name} from: {before} to: {after}"
        elif after:
            text = f"{actor.username} set the channel {name} to: {after}"
        else:
            text = f"{actor.username} removed the channel {name} (it was: {before})"
        self._say(channel, actor.id, type, text, {"username": actor.username, old_key: before, new_key: after})

    def _wanted(self, channel: Channel) -> bool:
        wanted: bool = self._config.current.TeamSettings.EnableJoinLeaveMessageByDefault
        return wanted

    def _say(self, channel: Channel, user_id: str, type: str, text: str, props: dict[str, Any]) -> None:
        self._posts.create_system(channel.id, user_id, type, text, props)
