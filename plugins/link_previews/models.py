"""Table linkmetadata, as the schema has it."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Json, Varchar


class LinkMetadata(Table):
    """What was found at an address, at a time rounded down to the hour. `type` is image, opengraph or none."""

    hash = BigInt(primary_key=True)
    url = Varchar(2048, null=True)
    timestamp = BigInt(null=True)
    type = Varchar(16, null=True)
    data = Json(null=True)

    class Meta:
        table_name = "linkmetadata"

    table_indexes = (Index("idx_link_metadata_url_timestamp", "url", "timestamp"),)
