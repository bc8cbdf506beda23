"""Custom profile attributes: fields that admins define, and what people fill in."""

from collections.abc import Mapping
from typing import Final, Protocol

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


class SyncedAttributes(Protocol):
    """Fields of profiles that are filled in from where people sign in. `source` is "ldap" or "saml"."""

    def wanted(self, source: str) -> tuple[str, ...]:
        """Return the names of attributes there that fields name. No query."""

    def follow(self, source: str, people: Mapping[str, Mapping[str, list[str]]]) -> None:
        """Store what a source says: user id → its attributes, those of a directory by names in lower case.

        One query per 500 people when nothing is new. What a field doesn't take leaves it empty.
        """


class NullSyncedAttributes:
    """Profiles have no such fields."""

    def wanted(self, source: str) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def follow(self, source: str, people: Mapping[str, Mapping[str, list[str]]]) -> None:
        """Do nothing."""
