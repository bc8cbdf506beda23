"""Which values a field takes, and how they are stored."""

import re
from collections.abc import Set
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.profile_attributes import (
    DATE,
    MULTISELECT,
    MULTIUSER,
    SELECT,
    TEXT,
    USER,
    PropertyField,
    PropertyValueData,
)

MAX_TEXT: Final = 64
MAX_USERS: Final = 100
LISTS: Final = (MULTISELECT, MULTIUSER)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+").fullmatch


class InvalidValue(BadRequest):
    id = "app.custom_profile_attributes.validate_value.app_error"
    message = "The value can't be stored."


def cleaned(field: PropertyField, value: Any) -> PropertyValueData:
    """Return the value without blanks around it, and without what is there twice. Raises `InvalidValue`.

    An empty text or list is how somebody takes a value back.
    """
    if field.type in LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise InvalidValue("The value of {name} is a list of ids.", name=field.name)
        return list(dict.fromkeys(item.strip() for item in value if item.strip()))
    if not isinstance(value, str):
        raise InvalidValue("The value of {name} is a text.", name=field.name)
    return value.strip()


def check(field: PropertyField, value: PropertyValueData, known_users: Set[str]) -> None:
    """Raise `InvalidValue` when the field doesn't take the (cleaned) value.

    `known_users` are the ids, among those that values name, of users who exist.
    """
    if not value:
        return
    items = value if isinstance(value, list) else [value]
    if field.type == TEXT:
        _check_text(field, items[0])
    elif field.type == DATE:
        _check_date(field, items[0])
    elif field.type in (SELECT, MULTISELECT):
        missing = set(items) - option_ids(field)
        if missing:
            raise InvalidValue("{name} has no option {option}.", name=field.name, option=min(missing)[:64])
    elif field.type in (USER, MULTIUSER):
        missing = set(items) - known_users
        if missing:
            raise InvalidValue("{name}: there is no user {user}.", name=field.name, user=min(missing)[:64])


def users_in(field: PropertyField, value: PropertyValueData) -> list[str]:
    """Return the ids of users that a (cleaned) value names. Raises `InvalidValue` for too many."""
    if field.type not in (USER, MULTIUSER):
        return []
    named = value if isinstance(value, list) else [value]
    if len(named) > MAX_USERS:
        raise InvalidValue("{name} has at most {max} users.", name=field.name, max=MAX_USERS)
    return [user_id for user_id in named if user_id]


def option_ids(field: PropertyField) -> set[str]:
    """Return the ids of what can be chosen."""
    return {option.id for option in field.attrs.options or []}


def shown(field: PropertyField, value: PropertyValueData) -> PropertyValueData:
    """Return a stored value without options that have been deleted since."""
    if field.type == MULTISELECT and isinstance(value, list):
        return [item for item in value if item in option_ids(field)]
    if field.type == SELECT and isinstance(value, str):
        return value if value in option_ids(field) else ""
    return value


def _check_text(field: PropertyField, text: str) -> None:
    if len(text) > MAX_TEXT:
        wrong = "{name} has at most {max} characters, not {length}."
        raise InvalidValue(wrong, name=field.name, max=MAX_TEXT, length=len(text))
    if field.attrs.value_type == "email" and not _EMAIL(text):
        raise InvalidValue("{name} is an e-mail address.", name=field.name)
    if field.attrs.value_type == "url" and not _is_web_address(text):
        raise InvalidValue("{name} is an address that begins with http:// or https://.", name=field.name)


def _is_web_address(text: str) -> bool:
    # SECURITY: clients make a link of it; javascript: and its like must not get through.
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text


def _check_date(field: PropertyField, text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue("{name} is a date as 2026-11-25.", name=field.name) from error
