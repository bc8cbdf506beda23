"""Who a message mentions: user names, keywords, first names, @channel, @all and @here."""

from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec import UNSET

from hubbub.core.contracts.users import User
from hubbub.plugins.posts.text import PUNCTUATION, parts, shortened, words

EVERYBODY = frozenset({"@channel", "@all"})
HERE = "@here"


class Mentions(msgspec.Struct):
    """The result: who is named, whom @channel and its like call, who is in a named group; whether all were called."""

    user_ids: set[str]
    everybody: bool = False
    here: bool = False
    called: set[str] = msgspec.field(default_factory=set)
    by_group: set[str] = msgspec.field(default_factory=set)

    @property
    def all(self) -> set[str]:
        """Everybody who is mentioned, however."""
        return self.user_ids | self.called | self.by_group if self.called or self.by_group else self.user_ids


class MentionIndex:
    """The words that mention members of one channel, by their own settings (not those they made for the channel)."""

    __slots__ = ("by_first_name", "by_word", "comments", "everybody", "has_plain_words", "member_ids")

    def __init__(self, members: Iterable[User]) -> None:
        self.by_word: dict[str, set[str]] = {}
        self.by_first_name: dict[str, set[str]] = {}
        self.everybody: set[str] = set()
        self.member_ids: set[str] = set()
        self.comments: dict[str, str] = {}
        self.has_plain_words = False
        for user in members:
            self._add(user)

    def _add(self, user: User) -> None:
        if user.delete_at:
            return
        props = {} if user.notify_props is UNSET else user.notify_props
        self.member_ids.add(user.id)
        if props.get("comments") in ("root", "any"):
            self.comments[user.id] = props["comments"]
        self.by_word.setdefault("@" + user.username, set()).add(user.id)
        for keyword in props.get("mention_keys", "").split(","):
            keyword = keyword.strip().lower()
            if keyword:
                self.by_word.setdefault(keyword, set()).add(user.id)
                self.has_plain_words |= not keyword.startswith("@")
        if props.get("first_name") == "true" and user.first_name:
            self.by_first_name.setdefault(user.first_name, set()).add(user.id)
            self.has_plain_words = True
        if props.get("channel", "true") != "false":
            self.everybody.add(user.id)

    def find(self, message: str, online: Callable[[], set[str]], called: Callable[[], set[str]]) -> Mentions:
        """Return who `message` mentions, its author perhaps too.

        `called` is asked only for @channel and its like, and returns the ids of members whom that may mention;
        `online` only for @here, the ids of members who are online.
        """
        found = Mentions(set())
        if "@" not in message and not self.has_plain_words:
            return found
        for word in words(message):
            self._match(word, found)
        if found.everybody:
            found.called = called()
        elif found.here:
            found.called = called() & online()
        return found

    def commented(self, participants: Iterable[str], root_author_id: str) -> set[str]:
        """Return who wants to be mentioned by a reply because of their own posts in the thread."""
        found = {user_id for user_id in participants if self.comments.get(user_id) == "any"}
        if root_author_id in self.comments:
            found.add(root_author_id)
        return found

    def _match(self, word: str, found: Mentions) -> None:
        """Look for a word as it is, without its last punctuation, in its parts, and for keywords inside it."""
        word = word.lstrip(PUNCTUATION)
        if any(self._is_mention(shorter, found) for shorter in shortened(word)):
            return
        if not word.startswith("@"):
            for part in parts(word):
                self._is_mention(part, found)
        if not word.isascii():
            self._match_inside(word.lower(), found)

    def _is_mention(self, word: str, found: Mentions) -> bool:
        """Note whom a word mentions; first names are the only ones to be written exactly."""
        lowered = word.lower()
        by_word, by_first_name = self.by_word.get(lowered), self.by_first_name.get(word)
        found.user_ids.update(by_word or (), by_first_name or ())
        if lowered in EVERYBODY:
            found.everybody = True
        elif lowered == HERE:
            found.here = True
        return bool(by_word or by_first_name) or lowered in EVERYBODY or lowered == HERE

    def _match_inside(self, word: str, found: Mentions) -> None:
        """Languages without spaces: a keyword with non-ASCII characters matches inside a word."""
        for keyword, users in self.by_word.items():
            if not keyword.isascii() and keyword in word:
                found.user_ids |= users


def ignores_channel_mentions(channel_props: Mapping[str, str]) -> bool:
    """Say whether @channel and its like mean nothing to a member: their choice, or by default in a muted channel."""
    choice = channel_props.get("ignore_channel_mentions", "default")
    return choice == "on" or (choice == "default" and channel_props.get("mark_unread") == "mention")
