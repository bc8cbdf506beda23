"""What the author of a post is told about whom it did not reach: by messages that only they see."""

import re
from typing import Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.core.ids import new_id
from hubbub.plugins.notifications.recorder import Told

MAX_NAMES: Final = 10
"""Names in a post that are looked up."""
_CODE: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.S)
_CALLS: Final = re.compile(r"(?<![\w@])@(all|channel|here)\b", re.I)
_NAMES: Final = re.compile(r"(?<![\w@.\-])@([a-z0-9][a-z0-9.\-_]*)", re.I)
_SPECIAL: Final = frozenset(("all", "channel", "here"))


class Hints:
    """Looks at posts of people (not of bots and webhooks) in the channels of teams."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)

    def give(self, told: Told, channel: Channel) -> None:
        """Tell the author whom the post did not reach. No query unless it names somebody who isn't mentioned by it."""
        post = told.post
        if "@" not in post.message or not channel.team_id or post.type.startswith("system_"):
            return
        if post.props.get("from_webhook") == "true" or post.props.get("from_bot") == "true":
            return
        text = _CODE.sub(" ", post.message)
        self._too_many(post, text, channel)
        self._outsiders(told, text, channel)

    def _too_many(self, post: Post, text: str, channel: Channel) -> None:
        called = _CALLS.search(text)
        if called is None or post.props.get("mentionHighlightDisabled"):
            return
        limit = self._context.config.TeamSettings.MaxNotificationsPerChannel
        members = self._users.get_many(self._channels.member_ids(channel.id)).values()
        if sum(not user.delete_at for user in members) > limit:
            word = called.group(0).lower()
            self._show(post, f"{word} has notified nobody: this channel has more than {limit} members.", {})

    def _outsiders(self, told: Told, text: str, channel: Channel) -> None:
        names = {name.lower().rstrip(".-_") for name in _NAMES.findall(text)} - _SPECIAL
        names -= {user.username for user in self._users.get_many(told.by_name).values()}
        if not names:
            return
        found = self._users.get_by_usernames(sorted(names)[:MAX_NAMES])
        outside = [user for user in found if self._is_outside(user, channel)]
        # SECURITY: guests don't learn by this who else there is.
        visible = self._users.can_see(told.post.user_id, [user.id for user in outside])
        outside = sorted((user for user in outside if user.id in visible), key=lambda user: user.username)
        if not outside:
            return
        listed = ", ".join(f"@{user.username}" for user in outside)
        ids, usernames = [user.id for user in outside], [user.username for user in outside]
        props = {
            "post_id": told.post.id,
            "usernames": usernames,
            "user_ids": ids,
            "not_in_channel_usernames": usernames,
            "not_in_channel_user_ids": ids,
            "not_in_groups_usernames": [],
            "not_in_groups_user_ids": [],
        }
        self._show(told.post, f"Not notified, since not in this channel: {listed}.", {"add_channel_member": props})

    def _is_outside(self, user: User, channel: Channel) -> bool:
        """Say whether somebody of the team isn't in the channel."""
        if user.delete_at or user.is_bot is True or self._channels.is_member(channel.id, user.id):
            return False
        return channel.team_id in self._teams.team_ids_of(user.id)

    def _show(self, about: Post, message: str, props: dict[str, object]) -> None:
        now = now_ms()
        shown = Post(
            id=new_id(),
            create_at=now,
            update_at=now,
            user_id=about.user_id,
            channel_id=about.channel_id,
            root_id=about.root_id,
            message=message,
            type="system_ephemeral",
            props=props,
            metadata={},
        )
        audience = Broadcast(user_id=about.user_id, channel_id=about.channel_id)
        self._context.publish(
            Event(name="ephemeral_message", data={"post": json.encode_str(shown)}, broadcast=audience)
        )
