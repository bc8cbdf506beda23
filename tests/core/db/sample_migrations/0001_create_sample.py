"""Create the sample table."""

from hubbub.core.db import Index, Migrator, Table
from hubbub.core.db.fields import BigInt, Bool, EnumField, Id, Json, Text, Varchar


class Sample(Table):
    """A table with one column of each common kind."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    channel_name = Varchar(64, null=True)
    kind = EnumField("hb_sample_kind", ("O", "P"), null=True, db_default="O")
    props = Json(null=True)
    message = Text(null=True)
    is_hidden = Bool(db_default=False)

    class Meta:
        table_name = "hb_sample"

    table_indexes = (
        Index("idx_hb_sample_create_at", "createat DESC", "id"),
        Index("idx_hb_sample_name_lower", "lower(channelname)"),
        Index("idx_hb_sample_visible", "channelname", unique=True, where="ishidden = false"),
        Index("idx_hb_sample_message_txt", "to_tsvector('english', message)", using="gin"),
        Index("hb_sample_kind_createat_key", "kind", "createat", constraint=True),
    )


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(Sample)
