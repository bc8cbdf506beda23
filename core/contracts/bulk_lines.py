"""Lines of the bulk format, field by field (Mattermost 11.6, its import and export of whole sites).

None is a field that isn't there: what exists keeps what it has. Times in ms.
"""

from typing import Any

import msgspec


class _Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What isn't there isn't written either."""


class RoleLine(_Line, kw_only=True):
    name: str
    display_name: str = ""
    description: str | None = None
    permissions: list[str] | None = None
    scheme_managed: bool | None = None


class SchemeLine(_Line, kw_only=True):
    name: str
    display_name: str
    description: str | None = None
    scope: str
    default_team_admin_role: RoleLine | None = None
    default_team_user_role: RoleLine | None = None
    default_channel_admin_role: RoleLine | None = None
    default_channel_user_role: RoleLine | None = None
    default_team_guest_role: RoleLine | None = None
    default_channel_guest_role: RoleLine | None = None


class TeamLine(_Line, kw_only=True):
    name: str
    display_name: str
    type: str
    description: str | None = None
    allow_open_invite: bool | None = None
    scheme: str | None = None


class ChannelLine(_Line, kw_only=True):
    team: str
    name: str
    display_name: str | None = None
    type: str
    header: str | None = None
    purpose: str | None = None
    scheme: str | None = None
    deleted_at: int | None = None


class NotifyProps(_Line, kw_only=True):
    """An account's; `mobile` and `mobile_push_status` are stored as push and push_status."""

    desktop: str | None = None
    desktop_sound: str | None = None
    email: str | None = None
    mobile: str | None = None
    mobile_push_status: str | None = None
    channel: str | None = None
    comments: str | None = None
    mention_keys: str | None = None


class ChannelNotifyProps(_Line, kw_only=True):
    """A membership's; `mobile` is stored as push."""

    desktop: str | None = None
    mobile: str | None = None
    mark_unread: str | None = None
    email: str | None = None
    ignore_channel_mentions: str | None = None
    channel_auto_follow_threads: str | None = None


class _Read(_Line, kw_only=True):
    """What a member has read; the key of urgent mentions really is spelled so."""

    notify_props: ChannelNotifyProps | None = None
    mention_count: int | None = None
    mention_count_root: int | None = None
    urgent_mention_count: int | None = msgspec.field(default=None, name="urgend_mention_count")
    msg_count: int | None = None
    msg_count_root: int | None = None
    last_viewed_at: int | None = None


class UserChannel(_Read, kw_only=True):
    name: str
    roles: str | None = None
    favorite: bool | None = None


class UserTeam(_Line, kw_only=True):
    name: str
    roles: str | None = None
    theme: str | None = None
    channels: list[UserChannel] | None = None


class UserLine(_Line, kw_only=True):
    profile_image: str | None = None
    username: str
    email: str
    auth_service: str | None = None
    auth_data: str | None = None
    password: str | None = None
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    position: str | None = None
    roles: str | None = None
    locale: str | None = None
    feature_enabled_markdown_preview: str | None = None
    formatting: str | None = None
    show_unread_section: str | None = None
    delete_at: int | None = None
    send_on_ctrl_enter: str | None = None
    code_block_ctrl_enter: str | None = None
    show_join_leave: str | None = None
    show_unread_scroll_position: str | None = None
    sync_drafts: str | None = None
    limit_visible_dms_gms: str | None = None
    name_format: str | None = None
    teams: list[UserTeam] | None = None
    theme: str | None = None
    military_time: str | None = None
    link_previews: str | None = None
    message_display: str | None = None
    collapse_consecutive_messages: str | None = None
    colorize_usernames: str | None = None
    channel_display_mode: str | None = None
    tutorial_step: str | None = None
    email_interval: str | None = None
    notify_props: NotifyProps | None = None
    custom_status: dict[str, Any] | None = None


class BotLine(_Line, kw_only=True):
    profile_image: str | None = None
    username: str
    owner: str
    display_name: str | None = None
    description: str | None = None
    delete_at: int | None = None


class ReactionLine(_Line, kw_only=True):
    user: str
    create_at: int
    emoji_name: str


class AttachmentLine(_Line, kw_only=True):
    path: str


class FollowerLine(_Line, kw_only=True):
    user: str
    last_viewed: int | None = None
    unread_mentions: int | None = None


class ReplyLine(_Line, kw_only=True):
    """A reply, and what every post has."""

    user: str
    type: str | None = None
    message: str
    props: dict[str, Any] | None = None
    create_at: int
    edit_at: int | None = None
    flagged_by: list[str] | None = None
    reactions: list[ReactionLine] | None = None
    attachments: list[AttachmentLine] | None = None
    is_pinned: bool | None = None


class _RootLine(ReplyLine, kw_only=True):
    replies: list[ReplyLine] | None = None
    thread_followers: list[FollowerLine] | None = None


class PostLine(_RootLine, kw_only=True):
    team: str
    channel: str


class DirectPostLine(_RootLine, kw_only=True):
    channel_members: list[str]


class DirectMemberLine(_Read, kw_only=True):
    username: str
    scheme_user: bool | None = None
    scheme_admin: bool | None = None
    scheme_guest: bool | None = None


class DirectChannelLine(_Line, kw_only=True):
    members: list[str] | None = None
    participants: list[DirectMemberLine] | None = None
    favorited_by: list[str] | None = None
    shown_by: list[str] | None = None
    header: str | None = None

    def usernames(self) -> list[str]:
        """Return who is in the channel, however the line says it."""
        if self.participants:
            return [member.username for member in self.participants]
        return self.members or []


class EmojiLine(_Line, kw_only=True):
    name: str
    image: str
