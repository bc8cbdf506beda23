"""What other plugins can ask about posts, and do with them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.errors import PermissionDenied
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostList, PostNotFound, PostPatch
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User
from hubbub.plugins.posts.access import Access
from hubbub.plugins.posts.audience import Audience
from hubbub.plugins.posts.changes import PostChanges
from hubbub.plugins.posts.creation import PostCreation
from hubbub.plugins.posts.erasing import PostErasing
from hubbub.plugins.posts.lists import PostLists
from hubbub.plugins.posts.moving import ThreadMoves
from hubbub.plugins.posts.recorders import Recorders
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.times import PostTimes
from hubbub.plugins.posts.unread import UnreadMarks


class Posts:
    """Implements `PostService`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._access = Access(context)
        self.store = PostStore(context.db)
        self.audience = Audience(context, self.store)
        self.lists = PostLists(context, self.store)
        times, recorders = PostTimes(), Recorders(context)
        self._creation = PostCreation(context, self.store, self.audience, self.lists, times, recorders)
        self._changes = PostChanges(context, self.store, self.lists, times, recorders)
        self._moves = ThreadMoves(context, self.store, self._creation, self._changes, times)
        self._erasing = PostErasing(context, self.lists)
        self.unread = UnreadMarks(context, self.store, self.audience, self.lists)

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
        """See `PostService.send_ephemeral`."""
        return self._creation.send_ephemeral(post, user_id)

    def get(self, post_id: str, *, include_deleted: bool = False) -> Post:
        """See `PostService.get`."""
        post = self.store.get(post_id)
        if post is None or (post.delete_at and not include_deleted):
            raise PostNotFound
        return post

    def get_many(self, post_ids: Iterable[str], *, include_deleted: bool = False) -> dict[str, Post]:
        """See `PostService.get_many`."""
        return {post.id: post for post in self.store.get_many(post_ids, include_deleted=include_deleted)}

    def mentioned(self, posts: Iterable[Post]) -> dict[str, frozenset[str]]:
        """See `PostService.mentioned`."""
        return self.unread.mentioned(posts)

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

    def erase_older(
        self,
        before: int,
        *,
        channel_ids: Sequence[str] | None = None,
        except_channel_ids: Sequence[str] = (),
        keep_pinned: bool = False,
        limit: int = 500,
    ) -> int:
        """See `PostService.erase_older`."""
        return self._erasing.erase_older(before, channel_ids, except_channel_ids, keep_pinned, limit)

    def move_thread(self, root: Post, target: Channel, actor: User) -> Post:
        """Move a thread to another channel; returns its new first post."""
        return self._moves.move(root, target, actor)
