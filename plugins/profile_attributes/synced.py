"""Fields that are filled in from LDAP or SAML: `SyncedAttributes`."""

from collections.abc import Mapping
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import TEXT, PropertyField, PropertyValueData
from hubbub.plugins.profile_attributes.fields import Fields
from hubbub.plugins.profile_attributes.store import PropertyStore
from hubbub.plugins.profile_attributes.value_validation import MAX_TEXT, InvalidValue, check
from hubbub.plugins.profile_attributes.values import values_updated

LDAP: Final = "ldap"
SAML: Final = "saml"
New = dict[str, dict[str, PropertyValueData]]


class Synced:
    """Implements `SyncedAttributes`."""

    def __init__(self, context: PluginContext, store: PropertyStore, fields: Fields) -> None:
        self._context = context
        self._store = store
        self._fields = fields

    def wanted(self, source: str) -> tuple[str, ...]:
        """See `SyncedAttributes.wanted`."""
        return tuple(_attribute(field, source) for field in self._of(source))

    def follow(self, source: str, people: Mapping[str, Mapping[str, list[str]]]) -> None:
        """See `SyncedAttributes.follow`."""
        fields = self._of(source)
        if not fields or not people:
            return
        stored = self._store.values_of_many(people)
        new: New = {}
        for user_id, attributes in people.items():
            known = stored.get(user_id, {})
            said = {field.id: _said(field, source, attributes) for field in fields}
            # What another source may say isn't emptied by one that says nothing.
            changed: dict[str, PropertyValueData] = {
                field.id: said[field.id]
                for field in fields
                if said[field.id] != known.get(field.id, "") and (said[field.id] or not _has_other(field, source))
            }
            if changed:
                new[user_id] = changed
        if new:
            self._keep(new)

    def _keep(self, new: New) -> None:
        with self._context.db.transaction():
            self._store.save_values(new, now_ms())
            for user_id, values in new.items():
                self._context.publish(values_updated(user_id, values))

    def _of(self, source: str) -> list[PropertyField]:
        return [field for field in self._fields.all() if field.type == TEXT and _attribute(field, source)]


def _attribute(field: PropertyField, source: str) -> str:
    """Return the attribute of a source that a field names, "" for none."""
    return {LDAP: field.attrs.ldap, SAML: field.attrs.saml}.get(source, "")


def _has_other(field: PropertyField, source: str) -> bool:
    return bool(_attribute(field, SAML if source == LDAP else LDAP))


def _said(field: PropertyField, source: str, attributes: Mapping[str, list[str]]) -> str:
    """Return the value for a field, "" for none and for one that it doesn't take."""
    name = _attribute(field, source)
    found = attributes.get(name.lower() if source == LDAP else name, ())
    text = next(iter(found), "").strip()[:MAX_TEXT]
    try:
        # SECURITY: of an address clients make a link, whoever it comes from.
        check(field, text, frozenset())
    except InvalidValue:
        return ""
    return text
