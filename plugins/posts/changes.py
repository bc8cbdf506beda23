"""How posts are edited and deleted."""

from typing import Any, Final

import msgspec
from msgspec import UNSET

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import BadRequest, Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostNotFound
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.ids import new_id
from hubbub.plugins.posts import events, validation
from hubbub.plugins.posts.creation import FIXED, RejectedByPlugin
from hubbub.plugins.posts.decoration import Decoration
from hubbub.plugins.posts.embeds import hide_integrations
from hubbub.plugins.posts.lists import PostLists
from hubbub.plugins.posts.recorders import Recorders
from hubbub.plugins.posts.rows import to_row
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.text import hashtags
from hubbub.plugins.posts.times import PostTimes

EDITABLE: Final = ("message", "hashtags", "edit_at", "props", "file_ids", "is_pinned")


class PostChanges:
    """Edits and deletes posts."""

    def __init__(
        self, context: PluginContext, store: PostStore, lists: PostLists, times: PostTimes, recorders: Recorders
    ) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._search = context.service(SearchEngine)
        self._store = store
        self._lists = lists
        self._times = times
        self._recorders = recorders
        self._decoration = Decoration(context)

    def edit(self, post: Post, changed: Post) -> Post:
        """Store `changed`, an edited copy of `post`; the old text is kept as an edit. Publishes `post_edited`."""
        self._check_editable(post)
        if self._context.hooks.has("message_will_be_updated"):
            changed = self._filter(changed, post)
        now = self._times.next(post.channel_id)
        text_changed = changed.message != post.message or changed.file_ids != post.file_ids
        changed.update_at = now
        if text_changed:
            changed.edit_at = now
            changed.hashtags = hashtags(changed.message)
            self._decoration.decorate(changed, self._channels.get(post.channel_id), None)
        if text_changed or changed.props != post.props:
            self._lists.previews.mark(changed)
        validation.check_message(changed.message)
        with self._context.db.transaction():
            current = self._store.lock(post, now)
            if current is None or current.delete_at:
                raise PostNotFound
            _keep_others_changes(changed, post, current)
            self._recorders.revise(changed, current)
            props, file_ids = validation.encode_props(changed.props), validation.encode_file_ids(changed)
            if text_changed:
                self._search.remove_posts([post.id])
            self._store.update(changed, self._old_version(current, now) if text_changed else None, props, file_ids)
            stored = self._store.get(post.id)
            if stored is None:
                raise PostNotFound
            if text_changed:
                self._search.index_posts([stored])
            self._lists.changed(post.channel_id)
            self.publish_edited(stored)
        self._context.hooks.tell_later("message_has_been_updated", new_post=stored, old_post=post)
        return stored

    def touch(self, post: Post, has_reactions: bool | None) -> Post:
        """Give a post a new `update_at`, and its channel's pages a new version."""
        with self._context.db.transaction():
            current = self._store.lock(msgspec.structs.replace(post, root_id=""), self._times.next(post.channel_id))
            if current is None or current.delete_at:
                raise PostNotFound
            if has_reactions is not None and has_reactions != (current.has_reactions is True):
                self._store.set_has_reactions(post.id, has_reactions)
                current.has_reactions = True if has_reactions else UNSET
            self._lists.changed(post.channel_id)
        return current

    def publish_edited(self, post: Post) -> None:
        """Tell clients of a changed post, as readers get it."""
        self._lists.with_metadata([post])
        shared, readers, richer = self._lists.previews.for_event(post)
        self._context.publish(events.post_edited(shared, events.own_posts(readers, richer)))

    def _check_editable(self, post: Post) -> None:
        if self._channels.get(post.channel_id).delete_at:
            raise BadRequest(
                "The channel is archived: its posts can't be changed.",
                id="api.post.update_post.can_not_update_post_in_deleted.error",
            )

    def _filter(self, changed: Post, post: Post) -> Post:
        fixed = {name: getattr(changed, name) for name in FIXED}
        try:
            filtered: Post = self._context.hooks.consult("message_will_be_updated", changed, old_post=post)
        except Rejected as rejection:
            raise RejectedByPlugin(rejection.reason or "A plugin refused the edit.") from rejection
        for name, value in fixed.items():
            setattr(filtered, name, value)
        return filtered

    @staticmethod
    def _old_version(post: Post, now: int) -> tuple[Any, ...]:
        old = msgspec.structs.replace(post, id=new_id(), original_id=post.id, delete_at=now, update_at=now)
        return to_row(old, validation.encode_props(old.props), validation.encode_file_ids(old))

    def delete(self, post: Post, *, actor_id: str) -> None:
        """Mark a post and its replies deleted. Publishes `post_deleted` in its two forms."""
        if self._channels.get(post.channel_id).delete_at:
            raise BadRequest(
                "The channel is archived: its posts can't be deleted.",
                id="api.post.delete_post.can_not_delete_post_in_deleted.error",
            )
        now = self._times.next(post.channel_id)
        props = validation.encode_props({**post.props, "deleteBy": actor_id})
        deleted = msgspec.structs.replace(post, delete_at=now, update_at=now, is_following=UNSET)
        hide_integrations(deleted)
        with self._context.db.transaction():
            if not self._store.delete(post, now, props):
                raise PostNotFound
            self._recorders.erase(post)
            self._search.remove_posts([post.id, *([] if post.root_id else self._store.reply_ids(post.id))])
            self._lists.changed(post.channel_id)
            for event in events.post_deleted(deleted, actor_id):
                self._context.publish(event)
        self._context.hooks.tell_later("message_has_been_deleted", post=deleted)


def _keep_others_changes(changed: Post, read: Post, current: Post) -> None:
    """Take over what somebody else has changed since the post was read, where this edit leaves it as it was."""
    for name in EDITABLE:
        if getattr(changed, name) == getattr(read, name):
            setattr(changed, name, getattr(current, name))
