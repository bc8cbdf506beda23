"""Props that the server adds to a post for clients: which channels it names, and whether it may call everybody."""

import re
from typing import Final

from hubbub.core.contracts.channels import OPEN, Channel, ChannelNotFound, ChannelService
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.plugins.posts.group_mentions import GroupMentions

CHANNEL_MENTIONS: Final = "channel_mentions"
HIGHLIGHT_DISABLED: Final = "mentionHighlightDisabled"
GROUP_HIGHLIGHT_DISABLED: Final = "disable_group_highlight"
MAX_CHANNELS: Final = 20
"""Channels that are looked up for one post: each costs a query."""
_CHANNEL_NAMES = re.compile(r"(?<![\w~])~([a-z0-9][a-z0-9.\-_]*)", re.I).findall
_CALLS = re.compile(r"(?<![\w@])@(?:all|channel|here)\b", re.I).search


class Decoration:
    """Sets the props that depend on a post's text."""

    def __init__(self, context: PluginContext) -> None:
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._permissions = context.service(PermissionService)
        self._groups = GroupMentions(context)

    def decorate(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Set `channel_mentions`, and what the text calls but its author may not call.

        Clients highlight nothing then, and who reads the post later has no session of its author's to ask.
        """
        wanted: dict[str, object] = {}
        if "~" in post.message and channel.team_id and (named := self._named(post.message, channel)):
            wanted[CHANNEL_MENTIONS] = named
        if "@" in post.message and _CALLS(post.message) and not self._may_call(session, channel):
            wanted[HIGHLIGHT_DISABLED] = True
        if not self._may_name_groups(post, session, channel):
            wanted[GROUP_HIGHLIGHT_DISABLED] = True
        if wanted or CHANNEL_MENTIONS in post.props:
            kept = {name: value for name, value in post.props.items() if name != CHANNEL_MENTIONS}
            post.props = {**kept, **wanted}

    def _may_call(self, session: Session | None, channel: Channel) -> bool:
        needed = Permission.USE_CHANNEL_MENTIONS
        return session is None or self._permissions.has_channel(session, channel.id, needed)

    def _may_name_groups(self, post: Post, session: Session | None, channel: Channel) -> bool:
        if session is None or "@" not in post.message or not self._groups.named(post.message):
            return True
        return self._permissions.has_channel(session, channel.id, Permission.USE_GROUP_MENTIONS)

    def _named(self, message: str, channel: Channel) -> dict[str, dict[str, str]]:
        """Return the public channels of the team that the text names with a tilde: URL name → how to show it."""
        found: dict[str, dict[str, str]] = {}
        names = dict.fromkeys(name.lower().rstrip(".-_") for name in _CHANNEL_NAMES(message))
        for name in list(names)[:MAX_CHANNELS]:
            try:
                named = self._channels.get_by_name(channel.team_id, name)
            except ChannelNotFound:
                continue
            # SECURITY: a private channel's name must not be told by its being named.
            if named.type == OPEN and not named.delete_at:
                team = self._teams.get(channel.team_id)
                found[name] = {"display_name": named.display_name, "team_name": team.name}
        return found
