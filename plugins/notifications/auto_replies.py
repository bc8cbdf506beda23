"""Automatic replies: people who are out of office answer direct messages once a day."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from hubbub.core.contracts.channels import DIRECT, Channel, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.users import User, UserService

TYPE: Final = "system_auto_responder"


class AutoReplies:
    """Answers for those who have automatic replies turned on, where the server allows that."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)

    def answer(self, post: Post, channel: Channel) -> None:
        """Answer a direct message of a person, in its thread; further ones of the same day (UTC) aren't answered."""
        if channel.type != DIRECT or post.type.startswith("system_"):
            return
        if not self._context.config.TeamSettings.ExperimentalEnableAutomaticReplies:
            return
        people = self._users.get_many(self._channels.member_ids(channel.id))
        sender = people.pop(post.user_id, None)
        if sender is None or sender.is_bot is True:
            return
        for receiver in people.values():
            if message := _message(receiver):
                reply = Post(
                    user_id=receiver.id,
                    channel_id=channel.id,
                    root_id=post.root_id or post.id,
                    message=message,
                    type=TYPE,
                )
                # The id follows from day and channel: the same day's second answer is the one that there is.
                self._posts.create(reply, set_online=False, post_id=_reply_id(receiver, post))


def _message(user: User) -> str:
    """Return what somebody answers, "" for nothing."""
    props = user.notify_props if isinstance(user.notify_props, dict) else {}
    if user.delete_at or props.get("auto_responder_active") != "true":
        return ""
    return props.get("auto_responder_message", "").strip()


def _reply_id(receiver: User, post: Post) -> str:
    day = datetime.fromtimestamp(post.create_at / 1000, UTC).date().isoformat()
    key = f"automatic reply {receiver.id} {post.channel_id} {day}"
    return blake2b(key.encode(), digest_size=13).hexdigest()
