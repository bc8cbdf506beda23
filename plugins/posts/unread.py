"""Marking a channel unread from a post on, and who was mentioned since: counted anew from the posts.

A mention counts by the text that a post was written with: an edit neither mentions nor takes back. What was counted
stays counted when a post is deleted, until the channel is read; marking it unread counts live posts only.
"""

from collections.abc import Iterable
from itertools import islice

import msgspec

from hubbub.core.contracts.channels import Channel, ChannelMember, ChannelService, UnreadChange
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.threads import thread_service
from hubbub.plugins.posts.audience import Audience
from hubbub.plugins.posts.lists import PostLists
from hubbub.plugins.posts.store import PORTION, PostStore
from hubbub.plugins.posts.writer import is_urgent


class UnreadMarks:
    """Counts posts and mentions since a moment."""

    def __init__(self, context: PluginContext, store: PostStore, audience: Audience, lists: PostLists) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._store = store
        self._audience = audience
        self._lists = lists

    def mentioned(self, posts: Iterable[Post]) -> dict[str, frozenset[str]]:
        """See `PostService.mentioned`."""
        written = self._as_written(list(posts))
        channels = self._channels.get_many({post.channel_id for post in written})
        return {
            post.id: self._audience.named(post, channels[post.channel_id], None) - {post.user_id}
            for post in written
            if post.channel_id in channels
        }

    def _as_written(self, posts: list[Post]) -> list[Post]:
        """Return posts with their first texts."""
        texts = self._store.first_texts(post.id for post in posts if post.edit_at)
        return [msgspec.structs.replace(post, message=texts[post.id]) if post.id in texts else post for post in posts]

    def mark(self, user_id: str, post: Post, *, collapsed_threads_supported: bool) -> ChannelMember:
        """Mark a channel, or where the user has collapsed threads that of a reply, unread from a post on.

        Publishes `post_unread` to the user when it is the channel.
        """
        member = self._mark_thread_or_channel(user_id, post, collapsed_threads_supported)
        change = UnreadChange(user_id=user_id, channel_ids=(post.channel_id,), root_id=post.root_id, is_read=False)
        self._context.hooks.tell_later("unread_has_changed", change=change)
        return member

    def _mark_thread_or_channel(self, user_id: str, post: Post, collapsed_threads_supported: bool) -> ChannelMember:
        threads = thread_service(self._context.hooks)
        if threads.mark_unread(user_id, post, collapsed_supported=collapsed_threads_supported):
            return self._channels.member(post.channel_id, user_id)
        with self._context.db.transaction():
            # What is posted meanwhile is counted after this, on top of it.
            self._store.lock_channel(post.channel_id)
            channel = self._channels.get_fresh(post.channel_id)
            member = self._mark(user_id, post, channel)
            self._context.publish(_post_unread(member, post, channel.team_id))
        return member

    def _mark(self, user_id: str, post: Post, channel: Channel) -> ChannelMember:
        unread, unread_roots = self._store.count_since(post.channel_id, post.create_at)
        mentions, root_mentions, urgent_mentions = self._mentions_since(user_id, post, channel)
        return self._channels.set_unread_from(
            user_id,
            post.channel_id,
            last_viewed_at=post.create_at - 1,
            msg_count=max(0, channel.total_msg_count - unread),
            msg_count_root=max(0, channel.total_msg_count_root - unread_roots),
            mention_count=mentions,
            mention_count_root=root_mentions,
            urgent_mention_count=urgent_mentions,
        )

    def _mentions_since(self, user_id: str, post: Post, channel: Channel) -> tuple[int, int, int]:
        """Return how often (in all posts, in roots, in urgent ones) the user was mentioned from a post on."""
        count = roots = urgent = 0
        live = self._store.live_since(post.channel_id, post.create_at)
        while portion := list(islice(live, PORTION)):
            mentions = [later for later in self._as_written(portion) if self._mentions(later, user_id, channel)]
            count += len(mentions)
            roots += sum(not later.root_id for later in mentions)
            urgent += sum(map(is_urgent, self._lists.with_metadata(mentions)))
        return count, roots, urgent

    def _mentions(self, post: Post, user_id: str, channel: Channel) -> bool:
        if post.user_id == user_id:
            return False
        return user_id in self._audience.named(post, channel, None) | self._audience.commented(post, channel)


def _post_unread(member: ChannelMember, post: Post, team_id: str) -> Event:
    data = {
        "msg_count": member.msg_count,
        "msg_count_root": member.msg_count_root,
        "mention_count": member.mention_count,
        "mention_count_root": member.mention_count_root,
        "urgent_mention_count": member.urgent_mention_count,
        "last_viewed_at": member.last_viewed_at,
        "post_id": post.id,
    }
    return Event(
        name="post_unread",
        data=data,
        broadcast=Broadcast(user_id=member.user_id, channel_id=post.channel_id, team_id=team_id),
    )
