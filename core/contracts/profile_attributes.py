"""Custom profile attributes: fields that admins define, and what people fill in."""

from typing import Final

import msgspec

TEXT: Final = "text"
SELECT: Final = "select"
MULTISELECT: Final = "multiselect"
DATE: Final = "date"
USER: Final = "user"
MULTIUSER: Final = "multiuser"
TYPES: Final = (TEXT, SELECT, MULTISELECT, DATE, USER, MULTIUSER)

PropertyValueData = str | list[str]
"""A value: a text, an option's id or a user's id; a list of ids for multiselect and multiuser."""


class SelectOption(msgspec.Struct, kw_only=True):
    """What can be chosen in a field of type select or multiselect."""

    id: str = ""
    name: str = ""
    color: str = ""


class PropertyFieldAttrs(msgspec.Struct, kw_only=True):
    """How a field is shown and filled in.

    `visibility` (hidden, when_set, always) is for profiles; everybody may ask for every value. `value_type` is email,
    url, phone or "". With `ldap` or `saml` values come from there; with `managed` "admin" only admins fill them in.
    """

    visibility: str = "when_set"
    sort_order: float = 0
    options: list[SelectOption] | None = None
    value_type: str = ""
    ldap: str = ""
    saml: str = ""
    managed: str = ""
    protected: bool = False
    source_plugin_id: str = ""
    access_mode: str = ""


class PropertyField(msgspec.Struct, kw_only=True):
    """A field of everybody's profile. Shared between requests: never change it. Times in ms."""

    id: str = ""
    group_id: str = ""
    name: str = ""
    type: str = TEXT
    attrs: PropertyFieldAttrs = msgspec.field(default_factory=PropertyFieldAttrs)
    target_id: str = ""
    target_type: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
