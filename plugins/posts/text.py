"""What is read out of a message's text: hashtags, and the words that may mention somebody."""

import re
from collections.abc import Iterator
from typing import Final

MAX_HASHTAGS: Final = 1000
"""Bytes of `hashtags` that are kept; cut at the last space."""

_HASHTAG = re.compile(r"#[^\W\d_][\w\-.]*[^\W_]").fullmatch
_LEADING = re.compile(r"^[^\w#]+")
_TRAILING = re.compile(r"[^\w]+$")
_CODE = re.compile(
    r"^(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^(?P=fence)[ \t]*$|\Z)|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.S | re.M
)
_WORDS = re.compile(r"[^\w:.\-@]+")
PUNCTUATION: Final = ".-:_"
_JOINED = re.compile(r"[.\-:]")


def hashtags(message: str) -> str:
    """Return the hashtags of a message, separated by spaces, each once, at most `MAX_HASHTAGS` bytes."""
    if "#" not in message:
        return ""
    found: dict[str, None] = {}
    for word in message.split():
        if "#" not in word:
            continue
        tag = re.sub(r"^#{2,}", "#", _TRAILING.sub("", _LEADING.sub("", word)))
        if _HASHTAG(tag):
            found[tag] = None
    text = " ".join(found).encode()
    if len(text) > MAX_HASHTAGS:
        text = text[:MAX_HASHTAGS].rpartition(b" ")[0]
    return text.decode()


def without_code(message: str) -> str:
    """Return the message with code blocks and inline code blanked: nobody is mentioned in code."""
    if "`" not in message and "~~~" not in message:
        return message
    return _CODE.sub(" ", message)


def words(message: str) -> Iterator[str]:
    """Yield the words that may be mentions, as they are written, punctuation at their ends included.

    `:what:` is an emoji.
    """
    for word in _WORDS.split(without_code(message)):
        if word and not word[0] == word[-1] == ":":
            yield word


def shortened(word: str) -> Iterator[str]:
    """Yield a word, then the word with the punctuation at its end removed one character at a time.

    A user name may end with such a character, a sentence too: the longest match counts.
    """
    while word:
        yield word
        if word[-1] not in PUNCTUATION:
            return
        word = word[:-1]


def parts(word: str) -> list[str]:
    """Return the parts of words that are joined by punctuation, as in `one...two`; none for a single word."""
    found = [part for part in _JOINED.split(word) if part]
    return found if len(found) > 1 else []
