"""How a post comes to be: what may be posted, who is mentioned, who hears of it."""

from typing import Any, Final

import msgspec
from msgspec import UNSET

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.errors import BadRequest, Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import NewPost, Post, PostNotFound
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.users import UserNotFound, UserService
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.posts import events, validation
from hubbub.plugins.posts.audience import Audience
from hubbub.plugins.posts.decoration import Decoration
from hubbub.plugins.posts.embeds import ATTACHMENTS, hide_integrations, show_attachments
from hubbub.plugins.posts.lists import PostLists
from hubbub.plugins.posts.pending import KEEP_MS, PendingPosts, id_of
from hubbub.plugins.posts.recorders import Recorders
from hubbub.plugins.posts.rows import to_row
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.text import hashtags
from hubbub.plugins.posts.times import PostTimes
from hubbub.plugins.posts.writer import PostWriter


class RejectedByPlugin(BadRequest):
    """A plugin refused the post; its reason is shown to the author."""

    id = "app.post.rejected_by_plugin.app_error"


FIXED: Final = ("id", "create_at", "update_at", "user_id", "channel_id", "root_id", "pending_post_id")
"""What a filter can't change."""


def is_automatic(post: Post) -> bool:
    """Say whether a program wrote the post: its account hasn't read the channel because of it."""
    return post.props.get("from_webhook") == "true" or post.props.get("from_bot") == "true"


class PostCreation:
    """Creates posts: checks, filters, one (shared) transaction, then the event."""

    def __init__(
        self,
        context: PluginContext,
        store: PostStore,
        audience: Audience,
        lists: PostLists,
        times: PostTimes,
        recorders: Recorders,
    ) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._statuses = context.service(StatusService)
        self._store = store
        self._audience = audience
        self._lists = lists
        self._decoration = Decoration(context)
        self._recorders = recorders
        self._writer = PostWriter(context.db, self._channels, self._recorders, context.service(SearchEngine))
        self._pending = PendingPosts()
        self._times = times
        context.on_broadcast("pending", lambda made: self._pending.made(*made))

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
        if post_id:
            return self._create_as(post_id, post, session, connection_id, set_online, read_by_author)
        pending_id = post.pending_post_id
        if not pending_id:
            return self._create(post, session, connection_id, set_online, read_by_author)
        made = self._pending.begin(post.user_id, pending_id)
        if made is not None:
            return self._made_before(made, pending_id)
        try:
            created = self._create_once(post, session, connection_id, set_online, read_by_author)
        except BaseException:
            self._pending.failed(post.user_id, pending_id)
            raise
        self._pending.made(post.user_id, pending_id, created.id)
        self._context.broadcast("pending", (post.user_id, pending_id, created.id))
        return created

    def _create_once(
        self, post: Post, session: Session | None, connection_id: str, set_online: bool, read_by_author: bool
    ) -> Post:
        """Create a post whose id follows from its pending id: of two workers asked at once, one finds it taken."""
        made_id = id_of(post.user_id, post.pending_post_id)
        original = msgspec.structs.replace(post)
        try:
            return self._create(post, session, connection_id, set_online, read_by_author, post_id=made_id)
        except UniqueViolation:
            made = self._store.get(made_id)
            if made is not None and now_ms() - made.update_at <= KEEP_MS:
                made.pending_post_id = original.pending_post_id
                return made
        return self._create(original, session, connection_id, set_online, read_by_author)

    def _create_as(
        self,
        post_id: str,
        post: Post,
        session: Session | None,
        connection_id: str,
        set_online: bool,
        read_by_author: bool,
    ) -> Post:
        """Create the post of an id, or return the one that there is."""
        made = self._store.get(post_id)
        if made is not None:
            return made
        try:
            return self._create(post, session, connection_id, set_online, read_by_author, post_id=post_id)
        except UniqueViolation:
            return self._made_before(post_id, "")

    def _made_before(self, post_id: str, pending_id: str) -> Post:
        post = self._store.get(post_id)
        if post is None:
            raise PostNotFound
        post.pending_post_id = pending_id
        return post

    def _create(
        self,
        post: Post,
        session: Session | None,
        connection_id: str,
        set_online: bool,
        read_by_author: bool,
        *,
        post_id: str = "",
    ) -> Post:
        validation.check_new(post)
        channel = self._channels.get(post.channel_id)
        if channel.delete_at and post.type != "system_channel_deleted":
            raise validation.DeletedChannel
        if post.root_id:
            self._check_root(post)
        post = self._complete(post, post_id or new_id())
        if self._context.hooks.has("message_will_be_posted"):
            post = self._filter(post, session)
        self._decoration.decorate(post, channel, session)
        self._lists.previews.mark(post)
        self._recorders.prepare(post, channel, session)
        show_attachments(post)
        found = self._audience.mentions(post, channel, session)
        named = frozenset(found.all)
        new = NewPost(
            post,
            self._row(post),
            named | self._audience.commented(post, channel),
            channel.team_id,
            read_by_author and not is_automatic(post),
            named,
            frozenset(found.user_ids),
            frozenset(found.by_group),
        )
        post.reply_count = self._writer.store(new)
        self._tell(new, channel, connection_id=connection_id, set_online=set_online)
        return post

    def store_copies(self, posts: list[Post], channel: Channel) -> None:
        """Store copies of a thread's posts, the root first, inside the open transaction. Publishes `posted`.

        They have passed filters before, and mention nobody anew.
        """
        new = [
            NewPost(post, self._row(post), frozenset(), channel.team_id, read_by_author=False, is_copy=True)
            for post in posts
        ]
        self._writer.store_now(new[:1])
        if len(new) > 1:
            self._writer.store_now(new[1:])
        for one in new:
            self._tell(one, channel, connection_id="", set_online=False)

    def _check_root(self, post: Post) -> None:
        root = self._store.get(post.root_id)
        if root is None or root.delete_at or root.root_id:
            raise validation.BadRoot
        if root.channel_id != post.channel_id:
            raise validation.RootInOtherChannel

    def _complete(self, post: Post, post_id: str) -> Post:
        """Fill in what the server decides."""
        post.id = post_id
        time = self._times.next(post.channel_id)
        post.create_at = post.create_at or time
        post.update_at = max(post.create_at, time)
        post.edit_at = post.delete_at = post.last_reply_at = 0
        post.original_id = ""
        post.hashtags = hashtags(post.message)
        if post.metadata is UNSET:
            post.metadata = {}
        return post

    def _filter(self, post: Post, session: Session | None) -> Post:
        # What was authorised and looked up stays: a filter changes what is said, not where or by whom.
        fixed = {name: getattr(post, name) for name in FIXED}
        try:
            filtered: Post = self._context.hooks.consult("message_will_be_posted", post, session=session)
        except Rejected as rejection:
            raise RejectedByPlugin(rejection.reason or "A plugin refused the message.") from rejection
        for name, value in fixed.items():
            setattr(filtered, name, value)
        validation.check_new(filtered)
        filtered.hashtags = hashtags(filtered.message)
        return filtered

    @staticmethod
    def _row(post: Post) -> tuple[Any, ...]:
        limit = validation.MAX_PROPS if post.type.startswith("system_") else validation.MAX_CLIENT_PROPS
        return to_row(post, validation.encode_props(post.props, limit=limit), validation.encode_file_ids(post))

    def _tell(self, new: NewPost, channel: Channel, *, connection_id: str, set_online: bool) -> None:
        post = new.post
        # Before the event: who hears of the post and reads the channel must find it there.
        self._lists.changed(post.channel_id)
        if ATTACHMENTS in post.props:
            hide_integrations(post)
        shared, readers, richer = self._lists.previews.for_event(post)
        event = events.posted(
            shared,
            channel,
            sender_name=self._sender_name(post),
            mentioned=new.mentions,
            per_user=new.per_user,
            set_online=set_online,
            connection_id=connection_id,
            own=events.own_posts(readers, richer),
        )
        self._context.publish(event)
        for call in new.after:
            call()
        if set_online:
            self._statuses.set_online(post.user_id)
        self._context.hooks.tell_later("message_has_been_posted", post=post)

    def _sender_name(self, post: Post) -> str:
        if post.type.startswith("system_"):
            return "System"
        override = post.props.get("override_username")
        allowed = self._context.config.ServiceSettings.EnablePostUsernameOverride
        if allowed and isinstance(override, str) and override and post.props.get("from_webhook") == "true":
            return override
        try:
            return "@" + self._users.get(post.user_id).username
        except UserNotFound:
            return "@someone"

    def send_ephemeral(self, post: Post, user_id: str) -> Post:
        """See `PostService.send_ephemeral`."""
        validation.check_message(post.message)
        self._channels.get(post.channel_id)
        post = self._complete(post, post.id or new_id())
        post.type = "system_ephemeral"
        try:
            post = self._context.hooks.consult("ephemeral_message_will_be_sent", post, user_id=user_id)
        except Rejected as rejection:
            raise RejectedByPlugin(rejection.reason or "A plugin refused the message.") from rejection
        show_attachments(post)
        hide_integrations(post)
        self._context.publish(events.ephemeral(post, user_id))
        return post
