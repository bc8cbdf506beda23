"""Tables propertygroups, propertyfields and propertyvalues, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, EnumField, Id, Json, Varchar

_UNDELETED = "(deleteat = 0)"


class PropertyGroups(Table):
    """Whose fields they are: ours are in the group custom_profile_attributes."""

    id = Id(primary_key=True)
    name = Varchar(64)

    class Meta:
        table_name = "propertygroups"

    table_indexes = (Index("propertygroups_name_key", "name", constraint=True),)


class PropertyFields(Table):
    """One row per field; deleted ones stay."""

    id = Id(primary_key=True)
    group_id = Id()
    name = Varchar(255)
    type = EnumField("property_field_type", ("text", "select", "multiselect", "date", "user", "multiuser"), null=True)
    attrs = Json(null=True)
    target_id = Varchar(255, null=True)
    target_type = Varchar(255, null=True)
    create_at = BigInt()
    update_at = BigInt()
    delete_at = BigInt()

    class Meta:
        table_name = "propertyfields"

    table_indexes = (
        Index("idx_propertyfields_create_at_id", "createat", "id"),
        Index("idx_propertyfields_unique", "groupid", "targetid", "name", unique=True, where=_UNDELETED),
    )


class PropertyValues(Table):
    """One row per user (`target_id`) and field that has been filled in."""

    id = Id(primary_key=True)
    target_id = Varchar(255)
    target_type = Varchar(255)
    group_id = Id()
    field_id = Id()
    value = Json()
    create_at = BigInt()
    update_at = BigInt()
    delete_at = BigInt()

    class Meta:
        table_name = "propertyvalues"

    table_indexes = (
        Index("idx_propertyvalues_create_at_id", "createat", "id"),
        Index("idx_propertyvalues_targetid_groupid", "targetid", "groupid"),
        Index("idx_propertyvalues_unique", "groupid", "targetid", "fieldid", unique=True, where=_UNDELETED),
    )
