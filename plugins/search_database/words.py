"""Messages as words of the index: the same for what is stored and for what is looked for.

Words are folded: lower case, no accents, full-width and other compatible forms as the usual ones. Scripts without
spaces become pairs of characters: 中文字 is 中文, 文字 and 字, so that any part of it is found. Pairs and emoji are
spelled in ASCII (`j04e2d06587`), which every engine takes for one word whatever its locale.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from hubbub.core.contracts.search import Term

_PAIRED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana, bopomofo, Chinese characters, Hangul (whose words carry endings)."""
_EMOJI: Final = "\u2190-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"  # without the five skin tones
_TOKENS: Final = re.compile(f"(?P<run>[{_PAIRED}]+)|(?P<emoji>[{_EMOJI}])|[^\\W_{_PAIRED}]+")
_ASCII_TOKENS: Final = re.compile(r"[a-z0-9]+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_ENDINGS: Final = (("ies", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("es", ""), ("s", ""))
_DOUBLED: Final = re.compile(r"([bdglmnprt])\1$")
_DOUBLES: Final = re.compile(r"[^aeiou][aeiou][bdglmnprt]$")
SHORTEST_STEM: Final = 3


class Needle:
    """What a term looks like in the index.

    `tokens` stand in this order; the last is only the beginning of a word if `is_prefix`. `forms` are the
    words of which one is enough, when it is a single one.
    """

    __slots__ = ("forms", "is_prefix", "tokens")

    def __init__(self, term: Term) -> None:
        self.tokens, self.is_prefix = _wanted(term.text)
        self.is_prefix = self.is_prefix or term.kind == "prefix"
        self.forms = forms(self.tokens[0]) if term.kind == "word" and self.is_word else self.tokens[:1]

    @property
    def is_word(self) -> bool:
        """Say whether it is a single whole word."""
        return len(self.tokens) == 1 and not self.is_prefix


def needles(terms: Iterable[Term]) -> list[Needle]:
    """Return the needles of all terms but hashtags, leaving out those without a word."""
    found = [Needle(term) for term in terms if term.kind != "hashtag"]
    return [needle for needle in found if needle.tokens]


def fold(text: str) -> str:
    """Return a text without the differences that don't count."""
    if text.isascii():
        return text.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).casefold()


def words(message: str) -> list[str]:
    """Return the words of a message, as they are indexed, in their order."""
    if message.isascii():
        return _ASCII_TOKENS.findall(message.lower())
    found: list[str] = []
    for match in _TOKENS.finditer(fold(message)):
        if match["run"]:
            found += _pairs(match["run"])
        else:
            found.append(_emoji(match["emoji"]) if match["emoji"] else match[0])
    return found


def _wanted(text: str) -> tuple[list[str], bool]:
    """Return the words to look for, and whether the last one is only a beginning.

    Where a run of characters ends in the message nobody knows, so the last one alone is not among the words.
    """
    found = words(text)
    last = None
    for match in _TOKENS.finditer(fold(text)):
        last = match
    if last is None or not last["run"]:
        return found, False
    return (found, True) if len(last["run"]) == 1 else (found[:-1], False)


def _pairs(run: str) -> list[str]:
    codes = [f"{ord(character):05x}" for character in run]
    return [f"j{one}{two}" for one, two in pairwise(codes)] + [f"j{codes[-1]}"]


def _emoji(character: str) -> str:
    return f"e{ord(character):05x}0"


def tag_word(hashtag: str) -> str:
    """Return the word that stands for a hashtag (with its #): of one length, whatever the tag."""
    return "t" + blake2b(fold_tag(hashtag).encode(), digest_size=13).hexdigest()


def fold_tag(hashtag: str) -> str:
    """Return a hashtag without what doesn't count: case."""
    return hashtag.casefold()


def forms(word: str) -> list[str]:
    """Return an English word in its regular forms: who looks for meetings finds a meeting.

    Forms that don't exist are found nowhere and cost next to nothing; a real stemmer would cost at every post.
    """
    if len(word) <= SHORTEST_STEM or not (word.isascii() and word.isalpha()):
        return [word]
    found = dict.fromkeys([word])
    for stem in _stems(word):
        found.update(dict.fromkeys(_inflected(stem)))
    return list(found)


def _stems(word: str) -> list[str]:
    stems = [word]
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM and not word.endswith("ss"):
            stems.append(stem + instead)
            if _DOUBLED.search(stem):
                stems.append(stem[:-1])
    return stems


def _inflected(stem: str) -> list[str]:
    if stem.endswith("e"):
        return [stem, stem + "s", stem + "d", stem[:-1] + "ing"]
    if stem.endswith("y") and stem[-2] not in "aeiou":
        return [stem, stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing"]
    longer = stem + stem[-1] if _DOUBLES.search(stem) else stem
    return [stem, stem + "s", stem + "es", longer + "ed", longer + "ing", stem + "ed", stem + "ing"]
