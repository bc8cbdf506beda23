"""Tables of groups, as the schema has them."""

from typing import ClassVar

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Varchar


class UserGroups(Table):
    """Groups."""

    id = Id(primary_key=True)
    name = Varchar(64, null=True)
    display_name = Varchar(128, null=True)
    description = Varchar(1024, null=True)
    source = Varchar(64, null=True)
    remote_id = Varchar(48, null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    allow_reference = Bool(null=True)

    class Meta:
        table_name = "usergroups"

    table_indexes: ClassVar = (
        Index("usergroups_name_key", "name", constraint=True),
        Index("usergroups_source_remoteid_key", "source", "remoteid", constraint=True),
        Index("idx_usergroups_delete_at", "deleteat"),
        Index("idx_usergroups_displayname", "displayname"),
        Index("idx_usergroups_remote_id", "remoteid"),
    )


class GroupMembers(Table):
    """Who is in which group."""

    group_id = Id()
    user_id = Id()
    create_at = BigInt(null=True)
    delete_at = BigInt(null=True)

    class Meta:
        table_name = "groupmembers"
        primary_key = CompositeKey("group_id", "user_id")

    table_indexes: ClassVar = (Index("idx_groupmembers_create_at", "createat"),)


class GroupTeams(Table):
    """Which teams belong to a group."""

    group_id = Id()
    auto_add = Bool(null=True)
    scheme_admin = Bool(null=True)
    create_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    update_at = BigInt(null=True)
    team_id = Id()

    class Meta:
        table_name = "groupteams"
        primary_key = CompositeKey("group_id", "team_id")

    table_indexes: ClassVar = (
        Index("idx_groupteams_schemeadmin", "schemeadmin"),
        Index("idx_groupteams_teamid", "teamid"),
    )


class GroupChannels(Table):
    """Which channels belong to a group."""

    group_id = Id()
    auto_add = Bool(null=True)
    scheme_admin = Bool(null=True)
    create_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    update_at = BigInt(null=True)
    channel_id = Id()

    class Meta:
        table_name = "groupchannels"
        primary_key = CompositeKey("group_id", "channel_id")

    table_indexes: ClassVar = (
        Index("idx_groupchannels_schemeadmin", "schemeadmin"),
        Index("idx_groupchannels_channelid", "channelid"),
    )
