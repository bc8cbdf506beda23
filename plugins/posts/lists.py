"""Pages of posts as clients read them: by page, before, after or around a post, since a time, by thread."""

from collections.abc import Iterable
from itertools import chain

import msgspec

from hubbub.core import json
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostList, PostNotFound
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserService
from hubbub.core.ids import new_id
from hubbub.plugins.posts.embeds import ATTACHMENTS, Previews, hide_integrations, joined, show_attachments
from hubbub.plugins.posts.store import PostStore
from hubbub.plugins.posts.thread_pages import ThreadPage


class ListOptions:
    """What a client asked for, beside the page: see the parameters of `GET /channels/{id}/posts`."""

    __slots__ = ("collapsed_threads", "extended", "include_deleted", "skip_threads")

    def __init__(
        self,
        *,
        collapsed_threads: bool = False,
        extended: bool = False,
        skip_threads: bool = False,
        include_deleted: bool = False,
    ) -> None:
        self.collapsed_threads = collapsed_threads
        self.extended = extended
        self.skip_threads = skip_threads
        self.include_deleted = include_deleted

    @property
    def flags(self) -> str:
        """A short text that differs for different options, for ETags."""
        return f"{self.collapsed_threads:d}{self.extended:d}{self.skip_threads:d}{self.include_deleted:d}"


class PostLists:
    """Reads lists of posts."""

    def __init__(self, context: PluginContext, store: PostStore) -> None:
        self._context = context
        self._hooks = context.hooks
        self._channels = context.service(ChannelService)
        self._users = context.service(UserService)
        self._store = store
        self.previews = Previews(context, store, self.shown)
        self._versions = context.cache("channel_version", max_items=20_000, ttl_s=300)
        context.on_broadcast("version", lambda sent: self._versions.set(*sent))
        # Encoded: when a channel is busy, or a server comes back, many clients ask for the same newest page.
        self._newest = context.cache("newest_page", max_items=128, ttl_s=60)

    def version(self, key: str) -> str:
        """Return a text that changes with every change of the channel's posts, or of what a reader sees with posts.

        It is made up, not computed from times: clocks stand still for a millisecond, differ between hosts, and posts
        may carry times of the future. Each change is a new version in every worker; one that is lost (a restart, a
        broken bus) costs a client one answer that it had already.
        """
        version: str = self._versions.get_or_load(key, lambda _key: new_id())
        return version

    def changed(self, key: str) -> None:
        """Note that posts of a channel have changed, or what one reader (`key` is a user id) sees with posts.

        In a transaction call it before its events are published.
        """
        self._context.db.after_commit(lambda: self._renew(key))

    def _renew(self, key: str) -> None:
        version = new_id()
        self._versions.set(key, version)
        self._context.broadcast("version", (key, version))

    def page(self, channel_id: str, page: int, per_page: int, options: ListOptions) -> PostList:
        """Return a page, newest first."""
        # One more at either end of the page tells whether there is a newer and an older one.
        offset = page * per_page
        before = 1 if offset else 0
        posts = self._store.page(
            channel_id,
            offset - before,
            before + per_page + 1,
            roots_only=options.collapsed_threads,
            include_deleted=options.include_deleted,
        )
        shown = posts[before : before + per_page]
        newer = posts[0].id if before and shown else ""
        older = posts[-1].id if len(posts) > before + per_page else ""
        return self._list(shown, options, next_post_id=newer, prev_post_id=older)

    def newest_page(self, channel_id: str, per_page: int, options: ListOptions, version: str) -> PostList | bytes:
        """Return the newest page; as JSON bytes when it is the same for every reader.

        It is kept for as long as `version` lasts, which must have been read before the call: what is read after it can
        only be newer.
        """
        if self._hooks.has("messages_will_be_consumed"):
            return self.page(channel_id, 0, per_page, options)

        def load(_key: str) -> PostList | bytes:
            page = self.page(channel_id, 0, per_page, options)
            own = options.collapsed_threads or self.previews.wanted(page.posts.values())
            return page if own else json.encode(page)

        found: PostList | bytes = self._newest.get_or_load(f"{channel_id}.{version}", load)
        return found

    def seen_by(self, session: Session, found: PostList | bytes, options: ListOptions) -> PostList | bytes:
        """Return a page as one reader gets it: with previews of posts that are linked to and the reader may read.

        With collapsed threads, roots say whether the reader follows them.
        """
        if isinstance(found, bytes):
            return found
        # Pages are shared between readers: theirs is a copy.
        own = self.previews.seen_by(session, found.posts.values())
        if options.collapsed_threads and self._hooks.has("followed_threads"):
            own.update(self._with_following(session.user_id, {**found.posts, **own}.values()))
        return msgspec.structs.replace(found, posts={**found.posts, **own}) if own else found

    def _with_following(self, user_id: str, posts: Iterable[Post]) -> dict[str, Post]:
        """Return copies of the threads' roots that say whether the user follows them."""
        roots = [post for post in posts if post.reply_count and not post.root_id]
        if not roots:
            return {}
        answers = self._hooks.ask_all("followed_threads", user_id=user_id, root_ids=[root.id for root in roots])
        followed = set(chain.from_iterable(answers))
        return {root.id: msgspec.structs.replace(root, is_following=root.id in followed) for root in roots}

    def since(self, channel_id: str, time: int, options: ListOptions) -> PostList:
        """Return what was created, edited or deleted after a time (ms); at most 1,000 posts."""
        return self._list(self._store.since(channel_id, time, roots_only=options.collapsed_threads), options)

    def around(
        self, channel_id: str, post_id: str, page: int, per_page: int, options: ListOptions, *, before: bool
    ) -> PostList:
        """Return the posts right before or after one. Raises `PostNotFound` for a post of another channel."""
        post = self._store.get(post_id)
        if post is None or post.channel_id != channel_id:
            raise PostNotFound
        found = self._store.around(
            post,
            before=before,
            offset=page * per_page,
            limit=per_page,
            roots_only=options.collapsed_threads,
            include_deleted=options.include_deleted,
        )
        edge = post.id if page == 0 else ""
        newer = older = ""
        if before:
            newer = edge or (self._newer(found[0], options) if found else "")
            older = self._older(found[-1], options) if len(found) == per_page > 0 else ""
        else:
            older = edge or (self._older(found[-1], options) if found else "")
            newer = self._newer(found[0], options) if len(found) == per_page > 0 else ""
        return self._list(found, options, next_post_id=newer, prev_post_id=older)

    def around_unread(
        self, channel_id: str, user_id: str, limit_before: int, limit_after: int, options: ListOptions
    ) -> PostList:
        """Return the oldest unread post with its neighbours; the newest page when nothing is unread."""
        member = self._channels.member(channel_id, user_id)
        roots_only = options.collapsed_threads
        first = self._store.first_after(channel_id, member.last_viewed_at, roots_only=roots_only)
        if first is None:
            return self.page(channel_id, 0, limit_before or 60, options)
        sides: dict[str, object] = {"offset": 0, "roots_only": roots_only, "include_deleted": False}
        older = self._store.around(first, before=True, limit=limit_before, **sides)  # type: ignore[arg-type]  # typed by name
        newer = self._store.around(first, before=False, limit=limit_after - 1, **sides)  # type: ignore[arg-type]  # typed by name
        found = [*newer, first, *older]
        return self._list(
            found, options, next_post_id=self._newer(found[0], options), prev_post_id=self._older(found[-1], options)
        )

    def thread(self, post: Post, page: ThreadPage, options: ListOptions) -> PostList:
        """Return a page of the thread that a post is in, its root included; `has_next` says whether there is more.

        The newest comes first unless the page goes down (from old to new) or asks for changes.
        """
        root_id = post.root_id or post.id
        root = post if post.id == root_id else self._store.get(root_id)
        if root is None:
            raise PostNotFound
        # One more than a page tells whether there is another.
        replies = self._store.replies(root_id, page, page.per_page and page.per_page + 1)
        shown = replies[: page.per_page] if page.per_page else replies
        roots = [] if page.updates_only and root.update_at <= page.from_update_at else [root]
        found = self._list([*roots, *shown] if page.oldest_first else [*shown, *roots], options, whole_threads=False)
        found.has_next = len(replies) > len(shown)
        return found

    def of(self, posts: Iterable[Post], session: Session | None = None) -> PostList:
        """Return posts as a list in the order they have; with a `session` as its user sees them."""
        found = self._list(list(posts), ListOptions(), whole_threads=False)
        if session is not None:
            found.posts.update(self.previews.seen_by(session, found.posts.values()))
        return found

    def shown(self, posts: list[Post], session: Session | None = None) -> list[Post]:
        """Return posts as readers get them: with metadata, and past `messages_will_be_consumed`.

        With a `session`, with the previews that its user sees.
        """
        shown = self._shown(posts)
        own = self.previews.seen_by(session, shown) if session is not None else {}
        return [own.get(post.id, post) for post in shown] if own else shown

    def _shown(self, posts: list[Post]) -> list[Post]:
        if not posts:
            return posts
        self.with_metadata(posts)
        if self._hooks.has("messages_will_be_consumed"):
            changed: list[Post] = self._hooks.consult("messages_will_be_consumed", posts)
            return changed
        return posts

    def with_metadata(self, posts: list[Post]) -> list[Post]:
        """Put into posts what plugins show with them; what their buttons do is taken out."""
        for post in posts:
            if ATTACHMENTS in post.props:
                show_attachments(post)
                hide_integrations(post)
        if not self._hooks.has("posts_metadata"):
            return posts
        by_id = {post.id: post for post in posts}
        for answer in self._hooks.ask_all("posts_metadata", posts=posts):
            for post_id, keys in answer.items():
                post = by_id[post_id]
                post.metadata = joined(post.metadata or {}, keys)
        return posts

    def _newer(self, post: Post, options: ListOptions) -> str:
        return self._store.neighbour_id(post, before=False, roots_only=options.collapsed_threads)

    def _older(self, post: Post, options: ListOptions) -> str:
        return self._store.neighbour_id(post, before=True, roots_only=options.collapsed_threads)

    def _list(
        self,
        posts: list[Post],
        options: ListOptions,
        *,
        next_post_id: str = "",
        prev_post_id: str = "",
        whole_threads: bool = True,
    ) -> PostList:
        found = {post.id: post for post in self.shown(posts)}
        order = [post.id for post in posts if post.id in found]
        if options.collapsed_threads:
            self._add_participants(found.values(), options)
        elif whole_threads and not options.skip_threads:
            self._add_threads(found, posts)
        return PostList(order=order, posts=found, next_post_id=next_post_id, prev_post_id=prev_post_id)

    def _add_participants(self, posts: Iterable[Post], options: ListOptions) -> None:
        """Say who takes part in the threads of roots: by id, or with `extended` as others see them."""
        roots = [post for post in posts if not post.root_id and post.reply_count]
        ids = self._store.participants_of(post.id for post in roots)
        users: dict[str, User] = {}
        if options.extended:
            known = self._users.get_many({user_id for entry in ids.values() for user_id in entry})
            users = {user_id: self._users.sanitize(user, viewer_id="") for user_id, user in known.items()}
        for post in roots:
            post.participants = [users.get(user_id) or User(id=user_id) for user_id in ids.get(post.id, ())]

    def _add_threads(self, found: dict[str, Post], posts: list[Post]) -> None:
        """Add the whole threads of the replies on the page: clients show where a reply belongs."""
        roots = {post.root_id for post in posts if post.root_id}
        if not roots:
            return
        others = [post for post in self._store.threads_of(roots) if post.id not in found]
        found.update((post.id, post) for post in self.shown(others))
