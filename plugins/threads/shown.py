"""Threads as their followers see them: with the root, who takes part, and how urgent it is."""

from collections.abc import Iterable, Mapping, Sequence

from hubbub.core import json
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostPriority, PostService
from hubbub.core.contracts.threads import Thread
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.threads.lists_store import ThreadListStore
from hubbub.plugins.threads.records import ThreadRow

URGENT = "urgent"


class ShownThreads:
    """Builds `Thread` records; a constant number of queries however many there are."""

    def __init__(self, context: PluginContext, store: ThreadListStore) -> None:
        self._hooks = context.hooks
        self._posts = context.service(PostService)
        self._users = context.service(UserService)
        self._store = store

    def of(self, root_id: str) -> Thread | None:
        """Return a live thread with all its participants as others see them, without anybody's unread counts."""
        post = self._posts.get_many([root_id]).get(root_id)
        shown = self._posts.shown([post]) if post is not None else []
        if not shown:
            return None
        root = shown[0]
        ids: list[str] = json.decode(self._store.participants(root_id))
        return Thread(
            id=root_id,
            reply_count=root.reply_count,
            last_reply_at=root.last_reply_at,
            participants=self._people(ids, extended=True)(ids),
            post=root,
            is_urgent=is_urgent(root),
        )

    def many(self, rows: Sequence[ThreadRow], unread: Mapping[str, int], *, extended: bool) -> list[Thread]:
        """Return threads in the order of `rows`; a root that nobody may read (see hooks) takes its thread away."""
        found = self._posts.get_many([row.id for row in rows], include_deleted=any(row.delete_at for row in rows))
        roots = {post.id: post for post in self._posts.shown(list(found.values()))}
        ids: dict[str, list[str]] = {row.id: json.decode(row.participants) for row in rows}
        people = self._people({user_id for entry in ids.values() for user_id in entry}, extended=extended)
        return [
            Thread(
                id=row.id,
                reply_count=row.reply_count,
                last_reply_at=row.last_reply_at,
                last_viewed_at=row.last_viewed,
                participants=people(ids[row.id]),
                post=roots[row.id],
                unread_replies=unread.get(row.id, 0),
                unread_mentions=row.unread_mentions,
                is_urgent=is_urgent(roots[row.id]),
                delete_at=row.delete_at,
            )
            for row in rows
            if row.id in roots
        ]

    def urgent(self, root_ids: Sequence[str]) -> set[str]:
        """Return which of some threads are urgent."""
        if not root_ids or not self._hooks.has("posts_metadata"):
            return set()
        posts = self._posts.shown(list(self._posts.get_many(root_ids).values()))
        return {post.id for post in posts if is_urgent(post)}

    def _people(self, user_ids: Iterable[str], *, extended: bool) -> "People":
        known = self._users.get_many(user_ids) if extended else {}
        return People({user_id: self._users.sanitize(user, viewer_id="") for user_id, user in known.items()})


class People:
    """Turns ids into records: as others see them where they are known, else with the id only."""

    def __init__(self, users: Mapping[str, User]) -> None:
        self._users = users

    def __call__(self, user_ids: Iterable[str]) -> list[User]:
        """Return the records in the order of the ids."""
        return [self._users.get(user_id) or User(id=user_id) for user_id in user_ids]


def is_urgent(root: Post) -> bool:
    """Say whether a root, as readers get it, has been made urgent."""
    priority = root.metadata.get("priority") if root.metadata else None
    return isinstance(priority, PostPriority) and priority.priority == URGENT
