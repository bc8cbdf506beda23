"""Lets authors send a mood with a post and shows it to readers; everybody follows threads that began in a good one."""

from collections.abc import Sequence
from typing import Any, Final

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.posts import NewPost, Post
from hubbub.core.contracts.sessions import Session
from hubbub.hookspecs import hookimpl

MOODS: Final = ("fine", "tired")
MAX_KEPT: Final = 1_000

manifest = Manifest(id="mood", version="1.0.0", summary="A mood with a post: metadata of one's own", reloadable=True)


class Plugin:
    """Moods live in memory: a plugin that is in earnest keeps them in a table (see word_count)."""

    keeps: Final = frozenset({"mood"})

    def __init__(self, context: PluginContext) -> None:
        self._moods: dict[str, str] = {}

    @hookimpl
    def register_post_recorders(self) -> list["Plugin"]:
        return [self]

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Refuse a mood that there is not."""
        mood = post.metadata.get("mood") if post.metadata else None
        if mood is not None and mood not in MOODS:
            raise BadRequest("There is no such mood: choose fine or tired.", id="mood.unknown")

    def record(self, posts: Sequence[NewPost]) -> None:
        """Keep the moods of new posts; tables would be written here, in the transaction of the posts."""
        for new in posts:
            if new.post.metadata and "mood" in new.post.metadata and len(self._moods) < MAX_KEPT:
                self._moods[new.post.id] = str(new.post.metadata["mood"])

    def erase(self, post: Post) -> None:
        """Forget the mood of a deleted post."""
        self._moods.pop(post.id, None)

    @hookimpl
    def posts_metadata(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        return {post.id: {"mood": self._moods[post.id]} for post in posts if post.id in self._moods}

    @hookimpl
    def followed_threads(self, user_id: str, root_ids: list[str]) -> list[str]:
        return [root_id for root_id in root_ids if self._moods.get(root_id) == "fine"]
