"""Queries on propertygroups, propertyfields and propertyvalues."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.errors import Internal
from hubbub.core.contracts.profile_attributes import PropertyField, PropertyFieldAttrs, PropertyValueData
from hubbub.core.db import Database

GROUP_NAME: Final = "custom_profile_attributes"
TARGET_USER: Final = "user"
_FIELD: Final = (
    "id", "groupid", "name", "type", "attrs", "targetid", "targettype", "createat", "updateat", "deleteat",
)  # fmt: skip
_VALUE: Final = (
    "id", "targetid", "targettype", "groupid", "fieldid", "value", "createat", "updateat", "deleteat",
)  # fmt: skip


class PropertyStore:
    """Rows in, records out; only those of our group."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._group_id = ""

    def group_id(self) -> str:
        """Return the id of our group; it never changes."""
        if not self._group_id:
            found = self._db.fetch_value("SELECT id FROM {propertygroups} WHERE name = ?", (GROUP_NAME,))
            if found is None:
                raise Internal("The group of custom profile attributes is missing: run `hubbub migrate`.")
            self._group_id = str(found)
        return self._group_id

    def lock(self) -> None:
        """Have others who want to change fields wait. Call it in a transaction."""
        self._db.fetch_all("SELECT id FROM {propertygroups} WHERE id = ? {for_update}", (self.group_id(),))

    # -- fields

    def fields(self) -> list[PropertyField]:
        """Return the fields that aren't deleted, as they are shown."""
        sql = f"SELECT {', '.join(_FIELD)} FROM {{propertyfields}} WHERE groupid = ? AND deleteat = 0"
        fields = [_to_field(row) for row in self._db.fetch_all(sql, (self.group_id(),))]
        return sorted(fields, key=lambda field: (field.attrs.sort_order, field.create_at, field.id))

    def insert_field(self, field: PropertyField) -> None:
        """Insert a new one."""
        self._db.insert_many("propertyfields", _FIELD, [_field_row(field)])

    def update_field(self, field: PropertyField) -> None:
        """Store what can change."""
        sql = "UPDATE {propertyfields} SET name = ?, type = ?, attrs = ?, updateat = ?, deleteat = ? WHERE id = ?"
        attrs = json.encode_str(field.attrs)
        self._db.execute(sql, (field.name, field.type, attrs, field.update_at, field.delete_at, field.id))

    def delete_values_of(self, field_id: str, now: int) -> None:
        """Mark what everybody has filled in there as deleted. No index helps: fields are changed by hand, rarely."""
        sql = (
            "UPDATE {propertyvalues} SET deleteat = ?, updateat = ? WHERE groupid = ? AND fieldid = ? AND deleteat = 0"
        )
        self._db.execute(sql, (now, now, self.group_id(), field_id))

    # -- values

    def values_of(self, user_id: str) -> dict[str, PropertyValueData]:
        """Return field id → value of what a user has filled in. One query."""
        sql = "SELECT fieldid, value FROM {propertyvalues} WHERE targetid = ? AND groupid = ? AND deleteat = 0"
        return {row[0]: json.decode(row[1]) for row in self._db.fetch_all(sql, (user_id, self.group_id()))}

    def values_of_many(self, user_ids: Iterable[str]) -> dict[str, dict[str, PropertyValueData]]:
        """Return user id → field id → value of what users have filled in. One query per 500."""
        found: dict[str, dict[str, PropertyValueData]] = {}
        sql = (
            "SELECT targetid, fieldid, value FROM {propertyvalues} WHERE groupid = ? AND deleteat = 0"
            " AND targetid IN ({ids})"
        )
        for user_id, field_id, value in self._db.select_in(sql, user_ids, (self.group_id(),)):
            found.setdefault(user_id, {})[field_id] = json.decode(value)
        return found

    def save_values(self, values: Mapping[str, Mapping[str, PropertyValueData]], now: int) -> None:
        """Insert or replace values by user and field. Call it in a transaction."""
        known = self._ids_of(values)
        rows = [
            (known.get((user_id, field_id)) or value_id(user_id, field_id), user_id, TARGET_USER, self.group_id(),
             field_id, json.encode_str(value), now, now, 0)
            for user_id, of_user in sorted(values.items())
            for field_id, value in sorted(of_user.items())
        ]  # fmt: skip
        self._db.upsert("propertyvalues", _VALUE, ("id",), rows, update=("value", "updateat", "deleteat"))

    def _ids_of(self, user_ids: Iterable[str]) -> dict[tuple[str, str], str]:
        """Return (user id, field id) → id of the row, also of those that another server has made."""
        sql = (
            "SELECT targetid, fieldid, id FROM {propertyvalues} WHERE groupid = ? AND deleteat = 0"
            " AND targetid IN ({ids})"
        )
        return {(row[0], row[1]): row[2] for row in self._db.select_in(sql, user_ids, (self.group_id(),))}


def value_id(user_id: str, field_id: str) -> str:
    """Return the id of the row for a user's value: two requests at once write to the same one, on every engine."""
    return blake2b(f"{user_id} {field_id}".encode(), digest_size=13).hexdigest()


def _to_field(row: tuple[Any, ...]) -> PropertyField:
    return PropertyField(
        id=row[0],
        group_id=row[1],
        name=row[2],
        type=row[3] or "text",
        attrs=json.decode(row[4] or "{}", PropertyFieldAttrs),
        target_id=row[5] or "",
        target_type=row[6] or "",
        create_at=row[7],
        update_at=row[8],
        delete_at=row[9],
    )


def _field_row(field: PropertyField) -> tuple[Any, ...]:
    return (
        field.id, field.group_id, field.name, field.type, json.encode_str(field.attrs), field.target_id,
        field.target_type, field.create_at, field.update_at, field.delete_at,
    )  # fmt: skip
