"""Channels and memberships as rows of their tables, in both directions."""

from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.channels import Channel, ChannelMember
from hubbub.core.contracts.permissions import effective_roles

CHANNEL_COLUMNS: Final = (
    "id", "createat", "updateat", "deleteat", "teamid", "type", "displayname", "name", "header", "purpose",
    "lastpostat", "totalmsgcount", "extraupdateat", "creatorid", "schemeid", "groupconstrained", "shared",
    "totalmsgcountroot", "lastrootpostat", "bannerinfo", "defaultcategoryname", "autotranslation",
)  # fmt: skip
MEMBER_COLUMNS: Final = (
    "channelid", "userid", "roles", "lastviewedat", "msgcount", "mentioncount", "notifyprops", "lastupdateat",
    "schemeuser", "schemeadmin", "schemeguest", "mentioncountroot", "msgcountroot", "urgentmentioncount",
    "autotranslationdisabled",
)  # fmt: skip
_SCHEME_ROLES: Final = ("defaultchannelguestrole", "defaultchanneluserrole", "defaultchanneladminrole")
SCHEME_COLUMNS: Final = ", ".join(f"COALESCE(NULLIF(cs.{name}, ''), ts.{name})" for name in _SCHEME_ROLES)
"""What the channel's scheme, or else the team's, calls the roles, in the order of `effective_roles`."""
SCHEME_JOINS: Final = (
    " LEFT JOIN {channels} c ON c.id = m.channelid LEFT JOIN {teams} t ON t.id = c.teamid"
    " LEFT JOIN {schemes} cs ON cs.id = c.schemeid AND cs.deleteat = 0"
    " LEFT JOIN {schemes} ts ON ts.id = t.schemeid AND ts.deleteat = 0"
)
"""What they are read from, beside `{channelmembers} m`."""
DEFAULT_NOTIFY_PROPS: Final = {
    "desktop": "default",
    "mark_unread": "all",
    "push": "default",
    "email": "default",
    "ignore_channel_mentions": "default",
    "channel_auto_follow_threads": "off",
}
DEFAULT_NOTIFY_TEXT: Final = json.encode_str(DEFAULT_NOTIFY_PROPS)


def to_channel(row: tuple[Any, ...]) -> Channel:
    """Return a row of `CHANNEL_COLUMNS` as a record."""
    return Channel(
        id=row[0],
        create_at=row[1] or 0,
        update_at=row[2] or 0,
        delete_at=row[3] or 0,
        team_id=row[4] or "",
        type=row[5],
        display_name=row[6] or "",
        name=row[7] or "",
        header=row[8] or "",
        purpose=row[9] or "",
        last_post_at=row[10] or 0,
        total_msg_count=row[11] or 0,
        extra_update_at=row[12] or 0,
        creator_id=row[13] or "",
        scheme_id=row[14] or None,
        group_constrained=None if row[15] is None else bool(row[15]),
        shared=None if row[16] is None else bool(row[16]),
        total_msg_count_root=row[17] or 0,
        last_root_post_at=row[18] or 0,
        banner_info=None if row[19] is None else json.decode(row[19]),
        default_category_name=row[20] or "",
        autotranslation=bool(row[21]),
    )


def to_channel_row(channel: Channel) -> tuple[Any, ...]:
    """Return the values of `CHANNEL_COLUMNS`."""
    banner = None if channel.banner_info is None else json.encode_str(channel.banner_info)
    return (
        channel.id, channel.create_at, channel.update_at, channel.delete_at, channel.team_id, channel.type,
        channel.display_name, channel.name, channel.header, channel.purpose, channel.last_post_at,
        channel.total_msg_count, channel.extra_update_at, channel.creator_id, channel.scheme_id or None,
        channel.group_constrained, channel.shared, channel.total_msg_count_root, channel.last_root_post_at, banner,
        channel.default_category_name, channel.autotranslation,
    )  # fmt: skip


def to_member(row: tuple[Any, ...]) -> ChannelMember:
    """Return a row of `MEMBER_COLUMNS` and `SCHEME_COLUMNS` as a record, its effective roles worked out."""
    explicit, user, admin, guest, props = row[2] or "", bool(row[8]), bool(row[9]), bool(row[10]), row[6]
    return ChannelMember(
        channel_id=row[0],
        user_id=row[1],
        roles=effective_roles("channel", explicit, user=user, admin=admin, guest=guest, scheme=row[15:18]),
        last_viewed_at=row[3] or 0,
        msg_count=row[4] or 0,
        mention_count=row[5] or 0,
        notify_props=DEFAULT_NOTIFY_PROPS if props == DEFAULT_NOTIFY_TEXT or not props else json.decode(props),
        last_update_at=row[7] or 0,
        scheme_user=user,
        scheme_admin=admin,
        scheme_guest=guest,
        mention_count_root=row[11] or 0,
        msg_count_root=row[12] or 0,
        urgent_mention_count=row[13] or 0,
        explicit_roles=explicit,
        autotranslation_disabled=bool(row[14]),
    )


def to_member_row(member: ChannelMember) -> tuple[Any, ...]:
    """Return the values of `MEMBER_COLUMNS`."""
    return (
        member.channel_id, member.user_id, member.explicit_roles, member.last_viewed_at, member.msg_count,
        member.mention_count, json.encode_str(member.notify_props), member.last_update_at, member.scheme_user,
        member.scheme_admin, member.scheme_guest, member.mention_count_root, member.msg_count_root,
        member.urgent_mention_count, member.autotranslation_disabled,
    )  # fmt: skip
