"""Finds what looks like a secret."""

import re
from collections.abc import Iterator
from typing import Final

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.core.filtering import texts_of, with_texts
from hubbub.plugins.filter_secrets.config import SecretsSettings

# Each is linear in the length of the text: a message must not keep the server busy.
KEYS: Final = {
    "a private key": (
        r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[^-]{0,16000}-----END [A-Z0-9 ]{1,60}-----)?"
    ),
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{50,255})\b",
    "a GitLab token": r"\bgl(?:pat|dt|rt|ptt|cbt|ft|soat)-[A-Za-z0-9_-]{20,255}",
    "a Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}",
    "a Slack webhook": r"\bhooks\.slack\.com/services/[A-Za-z0-9]{5,20}/[A-Za-z0-9]{5,20}/[A-Za-z0-9]{10,50}",
    "a Google API key": r"\bAIza[A-Za-z0-9_-]{35}",
    "a Stripe key": r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}\b",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-[A-Za-z0-9_-]{50,1000}",
    "a SendGrid key": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    "an OpenAI or Anthropic key": r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,255}",
    "a JSON web token": r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}",
}
CARD: Final = "a card number"
_DIGITS: Final = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_ISSUERS: Final = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[0689]|6(?:011|4|5|2)|50|5[678]|35")


class Secrets:
    """The rule, made of the settings. Raises `ValueError` for a pattern that is none."""

    def __init__(self, settings: SecretsSettings) -> None:
        self.settings = settings
        named = {**(KEYS if settings.Keys else {}), **settings.Patterns}
        self._patterns = [(name, _compiled(name, pattern)) for name, pattern in named.items()]

    def check(self, post: Post) -> Post:
        """Return the post without secrets. Raises `Rejected` that says what kind was found, never the secret."""
        if self.settings.Action == "mask":
            return with_texts(post, self._masked)
        for text in texts_of(post):
            for name, _start, _end in self._found(text):
                raise Rejected(
                    f"The message seems to hold {name}. Nothing was posted: take it out, and change the secret if"
                    " others may have seen it."
                )
        return post

    def _masked(self, text: str) -> str:
        shown, end = [], 0
        for name, start, stop in sorted(self._found(text), key=lambda found: found[1]):
            if start < end:  # a part of what is masked already
                continue
            shown += [text[end:start], f"[{name} removed]"]
            end = stop
        return "".join([*shown, text[end:]]) if shown else text

    def _found(self, text: str) -> Iterator[tuple[str, int, int]]:
        for name, pattern in self._patterns:
            for found in pattern.finditer(text):
                if found.end() > found.start():
                    yield name, *found.span()
        if self.settings.CardNumbers:
            for found in _DIGITS.finditer(text):
                if is_card(re.sub(r"\D", "", found[0])):
                    yield CARD, *found.span()


def is_card(digits: str) -> bool:
    """Say whether digits can be the number of a payment card: of a known issuer, with the right last digit (Luhn)."""
    if not 13 <= len(digits) <= 19 or not _ISSUERS.match(digits) or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"Patterns[{name!r}] is no regular expression ({error})") from error
