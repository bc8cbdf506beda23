"""Search: an index of posts that a plugin keeps."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from hubbub.core.contracts.posts import Post


class PostQuery(msgspec.Struct, kw_only=True):
    """What is looked for. `channel_ids` are those the asker may read; times in ms, 0 for no bound."""

    terms: str
    channel_ids: tuple[str, ...]
    from_user_ids: tuple[str, ...] = ()
    excluded_terms: str = ""
    after: int = 0
    before: int = 0
    or_terms: bool = False
    include_deleted_channels: bool = False
    page: int = 0
    per_page: int = 60


class SearchEngine(Protocol):
    """Finds posts. One provider is active."""

    def index_posts(self, posts: Iterable[Post]) -> None:
        """Add or replace posts in the index."""

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        """Take posts out of the index."""

    def search_posts(self, query: PostQuery) -> list[str]:
        """Return ids of matching posts, newest first, only from `query.channel_ids`."""


class NullSearchEngine:
    """Finds nothing: no search plugin is on."""

    def index_posts(self, posts: Iterable[Post]) -> None:
        """Do nothing."""

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        """Do nothing."""

    def search_posts(self, query: PostQuery) -> list[str]:
        """Return nothing."""
        return []
