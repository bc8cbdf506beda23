"""What people fill in: `Values`."""

from collections.abc import Mapping
from typing import Any

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, Forbidden
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import PropertyField, PropertyValueData
from hubbub.core.contracts.realtime import Event
from hubbub.core.contracts.users import UserService
from hubbub.plugins.profile_attributes.fields import FieldNotFound, Fields
from hubbub.plugins.profile_attributes.store import PropertyStore
from hubbub.plugins.profile_attributes.value_validation import check, cleaned, shown, users_in


class FieldIsSynced(BadRequest):
    id = "app.custom_profile_attributes.property_field_is_synced.app_error"
    message = "{name} comes from LDAP or SAML: it can't be changed here."


class FieldIsManaged(Forbidden):
    id = "app.custom_profile_attributes.property_field_is_managed.app_error"
    message = "{name} is filled in by administrators or by a plugin."


class Values:
    """The values of each user's profile. Changes are told to everybody."""

    def __init__(self, context: PluginContext, store: PropertyStore, fields: Fields) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._store = store
        self._fields = fields

    def of_user(self, user_id: str) -> dict[str, PropertyValueData]:
        """Return field id → value of what the user has filled in. One query."""
        # SECURITY: what a plugin keeps for itself (access_mode) is shown to nobody.
        fields = {field.id: field for field in self._fields.all() if not field.attrs.access_mode}
        stored = self._store.values_of(user_id).items()
        return {field_id: shown(fields[field_id], value) for field_id, value in stored if field_id in fields}

    def save(self, user_id: str, wanted: Mapping[str, Any], *, as_admin: bool) -> dict[str, PropertyValueData]:
        """Store values by the ids of their fields, all or none; returns them as stored.

        `as_admin` also those that only admins fill in. Raises `FieldNotFound`, `FieldIsSynced`, `FieldIsManaged`,
        `InvalidValue`. The caller has checked that it may change this user.
        """
        fields = {field.id: field for field in self._fields.all()}
        for field_id in wanted:
            _check_field(fields.get(field_id), field_id, as_admin=as_admin)
        values = {field_id: cleaned(fields[field_id], value) for field_id, value in wanted.items()}
        named = {user for field_id, value in values.items() for user in users_in(fields[field_id], value)}
        known = self._users.get_many(named).keys()
        for field_id, value in values.items():
            check(fields[field_id], value, known)
        if values:
            self._keep(user_id, values)
        return values

    def _keep(self, user_id: str, values: Mapping[str, PropertyValueData]) -> None:
        with self._context.db.transaction():
            self._store.save_values({user_id: values}, now_ms())
            self._context.publish(values_updated(user_id, values))


def values_updated(user_id: str, values: Mapping[str, PropertyValueData]) -> Event:
    """Return what everybody is told of new values."""
    return Event(name="custom_profile_attributes_values_updated", data={"user_id": user_id, "values": values})


def _check_field(field: PropertyField | None, field_id: str, *, as_admin: bool) -> None:
    if field is None:
        raise FieldNotFound(field=field_id[:64])
    if field.attrs.ldap or field.attrs.saml:
        raise FieldIsSynced(name=field.name)
    if field.attrs.protected or (field.attrs.managed and not as_admin):
        raise FieldIsManaged(name=field.name)
