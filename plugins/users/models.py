"""The tables `users`, `bots`, `tokens`, `termsofservice` and `usertermsofservice`."""

from typing import ClassVar

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Int, Json, Varchar


class User(Table):
    """An account."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    username = Varchar(64, null=True)
    password = Varchar(128, null=True)
    auth_data = Varchar(128, null=True)
    auth_service = Varchar(32, null=True)
    email = Varchar(128, null=True)
    email_verified = Bool(null=True)
    nickname = Varchar(64, null=True)
    first_name = Varchar(64, null=True)
    last_name = Varchar(64, null=True)
    roles = Varchar(256, null=True)
    allow_marketing = Bool(null=True)
    props = Json(null=True)
    notify_props = Json(null=True)
    last_password_update = BigInt(null=True)
    last_picture_update = BigInt(null=True)
    failed_attempts = Int(null=True)
    locale = Varchar(5, null=True)
    mfa_active = Bool(null=True)
    mfa_secret = Varchar(128, null=True)
    position = Varchar(128, null=True)
    timezone = Json(null=True)
    remote_id = Varchar(26, null=True)
    last_login = BigInt(db_default=0)
    mfa_used_timestamps = Json(null=True)

    class Meta:
        table_name = "users"

    table_indexes: ClassVar = (
        Index("users_username_key", "username", constraint=True),
        Index("users_email_key", "email", constraint=True),
        Index("users_authdata_key", "authdata", constraint=True),
        Index("idx_users_create_at", "createat"),
        Index("idx_users_update_at", "updateat"),
        Index("idx_users_delete_at", "deleteat"),
        Index("idx_users_id_locale", "id", "locale"),
        Index("idx_users_username_lower_textpattern", "lower(username) text_pattern_ops"),
        Index("idx_users_email_lower_textpattern", "lower(email) text_pattern_ops"),
        Index("idx_users_nickname_lower_textpattern", "lower(nickname) text_pattern_ops"),
        Index("idx_users_firstname_lower_textpattern", "lower(firstname) text_pattern_ops"),
        Index("idx_users_lastname_lower_textpattern", "lower(lastname) text_pattern_ops"),
        Index(
            "idx_users_all_txt",
            "to_tsvector('english', "
            "username || ' ' || firstname || ' ' || lastname || ' ' || nickname || ' ' || email)",
            using="gin",
        ),
        Index(
            "idx_users_all_no_full_name_txt",
            "to_tsvector('english', username || ' ' || nickname || ' ' || email)",
            using="gin",
        ),
        Index(
            "idx_users_names_txt",
            "to_tsvector('english', username || ' ' || firstname || ' ' || lastname || ' ' || nickname)",
            using="gin",
        ),
        Index("idx_users_names_no_full_name_txt", "to_tsvector('english', username || ' ' || nickname)", using="gin"),
    )


class Bot(Table):
    """What makes an account a bot's."""

    user_id = Id(primary_key=True)
    description = Varchar(1024, null=True)
    owner_id = Varchar(190, null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    last_icon_update = BigInt(null=True)

    class Meta:
        table_name = "bots"


class Token(Table):
    """A one-time token."""

    token = Varchar(64, primary_key=True)
    create_at = BigInt(null=True)
    type = Varchar(64, null=True)
    extra = Varchar(2048, null=True)

    class Meta:
        table_name = "tokens"


class TermsOfService(Table):
    """A version of the site's own terms."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    user_id = Varchar(26, null=True)
    text = Varchar(65535, null=True)

    class Meta:
        table_name = "termsofservice"


class UserTermsOfService(Table):
    """Which version somebody accepted."""

    user_id = Id(primary_key=True)
    terms_of_service_id = Varchar(26, null=True)
    create_at = BigInt(null=True)

    class Meta:
        table_name = "usertermsofservice"
