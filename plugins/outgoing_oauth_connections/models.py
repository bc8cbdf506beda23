"""Table outgoingoauthconnections, as the schema has it."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, EnumField, Id, Text, Varchar
from hubbub.plugins.outgoing_oauth_connections.records import CLIENT_CREDENTIALS, PASSWORD


class ConnectionTable(Table):
    """A connection; audiences is a JSON list.

    SECURITY: client_secret and credentials_password are as they are, not encrypted: columns of 255 characters hold
    secrets of as many, and a Mattermost server on this database has to read them.
    """

    id = Id(primary_key=True)
    name = Varchar(64, null=True)
    creator_id = Id(null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    client_id = Varchar(255, null=True)
    client_secret = Varchar(255, null=True)
    credentials_username = Varchar(255, null=True)
    credentials_password = Varchar(255, null=True)
    oauth_token_url = Text(null=True)
    grant_type = EnumField(
        "outgoingoauthconnections_granttype",
        (CLIENT_CREDENTIALS, PASSWORD),
        null=True,
        db_default=CLIENT_CREDENTIALS,
    )
    audiences = Varchar(1024, null=True)

    class Meta:
        table_name = "outgoingoauthconnections"

    table_indexes = (Index("idx_outgoingoauthconnections_name", "name"),)
