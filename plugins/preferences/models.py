"""Table preferences, as the schema has it."""

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import Id, Text, Varchar


class Preferences(Table):
    """One row per setting of a user."""

    user_id = Id()
    category = Varchar(32)
    name = Varchar(32)
    value = Text(null=True)

    class Meta:
        table_name = "preferences"
        primary_key = CompositeKey("user_id", "category", "name")

    table_indexes = (
        Index("idx_preferences_category", "category"),
        Index("idx_preferences_name", "name"),
    )
