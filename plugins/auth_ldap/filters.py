"""Search filters (RFC 4515): put together so that nothing anybody types can change their meaning."""

import re
from typing import Final

EVERYTHING: Final = "(objectClass=*)"
_SPECIAL: Final = re.compile(rb"[^0-9A-Za-z@._ \-+]")
_BINARY: Final = re.compile(r"(?:\\[0-9a-f]{2})+").fullmatch


def escaped(value: str) -> str:
    r"""Return a value for a filter: each byte but those of plain words as `\xx`."""
    # SECURITY: what isn't known to be harmless is escaped, rather than what is known to be harmful.
    return _SPECIAL.sub(lambda match: b"\\%02x" % match[0][0], value.encode()).decode()


def equals(attribute: str, value: str) -> str:
    """Return the filter that an attribute has exactly this value."""
    return f"({attribute}={escaped(value)})"


def has_subject(attribute: str, subject: str) -> str:
    """Return the filter for the entry of a subject, as `entries.subject_of` writes it."""
    return f"({attribute}={subject})" if _BINARY(subject) else equals(attribute, subject)


def both(*filters: str) -> str:
    """Return the filter that all of these hold; empty ones are left out."""
    given = [text for text in filters if text]
    if len(given) == 1:
        return given[0]
    return f"(&{''.join(given)})" if given else EVERYTHING


def any_of(filters: list[str]) -> str:
    """Return the filter that one of these holds."""
    return filters[0] if len(filters) == 1 else f"(|{''.join(filters)})"
