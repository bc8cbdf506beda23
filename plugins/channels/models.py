"""Tables of channels and who belongs to them, as the schema has them."""

from typing import Final

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, EnumField, Id, Json, Varchar

_SEARCHED: Final = (
    "to_tsvector('english'::regconfig, (((((name)::text || ' '::text) || (displayname)::text) || ' '::text)"
    " || (purpose)::text))"
)


class Channels(Table):
    """Channels of every kind."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    team_id = Id(null=True)
    type = EnumField("channel_type", ("P", "G", "O", "D"), null=True)
    display_name = Varchar(64, null=True)
    name = Varchar(64, null=True)
    header = Varchar(1024, null=True)
    purpose = Varchar(250, null=True)
    last_post_at = BigInt(null=True)
    total_msg_count = BigInt(null=True)
    extra_update_at = BigInt(null=True)
    creator_id = Id(null=True)
    scheme_id = Id(null=True)
    group_constrained = Bool(null=True)
    shared = Bool(null=True)
    total_msg_count_root = BigInt(null=True)
    last_root_post_at = BigInt(null=True, db_default="0")
    banner_info = Json(null=True)
    default_category_name = Varchar(64, db_default="")
    autotranslation = Bool(db_default=False)

    class Meta:
        table_name = "channels"

    table_indexes = (
        Index("channels_name_teamid_key", "name", "teamid", constraint=True),
        Index(
            "idx_channel_search_txt",
            _SEARCHED,
            using="gin",
        ),
        Index("idx_channels_autotranslation_enabled", "id", where="autotranslation = true"),
        Index("idx_channels_create_at", "createat"),
        Index("idx_channels_delete_at", "deleteat"),
        Index("idx_channels_displayname_lower", "lower(displayname)"),
        Index("idx_channels_name_lower", "lower(name)"),
        Index("idx_channels_scheme_id", "schemeid"),
        Index("idx_channels_team_id_display_name", "teamid", "displayname"),
        Index("idx_channels_team_id_type", "teamid", "type"),
        Index("idx_channels_update_at", "updateat"),
    )


class ChannelMembers(Table):
    """Who belongs to which channel, and what they have read."""

    channel_id = Id()
    user_id = Id()
    roles = Varchar(256, null=True)
    last_viewed_at = BigInt(null=True)
    msg_count = BigInt(null=True)
    mention_count = BigInt(null=True)
    notify_props = Json(null=True)
    last_update_at = BigInt(null=True)
    scheme_user = Bool(null=True)
    scheme_admin = Bool(null=True)
    scheme_guest = Bool(null=True)
    mention_count_root = BigInt(null=True)
    msg_count_root = BigInt(null=True)
    urgent_mention_count = BigInt(null=True)
    autotranslation = Bool(db_default=False)
    autotranslation_disabled = Bool(db_default=False)

    class Meta:
        table_name = "channelmembers"
        primary_key = CompositeKey("channel_id", "user_id")

    table_indexes = (
        Index("idx_channelmembers_autotranslation_enabled", "channelid", where="autotranslation = true"),
        Index("idx_channelmembers_channel_id_scheme_guest_user_id", "channelid", "schemeguest", "userid"),
        Index("idx_channelmembers_user_id_channel_id_last_viewed_at", "userid", "channelid", "lastviewedat"),
    )


class ChannelMemberHistory(Table):
    """Who was a member when; for compliance."""

    channel_id = Id()
    user_id = Id()
    join_time = BigInt()
    leave_time = BigInt(null=True)

    class Meta:
        table_name = "channelmemberhistory"
        primary_key = CompositeKey("channel_id", "user_id", "join_time")


class PublicChannels(Table):
    """A copy of what is searched of public channels."""

    id = Id(primary_key=True)
    delete_at = BigInt(null=True)
    team_id = Id(null=True)
    display_name = Varchar(64, null=True)
    name = Varchar(64, null=True)
    header = Varchar(1024, null=True)
    purpose = Varchar(250, null=True)

    class Meta:
        table_name = "publicchannels"

    table_indexes = (
        Index("idx_publicchannels_delete_at", "deleteat"),
        Index("idx_publicchannels_displayname_lower", "lower(displayname)"),
        Index("idx_publicchannels_name_lower", "lower(name)"),
        Index(
            "idx_publicchannels_search_txt",
            _SEARCHED,
            using="gin",
        ),
        Index("idx_publicchannels_team_id", "teamid"),
        Index("publicchannels_name_teamid_key", "name", "teamid", constraint=True),
    )
