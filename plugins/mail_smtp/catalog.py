"""What mails say in which language: JSON files in the folder locales, one per language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from hubbub.core.contracts.mail import Mail
from hubbub.core.languages import FALLBACK, Languages

FOLDER: Final = Path(__file__).parent / "locales"


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


def new_languages() -> Languages[Language]:
    """Return what mails say."""
    return Languages(FOLDER, Language)


def words_of(languages: Languages[Language], mail: Mail, name: str, values: Mapping[str, str]) -> Words:
    """Return what a mail says: in a language if its kind is known there, else as its sender wrote it."""
    words = languages.get(name).mails.get(mail.kind) or languages.get(FALLBACK).mails.get(mail.kind)
    if words is not None:
        try:
            return Words(**{key: _filled(getattr(words, key), values) for key in Words.__struct_fields__})
        except KeyError:
            pass  # its sender gives fewer values than we know of: their own words are whole
    # The link is shown by the template, with the button: a text may name it as well.
    text = mail.text.replace(mail.link, "").rstrip() if mail.link else mail.text
    return Words(mail.subject, mail.title or mail.subject, text, mail.button)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(values)
