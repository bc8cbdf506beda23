"""The tables `sessions` and `useraccesstokens`."""

from typing import ClassVar

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Json, Varchar


class Session(Table):
    """A signed-in client."""

    id = Id(primary_key=True)
    token = Varchar(26, null=True)
    create_at = BigInt(null=True)
    expires_at = BigInt(null=True)
    last_activity_at = BigInt(null=True)
    user_id = Varchar(26, null=True)
    device_id = Varchar(512, null=True)
    roles = Varchar(256, null=True)
    is_oauth = Bool(null=True)
    props = Json(null=True)
    expired_notify = Bool(null=True)

    class Meta:
        table_name = "sessions"

    table_indexes: ClassVar = (
        Index("idx_sessions_user_id", "userid"),
        Index("idx_sessions_token", "token"),
        Index("idx_sessions_expires_at", "expiresat"),
        Index("idx_sessions_create_at", "createat"),
        Index("idx_sessions_last_activity_at", "lastactivityat"),
    )


class UserAccessToken(Table):
    """A personal access token."""

    id = Id(primary_key=True)
    token = Varchar(26, null=True)
    user_id = Varchar(26, null=True)
    description = Varchar(512, null=True)
    is_active = Bool(null=True)

    class Meta:
        table_name = "useraccesstokens"

    table_indexes: ClassVar = (
        Index("useraccesstokens_token_key", "token", constraint=True),
        Index("idx_user_access_tokens_user_id", "userid"),
    )


class DesktopToken(Table):
    """A session that waits for the desktop app to take it."""

    token = Varchar(64, primary_key=True)
    create_at = BigInt()
    user_id = Varchar(26)

    class Meta:
        table_name = "desktoptokens"

    table_indexes: ClassVar = (Index("idx_desktoptokens_token_createat", "token", "createat"),)
