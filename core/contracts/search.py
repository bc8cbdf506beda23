"""Search: an index of posts that a plugin keeps."""

import re
from collections.abc import Iterable
from typing import Final, Literal, Protocol

import msgspec

from hubbub.core.contracts.posts import Post

_PIECE: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
_HASHTAG: Final = re.compile(r"#[^\W\d_][\w\-.]*[^\W_]")
_ENDS: Final = re.compile(r"^[!-\"$-/:-@\[-`{-~]+|[!-)+-/:-@\[-`{-~]+$")  # signs of ASCII, but # before and * behind


class Term(msgspec.Struct, frozen=True):
    """One thing that is looked for.

    `word` (may hold punctuation: `report.pdf`), `phrase` (words in this order), `prefix` (how a word begins, without
    the `*`) or `hashtag` (with its `#`, to be found exactly but for case).
    """

    kind: Literal["word", "phrase", "prefix", "hashtag"]
    text: str


def parse_terms(text: str) -> list[Term]:
    """Return the terms of `PostQuery.terms` or `excluded_terms`, each once; what has no letter or digit is left out.

    A quotation mark that nothing closes opens a phrase to the end.
    """
    found: dict[Term, None] = {}
    for match in _PIECE.finditer(text.replace("\0", " ")):
        term = Term("phrase", match[1].strip()) if match[2] is None else _term(match[2])
        if any(character.isalnum() or ord(character) > 0x2000 for character in term.text):
            found[term] = None
    return list(found)


def _term(piece: str) -> Term:
    piece = _ENDS.sub("", piece)
    bare = piece.rstrip("*")
    if bare != piece and not bare.startswith("#"):
        return Term("prefix", bare)
    tag = _HASHTAG.match(bare)
    if tag is not None and not any(character.isalnum() for character in bare[tag.end() :]):
        return Term("hashtag", tag[0])
    return Term("word", bare.lstrip("#"))


class PostQuery(msgspec.Struct, kw_only=True):
    """What is looked for, as every engine understands it.

    `terms` and `excluded_terms` are words separated by spaces, `"phrases"`, `beginnings*` and `#hashtags` (see
    `parse_terms`); all must be there, with `or_terms` any is enough. `channel_ids` are those to search in: the asker
    may read them. `after` and `before` are times in ms, both excluded themselves, 0 for no bound; `excluded_periods`
    are (first ms, first ms after it).
    `has` and `excluded_has` are of `file`, `link`, `pin` and `reaction`. With `any_text` a post needs no term: it is a
    search by author, channel or date alone, or only for what must not be there.
    """

    terms: str
    channel_ids: tuple[str, ...]
    from_user_ids: tuple[str, ...] = ()
    excluded_user_ids: tuple[str, ...] = ()
    excluded_terms: str = ""
    after: int = 0
    before: int = 0
    excluded_periods: tuple[tuple[int, int], ...] = ()
    has: tuple[str, ...] = ()
    excluded_has: tuple[str, ...] = ()
    or_terms: bool = False
    any_text: bool = False
    include_deleted_channels: bool = False
    page: int = 0
    per_page: int = 60


class SearchEngine(Protocol):
    """Finds posts. One provider is active.

    What is indexed and removed is said inside the transaction that changes the posts: an index in the same database
    changes with them, one elsewhere does its work after the commit (`db.after_commit`). Posts that are marked deleted,
    earlier versions and system messages (`type` begins with system_) are never found, whether or not they were removed.
    """

    def index_posts(self, posts: Iterable[Post]) -> None:
        """Add posts that are stored now. Whoever changes one removes it first. Cheap: every new post passes here."""

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        """Take posts out, before they are changed or deleted for good; the database has them as they were indexed."""

    def search_posts(self, query: PostQuery) -> list[str]:
        """Return ids of matching posts, newest first, only from `query.channel_ids`.

        Never fails for odd terms. Terms that the engine can't look for (signs, words that its language leaves out)
        are ignored next to others; alone they find nothing, unless `any_text`.
        """


class NullSearchEngine:
    """Finds nothing: no search plugin is on."""

    def index_posts(self, posts: Iterable[Post]) -> None:
        """Do nothing."""

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        """Do nothing."""

    def search_posts(self, query: PostQuery) -> list[str]:
        """Return nothing."""
        return []
