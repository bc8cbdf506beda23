"""What the fields of an account may hold (limits of the API: bytes where it counts bytes, else characters)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.users import RESERVED_USERNAMES

EMAIL_MAXIMUM: Final = 128
LOCALE_MAXIMUM: Final = 5
ROLES_MAXIMUM: Final = 256
AUTH_DATA_MAXIMUM: Final = 128
TIMEZONE_MAXIMUM: Final = 256
PROPS_MAXIMUM: Final = 800_000

_USERNAME: Final = re.compile(r"[a-z0-9.\-_]{1,64}").fullmatch
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*").fullmatch
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*").fullmatch
_RUNES: Final = {"nickname": 64, "first_name": 64, "last_name": 64, "position": 128}


class InvalidUser(BadRequest):
    """A field of an account is wrong; `id` ends in the field's name."""

    def __init__(self, field: str, message: str, *, suffix: str = "", **params: Any) -> None:
        super().__init__(message, id=f"model.user.is_valid.{field}{suffix}.app_error", **params)


def is_valid_username(name: str) -> bool:
    """Say whether a name (in lower case) may be a user name."""
    return bool(_USERNAME(name)) and name not in RESERVED_USERNAMES


def is_valid_email(address: str) -> bool:
    """Say whether an address (in lower case) may be an account's."""
    return len(address.encode()) <= EMAIL_MAXIMUM and bool(_EMAIL(address))


def is_valid_locale(locale: str) -> bool:
    """Say whether it is a language tag (RFC 5646) of at most five bytes, or empty."""
    return not locale or (len(locale) <= LOCALE_MAXIMUM and bool(_LOCALE(locale)))


def check_fields(fields: Mapping[str, Any]) -> None:
    """Raise `InvalidUser` for the first field (by its JSON name) that is wrong; absent ones aren't checked."""
    for name, value in fields.items():
        check = _CHECKS.get(name)
        if check is not None:
            check(value)


def _username(value: str) -> None:
    if not is_valid_username(value):
        raise InvalidUser(
            "username",
            "A user name has 1 to 64 of a-z, 0-9, dot, dash and underscore, and {names} are reserved.",
            names=", ".join(sorted(RESERVED_USERNAMES)),
        )


def _email(value: str) -> None:
    if not is_valid_email(value):
        raise InvalidUser("email", "That isn't a valid e-mail address of at most 128 bytes.")


def _locale(value: str) -> None:
    if not is_valid_locale(value):
        raise InvalidUser("locale", "That isn't a valid locale.")


def _runes(name: str) -> Any:
    def check(value: str) -> None:
        if len(value) > _RUNES[name]:
            raise InvalidUser(name, "The field {name} has at most {limit} characters.", name=name, limit=_RUNES[name])

    return check


def _roles(value: str) -> None:
    if len(value.encode()) > ROLES_MAXIMUM:
        raise InvalidUser("roles", "The roles have at most {Limit} bytes.", suffix="_limit", Limit=ROLES_MAXIMUM)


def _auth_data(value: str | None) -> None:
    if value is not None and len(value.encode()) > AUTH_DATA_MAXIMUM:
        raise InvalidUser("auth_data", "The authentication data has at most 128 bytes.")


def _timezone(value: Mapping[str, str]) -> None:
    if _json_length(value) > TIMEZONE_MAXIMUM:
        raise InvalidUser("timezone", "The time zone has at most 256 characters.", suffix="_limit")


def _maps(name: str) -> Any:
    def check(value: Mapping[str, str]) -> None:
        if _json_length(value) > PROPS_MAXIMUM:
            raise BadRequest(
                "The field {name} is too long.", id="model.user.is_valid.invalidProperty.app_error", name=name
            )

    return check


def _json_length(value: Mapping[str, str]) -> int:
    return 2 + sum(len(key) + len(item) + 6 for key, item in value.items())


_CHECKS: Final[dict[str, Any]] = {
    "username": _username,
    "email": _email,
    "locale": _locale,
    "roles": _roles,
    "auth_data": _auth_data,
    "timezone": _timezone,
    "props": _maps("props"),
    "notify_props": _maps("notify_props"),
    **{name: _runes(name) for name in _RUNES},
}
