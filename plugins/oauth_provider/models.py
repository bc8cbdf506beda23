"""Tables oauthapps, oauthauthdata and oauthaccessdata, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Int, Varchar


class AppTable(Table):
    """An application that people can be signed in to. callbackurls is a JSON list; a public one has no secret."""

    id = Id(primary_key=True)
    creator_id = Id(null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    client_secret = Varchar(128, null=True)
    name = Varchar(64, null=True)
    description = Varchar(512, null=True)
    callback_urls = Varchar(1024, null=True)
    homepage = Varchar(256, null=True)
    is_trusted = Bool(null=True)
    icon_url = Varchar(512, null=True)
    mattermost_app_id = Varchar(32, db_default="")
    is_dynamically_registered = Bool(null=True, db_default=False)

    class Meta:
        table_name = "oauthapps"

    table_indexes = (Index("idx_oauthapps_creator_id", "creatorid"),)


class AuthDataTable(Table):
    """An authorization code; `expiresin` in seconds, below 0 once it was used. Or a used refresh token's hash."""

    client_id = Id(null=True)
    user_id = Id(null=True)
    code = Varchar(128, primary_key=True)
    expires_in = Int(null=True)
    create_at = BigInt(null=True)
    redirect_uri = Varchar(256, null=True)
    state = Varchar(1024, null=True)
    scope = Varchar(128, null=True)
    code_challenge = Varchar(128, null=True, db_default="")
    code_challenge_method = Varchar(10, null=True, db_default="")
    resource = Varchar(512, null=True, db_default="")

    class Meta:
        table_name = "oauthauthdata"


class AccessDataTable(Table):
    """The one pair of tokens that an application has for an account; `token` is a session's."""

    token = Id(primary_key=True)
    refresh_token = Id(null=True)
    redirect_uri = Varchar(256, null=True)
    client_id = Id(null=True)
    user_id = Id(null=True)
    expires_at = BigInt(null=True)
    scope = Varchar(128, null=True)
    audience = Varchar(512, null=True, db_default="")

    class Meta:
        table_name = "oauthaccessdata"

    table_indexes = (
        Index("oauthaccessdata_clientid_userid_key", "clientid", "userid", constraint=True),
        Index("idx_oauthaccessdata_user_id", "userid"),
        Index("idx_oauthaccessdata_refresh_token", "refreshtoken"),
    )
