"""What other plugins can ask about posts, and do with them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from hubbub.core.contracts.channels import Channel, ChannelMember, ChannelService
from hubbub.core.contracts.errors import PermissionDenied
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostList, PostNotFound, PostPatch
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User
from hubbub.plugins.posts.access import Access
from hubbub.plugins.posts.audience import Audience
from hubbub.plugins.posts.changes import PostChanges
from hubbub.plugins.posts.creation import PostCreation
from hubbub.plugins.posts.lists import PostLists
from hubbub.plugins.posts.moving import ThreadMoves
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.times import PostTimes
from hubbub.plugins.posts.writer import is_urgent


class Posts:
    """Implements `PostService`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._access = Access(context)
        self.store = PostStore(context.db)
        self.audience = Audience(context, self.store)
        self.lists = PostLists(context, self.store)
        times = PostTimes()
        self._creation = PostCreation(context, self.store, self.audience, self.lists, times)
        self._changes = PostChanges(context, self.store, self.lists, times)
        self._moves = ThreadMoves(context, self.store, self._creation, self._changes, times)

    def create(
        self,
        post: Post,
        *,
        session: Session | None = None,
        connection_id: str = "",
        set_online: bool = True,
        read_by_author: bool = True,
        post_id: str = "",
    ) -> Post:
        """See `PostService.create`."""
        return self._creation.create(
            post,
            session=session,
            connection_id=connection_id,
            set_online=set_online,
            read_by_author=read_by_author,
            post_id=post_id,
        )

    def create_system(self, channel_id: str, user_id: str, type: str, message: str, props: dict[str, Any]) -> Post:
        """See `PostService.create_system`."""
        post = Post(channel_id=channel_id, user_id=user_id, type=type, message=message, props=props)
        return self.create(post, set_online=False, read_by_author=False)

    def send_ephemeral(self, post: Post, user_id: str) -> Post:
        """Show a post to one user only; it is stored nowhere."""
        return self._creation.send_ephemeral(post, user_id)

    def get(self, post_id: str, *, include_deleted: bool = False) -> Post:
        """See `PostService.get`."""
        post = self.store.get(post_id)
        if post is None or (post.delete_at and not include_deleted):
            raise PostNotFound
        return post

    def get_many(self, post_ids: Iterable[str]) -> dict[str, Post]:
        """See `PostService.get_many`."""
        return {post.id: post for post in self.store.get_many(post_ids)}

    def may_read(self, session: Session, channel_id: str) -> bool:
        """See `PostService.may_read`."""
        return self._access.may_read(session, channel_id)

    def readable(self, session: Session, post_id: str, *, include_deleted: bool = False) -> Post:
        """See `PostService.readable`."""
        post = self.get(post_id, include_deleted=include_deleted)
        if not self.may_read(session, post.channel_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
        return post

    def shown(self, posts: list[Post], *, session: Session | None = None) -> list[Post]:
        """See `PostService.shown`."""
        return self.lists.shown(posts, session)

    def list_of(self, posts: Iterable[Post], *, session: Session | None = None) -> PostList:
        """See `PostService.list_of`."""
        return self.lists.of(posts, session)

    def touch(self, post_id: str, *, has_reactions: bool | None = None) -> Post:
        """See `PostService.touch`."""
        return self._changes.touch(self.get(post_id), has_reactions)

    def reader_changed(self, user_id: str) -> None:
        """See `PostService.reader_changed`."""
        self.lists.changed(user_id)

    def publish_edited(self, post: Post) -> None:
        """See `PostService.publish_edited`."""
        self._changes.publish_edited(post)

    def patch(self, post_id: str, patch: PostPatch, *, editor_id: str) -> Post:
        """See `PostService.patch`."""
        post = self.get(post_id)
        changed = msgspec.structs.replace(post, props=dict(post.props))
        if patch.message is not None:
            changed.message = patch.message
        if patch.props is not None:
            changed.props = patch.props
        if patch.file_ids is not None:
            changed.file_ids = patch.file_ids
        if patch.is_pinned is not None:
            changed.is_pinned = patch.is_pinned
        return self._changes.edit(post, changed)

    def delete(self, post_id: str, *, actor_id: str) -> None:
        """See `PostService.delete`."""
        post = self.get(post_id)
        self._changes.delete(post, actor_id=actor_id)

    def move_thread(self, root: Post, target: Channel, actor: User) -> Post:
        """Move a thread to another channel; returns its new first post."""
        return self._moves.move(root, target, actor)

    def mark_unread(self, user_id: str, post_id: str) -> tuple[Post, ChannelMember]:
        """Mark a channel unread from a post on. Publishes `post_unread` to the user."""
        post = self.get(post_id)
        channel = self._channels.get_fresh(post.channel_id)
        unread, unread_roots = self.store.count_since(post.channel_id, post.create_at)
        mentions = self._mentions_since(user_id, post)
        member = self._channels.set_unread_from(
            user_id,
            post.channel_id,
            last_viewed_at=post.create_at - 1,
            msg_count=max(0, channel.total_msg_count - unread),
            msg_count_root=max(0, channel.total_msg_count_root - unread_roots),
            mention_count=len(mentions),
            mention_count_root=sum(not later.root_id for later in mentions),
            urgent_mention_count=sum(map(is_urgent, self.lists.with_metadata(mentions))),
        )
        self._context.publish(_post_unread(member, post, channel.team_id))
        return post, member

    def _mentions_since(self, user_id: str, post: Post) -> list[Post]:
        """Return the posts that mention the user, from a post on."""
        channel = self._channels.get(post.channel_id)
        return [
            later
            for later in self.store.live_since(post.channel_id, post.create_at)
            if later.user_id != user_id and user_id in self.audience.mentioned(later, channel, None)
        ]


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
