"""Learns of new posts whom they mention: posts find that out once, here it is only passed on to the background."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import NewPost, Post
from hubbub.core.contracts.sessions import Session


class Told(msgspec.Struct, frozen=True):
    """A new post and whom it mentions, by which way: see `NewPost`."""

    post: Post
    mentions: frozenset[str]
    named: frozenset[str]
    by_name: frozenset[str] = frozenset()
    by_group: frozenset[str] = frozenset()


class NewPosts:
    """A `PostRecorder` that records nothing. Costs a post no statement."""

    keeps: frozenset[str] = frozenset()

    def __init__(self, context: PluginContext, posted: Callable[[Told], None]) -> None:
        self._tasks = context.tasks
        self._posted = posted

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Let every post pass."""

    def record(self, posts: Sequence[NewPost]) -> None:
        """Have people told of the posts once they are stored and `posted` is out."""
        for new in posts:
            if not new.is_copy:
                told = Told(new.post, new.mentions, new.named, new.by_name, new.by_group)
                new.after.append(partial(self._tasks.submit, self._posted, told))
