"""Tells people of posts: `NotificationService`."""

from collections.abc import Iterable

from hubbub.core import json
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.notifications import PUSH
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.notifications.auto_replies import AutoReplies
from hubbub.plugins.notifications.delivery import Delivery
from hubbub.plugins.notifications.display import Displays
from hubbub.plugins.notifications.hints import Hints
from hubbub.plugins.notifications.recipients import Recipients
from hubbub.plugins.notifications.recorder import Told
from hubbub.plugins.notifications.store import BadgeStore
from hubbub.plugins.notifications.wishes import Wishes


class Notifications:
    """What happens in the background after a post."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self.wishes = Wishes(context)
        self.displays = Displays(context)
        self.delivery = Delivery(context)
        self.recipients = Recipients(context, self.wishes, self.displays)
        self._store = BadgeStore(context.db)
        self._auto_replies = AutoReplies(context)
        self._hints = Hints(context)

    def posted(self, told: Told) -> None:
        """Tell people of a new post, and its author what came of it."""
        self.delivery.send(self.recipients.of(told, self.delivery.ways()))
        channel = self._channels.get(told.post.channel_id)
        self._hints.give(told, channel)
        self._auto_replies.answer(told.post, channel)

    def badges(self, user_ids: Iterable[str]) -> dict[str, int]:
        """See `NotificationService.badges`."""
        wanted = list(user_ids)
        displays = self.displays.of(wanted)
        mentions, threads = self._store.unread_mentions(wanted), self._store.unread_threads(wanted)
        found = {}
        for user_id in wanted:
            in_all, in_roots = mentions.get(user_id, (0, 0))
            found[user_id] = in_roots + threads.get(user_id, 0) if displays[user_id].is_crt else in_all
        return found

    def repeat(self, posts: Iterable[Post]) -> None:
        """See `NotificationService.repeat`."""
        by_id = {post.id: post for post in posts}
        for post_id, mentioned in self._posts.mentioned(by_id.values()).items():
            post = by_id[post_id]
            channel = self._channels.get(post.channel_id)
            self._remind_clients(post, channel, mentioned)
            told = Told(post, mentioned, mentioned, by_name=mentioned if channel.team_id else frozenset())
            ways = self.delivery.ways() & {PUSH}
            self.delivery.send(self.recipients.of(told, ways, is_repeated=True))

    def _remind_clients(self, post: Post, channel: Channel, user_ids: Iterable[str]) -> None:
        author = self._users.get_many([post.user_id]).get(post.user_id) or User(id=post.user_id, username="someone")
        shown = self._posts.shown([post])
        sender_name = self.displays.sender_name(author, post, "username")
        data = {
            "post": json.encode_str(shown[0] if shown else post),
            "channel_type": channel.type,
            "channel_display_name": sender_name if channel.type == "D" else channel.display_name,
            "channel_name": channel.name,
            "sender_name": sender_name,
            "team_id": channel.team_id,
        }
        for user_id in user_ids:
            audience = Broadcast(user_id=user_id, channel_id=channel.id, team_id=channel.team_id)
            own = {**data, "mentions": json.encode_str([user_id])}
            self._context.publish(Event(name="persistent_notification_triggered", data=own, broadcast=audience))
