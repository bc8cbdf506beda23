"""Counts who is mentioned."""

import re
from typing import Final

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.core.filtering import texts_of
from hubbub.plugins.filter_mentions.config import MentionsSettings

EVERYBODY: Final = frozenset({"channel", "all", "here"})
_CODE: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_NAME: Final = re.compile(r"(?<![\w@.+-])@([a-z0-9][a-z0-9._-]*)", re.IGNORECASE)


class Mentions:
    """The rule, made of the settings."""

    def __init__(self, settings: MentionsSettings) -> None:
        self.settings = settings

    def check(self, post: Post) -> Post:
        """Return the post. Raises `Rejected`."""
        names = {name for text in texts_of(post) for name in mentioned(text)}
        if names & EVERYBODY and not self.settings.AllowEverybody:
            raise Rejected("Messages can't mention @channel, @all and @here on this server.")
        count = len(names - EVERYBODY)
        if count > self.settings.Max:
            raise Rejected(
                f"The message mentions {count} names; at most {self.settings.Max} are allowed in one message."
            )
        return post


def mentioned(text: str) -> set[str]:
    """Return the names after an @ outside of code, in lower case."""
    return {name.rstrip("._-").lower() for name in _NAME.findall(_CODE.sub(" ", text))}
