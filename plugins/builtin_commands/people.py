"""Commands on people: /invite, /kick, /remove, /msg, /groupmsg."""

import re
from typing import Final

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.commands import CommandResponse
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.users import User
from hubbub.plugins.builtin_commands.kit import Builtin, Call, Refused, builtin, go_to, only_for_you

MAX_INVITED: Final = 20
MAX_GROUP: Final = 7
_NAMES: Final = re.compile(r"(@?[\w.\-]+(?:\s*,\s*@?[\w.\-]+)*)\s*(.*)", re.DOTALL)


def invite(call: Call) -> CommandResponse:
    """/invite: add people to this channel, or to others."""
    words = call.rest.split()
    people = [call.person(word) for word in dict.fromkeys(words) if not word.startswith("~")]
    channels = [call.channel_named(word) for word in dict.fromkeys(words) if word.startswith("~")] or [call.channel]
    if not people or len(people) * len(channels) > MAX_INVITED:
        raise Refused(
            "Name up to {most} people, and channels if others are meant: /invite @anna ~design", most=MAX_INVITED
        )
    return only_for_you("\n".join(_invite(call, channel, user) for channel in channels for user in people))


def _invite(call: Call, channel: Channel, user: User) -> str:
    call.require_members(channel)
    if call.channels.is_member(channel.id, user.id):
        return f"@{user.username} is in {channel.display_name} already."
    call.channels.add_member(channel.id, user.id, actor_id=call.user.id)
    return f"@{user.username} is in {channel.display_name} now."


def kick(call: Call) -> CommandResponse:
    """/kick, /remove: take somebody out of this channel."""
    if not call.rest:
        raise Refused("Say whom: /kick @anna")
    user = call.person(call.rest.split()[0])
    call.require_members(call.channel)
    if not call.channels.is_member(call.channel.id, user.id):
        raise Refused("@{name} is not in this channel.", name=user.username)
    call.channels.remove_member(call.channel.id, user.id, actor_id=call.user.id)
    return CommandResponse()


def msg(call: Call) -> CommandResponse:
    """/msg: write to somebody, and go there."""
    name, _, text = call.rest.partition(" ")
    if not name:
        raise Refused("Say to whom: /msg @anna hello")
    user = call.person(name)
    if not call.permissions.has(call.session, Permission.CREATE_DIRECT_CHANNEL):
        raise Refused("You may not begin direct messages.")
    _require_common_team(call, user)
    channel = call.channels.get_or_create_direct(call.user.id, user.id)
    _say(call, channel, text)
    return go_to(call.link(f"messages/@{user.username}"))


def _require_common_team(call: Call, user: User) -> None:
    if call.config.TeamSettings.RestrictDirectMessage != "team" or user.id == call.user.id:
        return
    if call.permissions.has(call.session, Permission.MANAGE_SYSTEM):
        return
    if not set(call.teams.team_ids_of(user.id)) & set(call.teams.team_ids_of(call.user.id)):
        raise Refused("Direct messages are possible between members of a team only.")


def groupmsg(call: Call) -> CommandResponse:
    """/groupmsg: write to several people at once, and go there."""
    names, text = _names(call.rest)
    people = {user.id: user for user in map(call.person, names)}
    people.pop(call.user.id, None)
    if not 2 <= len(people) <= MAX_GROUP:
        raise Refused("Name 2 to {most} others, with commas: /groupmsg @anna,@ben hello", most=MAX_GROUP)
    if not call.permissions.has(call.session, Permission.CREATE_GROUP_CHANNEL):
        raise Refused("You may not begin group messages.")
    channel = call.channels.get_or_create_group([call.user.id, *people])
    _say(call, channel, text)
    return go_to(call.link(f"channels/{channel.name}"))


def _names(rest: str) -> tuple[list[str], str]:
    """Return the names, which have commas between them, and the text behind them."""
    match = _NAMES.fullmatch(rest)
    return (re.split(r"\s*,\s*", match[1]), match[2]) if match else ([], "")


def _say(call: Call, channel: Channel, text: str) -> None:
    if text.strip():
        post = Post(user_id=call.user.id, channel_id=channel.id, message=text.strip())
        call.posts.create(post, session=call.session)


def commands() -> list[Builtin]:
    """Return the commands of this file."""
    return [
        builtin(invite, "invite", "@[username] ~[channel]", "Add somebody to this channel, or to another"),
        builtin(kick, "kick", "@[username]", "Take somebody out of this channel"),
        builtin(kick, "remove", "@[username]", "Take somebody out of this channel"),
        builtin(msg, "msg", "@[username] [message]", "Write to somebody directly"),
        builtin(groupmsg, "groupmsg", "@[username],@[username] [message]", "Write to several people directly"),
    ]
