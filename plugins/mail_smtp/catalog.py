"""What mails say in which language: JSON files in the folder locales, one per language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from hubbub.core.contracts.mail import Mail

FOLDER: Final = Path(__file__).parent / "locales"
FALLBACK: Final = "en"


class Words(msgspec.Struct, frozen=True):
    """One mail's words. Paragraphs of `text` and `note` are separated by blank lines."""

    subject: str
    title: str
    text: str
    button: str = ""
    note: str = ""


class Frame(msgspec.Struct, frozen=True):
    """What stands around every mail."""

    sent_by: str
    """Whom the mail is from: `{site}`."""
    help: str
    """Whom to ask: `{support}`."""
    copy: str
    """Said above a link that is to be copied."""


class Language(msgspec.Struct, frozen=True):
    """Everything in one language."""

    frame: Frame
    mails: dict[str, Words]


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def language(name: str) -> Language:
    """Return one language, read once."""
    return msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=Language)


def best(*locales: str) -> str:
    """Return the first language that there is, exactly or in another country's form (`de-AT` is read as `de`)."""
    for locale in locales:
        for name in (locale, locale.replace("_", "-").split("-")[0].lower()):
            if name in languages():
                return name
    return FALLBACK


def words_of(mail: Mail, name: str, values: Mapping[str, str]) -> Words:
    """Return what a mail says: in a language if its kind is known there, else as its sender wrote it."""
    words = language(name).mails.get(mail.kind) or language(FALLBACK).mails.get(mail.kind)
    if words is not None:
        try:
            return Words(**{key: _filled(getattr(words, key), values) for key in Words.__struct_fields__})
        except KeyError:
            pass  # its sender gives fewer values than we know of: their own words are whole
    # The link is shown by the template, with the button: a text may name it as well.
    text = mail.text.replace(mail.link, "").rstrip() if mail.link else mail.text
    return Words(mail.subject, mail.subject, text, mail.button)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(values)
