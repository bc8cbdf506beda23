"""The rules of fields: how many, what they are called, what becomes of values when one changes."""

from typing import Any, Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError, Forbidden, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import PropertyField
from hubbub.core.contracts.realtime import Event
from hubbub.core.ids import new_id
from hubbub.plugins.profile_attributes.field_validation import InvalidField, checked
from hubbub.plugins.profile_attributes.store import PropertyStore

MAX_FIELDS: Final = 20
_ALL: Final = "all"


class TooManyFields(AppError):
    id = "app.custom_profile_attributes.limit_reached.app_error"
    status_code = 422
    message = "There are {max} profile attributes already: delete one first."


class FieldIsProtected(Forbidden):
    id = "app.property.update_field.app_error"
    message = "The profile attribute {name} belongs to a plugin: it can't be changed here."


class FieldNotFound(NotFound):
    id = "app.custom_profile_attributes.property_field_not_found.app_error"
    message = "There is no profile attribute {field}."


class Fields:
    """The fields of everybody's profile. Each change is told to everybody."""

    def __init__(self, context: PluginContext, store: PropertyStore) -> None:
        self._context = context
        self._store = store
        self._cache = context.cache("fields", max_items=2)

    def all(self) -> list[PropertyField]:
        """Return them as they are shown. Cached."""
        fields: list[PropertyField] = self._cache.get_or_load(_ALL, lambda _: self._store.fields())
        return fields

    def group_id(self) -> str:
        """Return the id of the group that they are in."""
        return self._store.group_id()

    def create(self, wanted: PropertyField, attrs: dict[str, Any]) -> PropertyField:
        """Add a field. Raises `InvalidField`, `InvalidAttrs`, `TooManyFields`."""
        field = checked(wanted, attrs)
        field.id = new_id()
        field.create_at = field.update_at = now_ms()
        with self._context.db.transaction():
            others = self._locked()
            if len(others) >= MAX_FIELDS:
                raise TooManyFields(max=MAX_FIELDS)
            _check_name(field, others)
            field.group_id = self._store.group_id()
            self._store.insert_field(field)
            self._changed("custom_profile_attributes_field_created", field=msgspec.to_builtins(field))
        return field

    def patch(
        self, field_id: str, *, name: str | None, type: str | None, attrs: dict[str, Any] | None
    ) -> PropertyField:
        """Change what isn't None; of `attrs` the keys that are there. Another type deletes everybody's values.

        Raises `FieldNotFound`, `FieldIsProtected`, `InvalidField`, `InvalidAttrs`.
        """
        with self._context.db.transaction():
            fields = self._locked()
            old = _find(fields, field_id)
            named = msgspec.structs.replace(
                old, name=old.name if name is None else name, type=old.type if type is None else type
            )
            new = checked(named, {**msgspec.to_builtins(old.attrs), **(attrs or {})})
            _check_name(new, [field for field in fields if field is not old])
            new.update_at = now_ms()
            if new.type != old.type:
                self._store.delete_values_of(field_id, new.update_at)
            self._store.update_field(new)
            self._changed(
                "custom_profile_attributes_field_updated",
                field=msgspec.to_builtins(new),
                delete_values=new.type != old.type,
            )
        return new

    def delete(self, field_id: str) -> None:
        """Delete a field with everybody's values. Raises `FieldNotFound`, `FieldIsProtected`."""
        with self._context.db.transaction():
            old = _find(self._locked(), field_id)
            now = now_ms()
            self._store.delete_values_of(field_id, now)
            self._store.update_field(msgspec.structs.replace(old, update_at=now, delete_at=now))
            self._changed("custom_profile_attributes_field_deleted", field_id=field_id)

    def _locked(self) -> list[PropertyField]:
        self._store.lock()
        return self._store.fields()

    def _changed(self, event: str, **data: Any) -> None:
        self._cache.invalidate(_ALL)
        self._context.publish(Event(name=event, data=data))


def _find(fields: list[PropertyField], field_id: str) -> PropertyField:
    """Return the field that is to be changed."""
    for field in fields:
        if field.id == field_id:
            if field.attrs.protected:
                raise FieldIsProtected(name=field.name)
            return field
    raise FieldNotFound(field=field_id)


def _check_name(field: PropertyField, others: list[PropertyField]) -> None:
    if any(other.name == field.name for other in others):
        raise InvalidField("There is a profile attribute called {name} already.", name=field.name)
