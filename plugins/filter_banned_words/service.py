"""Finds banned words, however they are written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.core.filtering import texts_of, with_texts
from hubbub.plugins.filter_banned_words.config import BannedWordsSettings

MAX_WORDS: Final = 20_000
MAX_LENGTH: Final = 100
MASK: Final = "*"
COMBINING: Final = ("\u0300", "\u036f")
"""Marks that can be heaped upon any letter."""
_TOKEN: Final = re.compile(r"\w+")


class BannedWords:
    """The rule, made of the settings. Raises `ValueError` for words that can't be found."""

    def __init__(self, settings: BannedWordsSettings) -> None:
        self.settings = settings
        phrases = {
            tuple(_TOKEN.findall(_fold(_composed(word))[0])) for word in _checked([*settings.Words, *_read(settings)])
        }
        if len(phrases) > MAX_WORDS:
            raise ValueError(f"there are {len(phrases)} words; at most {MAX_WORDS} are possible")
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=lambda one: -len(one)):
            self._by_first.setdefault(phrase[0], []).append(phrase)
        self._texts = sorted({" ".join(phrase) for phrase in phrases}, key=len, reverse=True)

    def check(self, post: Post) -> Post:
        """Return the post without banned words. Raises `Rejected`."""
        if self.settings.Action == "mask":
            return with_texts(post, self._masked)
        if any(next(self._found(_fold(_composed(text))[0]), None) for text in texts_of(post)):
            raise Rejected("The message has a word that isn't allowed here. Please say it in other words.")
        return post

    def _masked(self, given: str) -> str:
        text = _composed(given)
        folded, places = _fold(text)
        spans = [(places[start], places[end - 1] + 1) for start, end in self._found(folded)]
        if not spans:
            return given
        shown = list(text)
        for start, end in spans:
            shown[start:end] = [MASK if not letter.isspace() else letter for letter in text[start:end]]
        return "".join(shown)

    def _found(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where banned words are."""
        yield from self._words_in(folded) if self.settings.WholeWords else self._parts_in(folded)

    def _words_in(self, folded: str) -> Iterator[tuple[int, int]]:
        tokens = list(_TOKEN.finditer(folded))
        for number, token in enumerate(tokens):
            for phrase in self._by_first.get(token[0], ()):
                last = number + len(phrase) - 1
                if last < len(tokens) and all(tokens[number + place][0] == word for place, word in enumerate(phrase)):
                    yield token.start(), tokens[last].end()
                    break

    def _parts_in(self, folded: str) -> Iterator[tuple[int, int]]:
        for text in self._texts:
            start = folded.find(text)
            while start >= 0:
                yield start, start + len(text)
                start = folded.find(text, start + len(text))


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text as words are compared, and for each letter of it the place in `text` where it comes from.

    Wide and decorated forms become plain ones, letters small; what can't be seen is left out. Accents count.
    """
    folded: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isascii():
            folded.append(letter.lower())
            places.append(place)
        elif unicodedata.category(letter) != "Cf" and not COMBINING[0] <= letter <= COMBINING[1]:
            plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", letter).casefold())
            folded += plain
            places += [place] * len(plain)
    return "".join(folded), places


def _composed(text: str) -> str:
    """Return the text with letters and their accents as one, where there is such a letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _read(settings: BannedWordsSettings) -> list[str]:
    if not settings.WordsFile:
        return []
    try:
        text = Path(settings.WordsFile).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"WordsFile {settings.WordsFile!r} can't be read ({error}): name a UTF-8 text file") from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _checked(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if not _TOKEN.search(_fold(_composed(word))[0]):
            raise ValueError(f"{word!r} can't be found: a banned word has a letter or a digit")
        if len(word) > MAX_LENGTH:
            raise ValueError(f"{word[:40]!r}… is too long: a banned word has at most {MAX_LENGTH} characters")
        yield word
