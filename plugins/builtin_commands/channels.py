"""Commands on channels: /join, /leave, /mute, /header, /purpose, /rename."""

from hubbub.core.contracts.channels import DEFAULT_CHANNEL, DIRECT, OPEN, ChannelMemberNotFound, ChannelPatch
from hubbub.core.contracts.commands import CommandResponse
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.preferences import Preference
from hubbub.plugins.builtin_commands.kit import Builtin, Call, Refused, builtin, go_to, only_for_you


def join(call: Call) -> CommandResponse:
    """/join, /open: go to a channel, as a member."""
    if not call.rest:
        raise Refused("Name a channel: /join ~town-square")
    channel = call.channel_named(call.rest.split()[0])
    if not call.channels.is_member(channel.id, call.user.id):
        call.channels.add_member(channel.id, call.user.id)
    return go_to(call.link(f"channels/{channel.name}"))


def leave(call: Call) -> CommandResponse:
    """/leave: no longer be a member; direct and group messages are only put out of sight."""
    channel = call.channel
    if not channel.is_direct_or_group:
        call.channels.remove_member(channel.id, call.user.id, actor_id=call.user.id)
        return go_to(call.link(f"channels/{DEFAULT_CHANNEL}"))
    category, name = "group_channel_show", channel.id
    if channel.type == DIRECT:
        others = [one for one in channel.name.split("__") if one != call.user.id]
        category, name = "direct_channel_show", (others or [call.user.id])[0]
    hidden = Preference(user_id=call.user.id, category=category, name=name, value="false")
    call.preferences.save(call.user.id, [hidden])
    return go_to(call.link(f"channels/{DEFAULT_CHANNEL}"))


def mute(call: Call) -> CommandResponse:
    """/mute: no notifications of a channel, or notifications again."""
    channel = call.channel_named(call.rest.split()[0]) if call.rest else call.channel
    try:
        member = call.channels.member(channel.id, call.user.id)
    except ChannelMemberNotFound as error:
        raise Refused("You are not in {name}: there is nothing to mute.", name=channel.display_name) from error
    muted = member.notify_props.get("mark_unread") != "mention"
    call.channels.mute(call.user.id, [channel.id], muted=muted)
    name = channel.display_name or "this conversation"
    if muted:
        return only_for_you(f"You won't be told of {name} any more, but for mentions. /mute turns it on again.")
    return only_for_you(f"You will be told of {name} again.")


def _change(call: Call, patch: ChannelPatch) -> CommandResponse:
    channel = call.channel
    if not channel.is_direct_or_group:
        public = channel.type == OPEN
        needed = Permission.MANAGE_PUBLIC_CHANNEL_PROPERTIES if public else Permission.MANAGE_PRIVATE_CHANNEL_PROPERTIES
        if not call.permissions.has_channel(call.session, channel.id, needed):
            raise Refused("You may not change what is said about {name}.", name=channel.display_name)
    elif not call.channels.is_member(channel.id, call.user.id):
        raise Refused("Only members can change that.")
    call.channels.patch(channel.id, patch, actor_id=call.user.id)
    return CommandResponse()


def header(call: Call) -> CommandResponse:
    """/header: what stands at the top of the channel."""
    if not call.rest:
        raise Refused("Give the new header: /header Meets on Mondays")
    return _change(call, ChannelPatch(header=call.rest))


def purpose(call: Call) -> CommandResponse:
    """/purpose: what the channel is for."""
    if call.channel.is_direct_or_group:
        raise Refused("Direct and group messages have no purpose; they can have a header.")
    if not call.rest:
        raise Refused("Give the new purpose: /purpose Planning the next release")
    return _change(call, ChannelPatch(purpose=call.rest))


def rename(call: Call) -> CommandResponse:
    """/rename: another name for the channel; its address stays."""
    if call.channel.is_direct_or_group:
        raise Refused("Direct and group messages are named after who is in them.")
    if not 1 <= len(call.rest) <= 64:
        raise Refused("Give the new name, of 1 to 64 characters: /rename Design and colours")
    return _change(call, ChannelPatch(display_name=call.rest))


def commands() -> list[Builtin]:
    """Return the commands of this file."""
    return [
        builtin(join, "join", "~[channel]", "Join a channel and go there"),
        builtin(join, "open", "~[channel]", "Join a channel and go there"),
        builtin(leave, "leave", "", "Leave this channel"),
        builtin(mute, "mute", "~[channel]", "Turn notifications of this or another channel off, or on again"),
        builtin(header, "header", "[text]", "Change the header of this channel"),
        builtin(purpose, "purpose", "[text]", "Change the purpose of this channel"),
        builtin(rename, "rename", "[text]", "Give this channel another name"),
    ]
