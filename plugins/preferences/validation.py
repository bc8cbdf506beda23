"""Which preferences are valid."""

from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.preferences import Preference
from hubbub.core.ids import is_valid_id

THEME: Final = "theme"
FLAGGED_POST: Final = "flagged_post"
SIDEBAR_SETTINGS: Final = "sidebar_settings"
LIMIT_VISIBLE_DMS_GMS: Final = "limit_visible_dms_gms"
MAX_VISIBLE_DMS_GMS: Final = 40
MAX_NAME_BYTES: Final = 32
MAX_VALUE_RUNES: Final = 20_000


class InvalidPreference(BadRequest):
    """A preference can't be stored; `id` says which part is wrong (model.preference.is_valid.…)."""

    id = "model.preference.is_valid.value.app_error"
    message = "The preference is not valid."


def _invalid(part: str, message: str, **params: Any) -> InvalidPreference:
    return InvalidPreference(message, id=f"model.preference.is_valid.{part}.app_error", **params)


def check(preference: Preference) -> None:
    """Raise `InvalidPreference` naming what is wrong."""
    if not is_valid_id(preference.user_id):
        raise _invalid("id", "A preference belongs to a user: user_id is 26 letters and digits.")
    if not 1 <= len(preference.category.encode()) <= MAX_NAME_BYTES:
        raise _invalid("category", "A preference's category has 1 to {limit} bytes.", limit=MAX_NAME_BYTES)
    if len(preference.name.encode()) > MAX_NAME_BYTES:
        raise _invalid("name", "A preference's name has at most {limit} bytes.", limit=MAX_NAME_BYTES)
    if len(preference.value) > MAX_VALUE_RUNES:
        raise _invalid("value", "A preference's value has at most {limit} characters.", limit=MAX_VALUE_RUNES)
    if preference.category == THEME:
        _check_theme(preference.value)
    if preference.category == FLAGGED_POST and not is_valid_id(preference.name):
        raise _invalid("name", "The name of a saved post's preference is the id of the post.")
    if (preference.category, preference.name) == (SIDEBAR_SETTINGS, LIMIT_VISIBLE_DMS_GMS):
        _check_limit(preference.value)


def _check_theme(value: str) -> None:
    try:
        json.decode(value, dict[str, str])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _invalid("theme", "A theme is a JSON object whose values are texts.") from error


def _check_limit(value: str) -> None:
    # SECURITY: int() would take underscores, blanks and thousands of digits.
    number = int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else 0
    if not 1 <= number <= MAX_VISIBLE_DMS_GMS:
        raise _invalid(
            LIMIT_VISIBLE_DMS_GMS,
            "The number of direct messages shown is from 1 to {limit}.",
            limit=MAX_VISIBLE_DMS_GMS,
        )
