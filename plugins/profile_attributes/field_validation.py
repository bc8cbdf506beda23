"""Which fields are valid, and what is left out of them because their type has no use for it."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import AppError, BadRequest
from hubbub.core.contracts.profile_attributes import (
    MULTISELECT,
    SELECT,
    TEXT,
    TYPES,
    PropertyField,
    PropertyFieldAttrs,
    SelectOption,
)
from hubbub.core.ids import is_valid_id, new_id

MAX_NAME: Final = 255
MAX_OPTION_TEXT: Final = 128
MAX_OPTIONS: Final = 200
MAX_SOURCE: Final = 128
"""Runes of the name of an attribute elsewhere (LDAP, SAML)."""
VISIBILITIES: Final = ("hidden", "when_set", "always")
VALUE_TYPES: Final = ("", "email", "url", "phone")
MANAGERS: Final = ("", "admin")
WITH_OPTIONS: Final = (SELECT, MULTISELECT)


class InvalidField(BadRequest):
    id = "model.property_field.is_valid.app_error"
    message = "The profile attribute is not valid."


class InvalidAttrs(AppError):
    """One of the attrs is wrong; the message names it."""

    id = "app.custom_profile_attributes.sanitize_and_validate.app_error"
    status_code = 422
    message = "The profile attribute's attrs are not valid."


def checked(field: PropertyField, attrs: dict[str, Any]) -> PropertyField:
    """Return the field with `attrs`, without those its type has no use for. Raises `InvalidField`, `InvalidAttrs`."""
    name = field.name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidField("A profile attribute's name has 1 to {max} characters.", max=MAX_NAME)
    if field.type not in TYPES:
        text = "A profile attribute's type is one of {types}, not {type}."
        raise InvalidField(text, types=_or(TYPES), type=field.type)
    given = {key: value for key, value in attrs.items() if value is not None}
    try:
        record = msgspec.convert(given, PropertyFieldAttrs)
    except msgspec.ValidationError as error:
        raise InvalidAttrs("One of the attrs has the wrong type: {why}.", why=error) from error
    return msgspec.structs.replace(field, name=name, attrs=_checked_attrs(record, field.type))


def _checked_attrs(attrs: PropertyFieldAttrs, type: str) -> PropertyFieldAttrs:
    _check_choice("visibility", attrs.visibility, VISIBILITIES)
    _check_choice("managed", attrs.managed, MANAGERS)
    value_type = attrs.value_type.strip() if type == TEXT else ""
    _check_choice("value_type", value_type, VALUE_TYPES)
    sources = {"ldap": attrs.ldap.strip(), "saml": attrs.saml.strip()} if type == TEXT else {"ldap": "", "saml": ""}
    for name, source in sources.items():
        if len(source) > MAX_SOURCE:
            raise InvalidAttrs("{name} has at most {max} characters.", name=name, max=MAX_SOURCE)
    return msgspec.structs.replace(
        attrs,
        value_type=value_type,
        options=_checked_options(attrs.options or []) if type in WITH_OPTIONS else None,
        **sources,
    )


def _checked_options(options: list[SelectOption]) -> list[SelectOption]:
    if len(options) > MAX_OPTIONS:
        raise InvalidAttrs("There are at most {max} options.", max=MAX_OPTIONS)
    kept: list[SelectOption] = []
    for option in options:
        name, color = option.name.strip(), option.color.strip()
        if not 1 <= len(name) <= MAX_OPTION_TEXT or len(color) > MAX_OPTION_TEXT:
            raise InvalidAttrs(
                "An option's name has 1 to {max} characters, its color at most {max}.", max=MAX_OPTION_TEXT
            )
        if option.id and not is_valid_id(option.id):
            raise InvalidAttrs("The id of the option {name} is not an id.", name=name)
        kept.append(SelectOption(id=option.id or new_id(), name=name, color=color))
    for values in ([option.name for option in kept], [option.id for option in kept]):
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise InvalidAttrs("The option {name} is there twice.", name=twice)
    return kept


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        text = "{name} is one of {choices}, not {value}."
        raise InvalidAttrs(text, name=name, choices=_or(choices), value=value)


def _or(choices: tuple[str, ...]) -> str:
    return ", ".join(choice or '""' for choice in choices)
