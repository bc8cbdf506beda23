"""The rules of channels: `ChannelService`."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import (
    DEFAULT_CHANNEL,
    Channel,
    ChannelExists,
    ChannelMember,
    ChannelMemberNotFound,
    ChannelNotFound,
    ChannelPatch,
    PostCounts,
    UnreadChange,
)
from hubbub.core.contracts.errors import BadRequest, Rejected
from hubbub.core.contracts.permissions import MemberRoles
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import SchemeService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.channels import events, validation
from hubbub.plugins.channels.counters import CounterStore
from hubbub.plugins.channels.direct import DirectChannels
from hubbub.plugins.channels.members import Members
from hubbub.plugins.channels.store import ChannelStore

PUBLIC_AND_PRIVATE = ("O", "P")
FIELDS = {
    "displayname": "display_name",
    "name": "name",
    "header": "header",
    "purpose": "purpose",
    "type": "type",
    "bannerinfo": "banner_info",
}
"""Columns that hold what has to be valid, and the fields of the record."""
PATCHABLE = {
    "display_name": "displayname",
    "name": "name",
    "header": "header",
    "purpose": "purpose",
    "group_constrained": "groupconstrained",
}
"""Fields of a patch and the columns that hold them."""


class Channels:
    """Implements `ChannelService`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self.store = ChannelStore(context.db)
        self.counters = CounterStore(context.db)
        self.members = Members(context)
        self._cache = context.cache("channels", max_items=50_000)
        self._direct = DirectChannels(context, self.store, self.members)
        self._schemes = context.service(SchemeService)

    # --- reading ---

    def get(self, channel_id: str) -> Channel:
        """See `ChannelService.get`."""
        channel: Channel | None = self._cache.get_or_load(channel_id, self.store.get)
        if channel is None:
            raise ChannelNotFound
        return channel

    def get_fresh(self, channel_id: str) -> Channel:
        """See `ChannelService.get_fresh`."""
        channel = self.store.get(channel_id)
        if channel is None:
            raise ChannelNotFound
        return channel

    def get_many(self, channel_ids: Iterable[str]) -> dict[str, Channel]:
        """See `ChannelService.get_many`."""
        return self._cache.get_many(channel_ids, self.store.get_many)

    def get_by_name(self, team_id: str, name: str) -> Channel:
        """See `ChannelService.get_by_name`."""
        channel = self.store.get_by_name(team_id, name.lower())
        if channel is None:
            raise ChannelNotFound(id="app.channel.get_by_name.missing.app_error")
        return channel

    def channel_ids_of(self, user_id: str) -> tuple[str, ...]:
        """See `ChannelService.channel_ids_of`."""
        return tuple(self.members.roles_of(user_id))

    def is_member(self, channel_id: str, user_id: str) -> bool:
        """See `ChannelService.is_member`."""
        return self.members.is_member(channel_id, user_id)

    def member(self, channel_id: str, user_id: str) -> ChannelMember:
        """See `ChannelService.member`."""
        return self.members.get(channel_id, user_id)

    def member_ids(self, channel_id: str) -> tuple[str, ...]:
        """See `ChannelService.member_ids`."""
        return self.members.ids(channel_id)

    def notify_props_of_members(self, channel_id: str) -> Mapping[str, Mapping[str, str]]:
        """See `ChannelService.notify_props_of_members`."""
        return self.members.notify_props(channel_id)

    def member_roles(self) -> MemberRoles:
        """Return how permissions find the roles of members."""
        return MemberRoles(scope="channel", roles_of=self._roles_of, parent_of=self._parent_of)

    def _roles_of(self, user_id: str, channel_id: str) -> tuple[str, ...]:
        return self.members.roles_of(user_id).get(channel_id, ())

    def _parent_of(self, channel_id: str) -> str | None:
        channel: Channel | None = self._cache.get_or_load(channel_id, self.store.get)
        return None if channel is None else channel.team_id

    def forget(self, channel_id: str) -> None:
        """Have a channel read again in every worker."""
        self._cache.invalidate(channel_id)

    def forget_all(self) -> None:
        """Have every channel read again in every worker."""
        self._cache.invalidate_all()

    # --- channels ---

    def create(self, channel: Channel, *, creator_id: str = "") -> Channel:
        """See `ChannelService.create`."""
        if channel.type not in PUBLIC_AND_PRIVATE:
            raise BadRequest(
                "Direct and group channels are made by their own operations.",
                id="api.channel.create_channel.direct_channel.app_error",
            )
        self._check_room(channel.team_id)
        now = now_ms()
        channel = msgspec.structs.replace(
            channel,
            id=new_id(),
            create_at=now,
            update_at=now,
            delete_at=0,
            last_post_at=now,
            last_root_post_at=now,
            extra_update_at=now,
            creator_id=creator_id,
            total_msg_count=0,
            total_msg_count_root=0,
            display_name=channel.display_name.strip(),
        )
        validation.check(channel)
        creator = self._users.get(creator_id) if creator_id else None
        with self._context.db.transaction():
            try:
                self.store.insert(channel)
            except UniqueViolation as error:
                raise ChannelExists from error
            if creator is not None:
                self.members.insert(self.members.draft(channel, creator, admin=True))
                self._context.publish(events.channel_created(channel, creator.id))
        if creator is not None:
            member = self.members.get(channel.id, creator.id)
            self._context.hooks.tell("user_has_joined_channel", channel_member=member, actor=None)
        self._context.hooks.tell_later("channel_has_been_created", channel=channel)
        return channel

    def _check_room(self, team_id: str) -> None:
        limit = self._context.config.TeamSettings.MaxChannelsPerTeam
        if self.store.count_of_team(team_id) >= limit:
            raise BadRequest(
                "The team has reached its limit of {limit} channels.",
                id="api.channel.create_channel.max_channel_limit.app_error",
                limit=limit,
            )

    def get_or_create_direct(self, user_id: str, other_id: str) -> Channel:
        """See `ChannelService.get_or_create_direct`."""
        return self._direct.get_or_create(user_id, other_id)

    def get_or_create_group(self, user_ids: Iterable[str], *, creator_id: str = "") -> Channel:
        """See `ChannelService.get_or_create_group`."""
        return self._direct.get_or_create_group(user_ids, creator_id=creator_id)

    def change(self, channel_id: str, *, actor_id: str, **columns: Any) -> Channel:
        """Set columns of a channel (names as in the schema) and tell its members."""
        old = self.get_fresh(channel_id)
        fields = {FIELDS[column]: value for column, value in columns.items() if column in FIELDS}
        validation.check(msgspec.structs.replace(old, **fields))
        with self._context.db.transaction():
            try:
                new = self.store.change(channel_id, {**columns, "updateat": now_ms()})
            except UniqueViolation as error:
                raise ChannelExists from error
            if new is None:
                raise ChannelNotFound
            self._cache.invalidate(channel_id)
            for event in _events_of_change(old, new):
                self._context.publish(event)
        self._context.hooks.tell("channel_has_been_updated", new_channel=new, old_channel=old, actor_id=actor_id)
        return new

    def patch(self, channel_id: str, patch: ChannelPatch, *, actor_id: str) -> Channel:
        """See `ChannelService.patch`."""
        channel = self.get(channel_id)
        if channel.delete_at:
            raise BadRequest(
                "The channel is archived: it can't be changed.", id="api.channel.update_channel.deleted.app_error"
            )
        if channel.name == DEFAULT_CHANNEL and patch.name is not None and patch.name != channel.name:
            raise BadRequest("The default channel keeps its URL name.", id="api.channel.update_channel.tried.app_error")
        wanted = {field: getattr(patch, field) for field in PATCHABLE if getattr(patch, field) is not None}
        columns: dict[str, Any] = {PATCHABLE[field]: value for field, value in wanted.items()}
        fixed = ("name", "display_name", "purpose")
        if channel.is_direct_or_group and any(
            name in wanted and wanted[name] != getattr(channel, name) for name in fixed
        ):
            raise BadRequest(
                "Only the header of a direct or group channel can be changed.",
                id="api.channel.patch_update_channel.update_direct_or_group_messages_not_allowed.app_error",
            )
        if patch.banner_info is not None:
            columns["bannerinfo"] = {**(channel.banner_info or {}), **patch.banner_info}
        return self.change(channel_id, actor_id=actor_id, **columns) if columns else self.get_fresh(channel_id)

    def archive(self, channel_id: str, *, actor_id: str) -> Channel:
        """Archive a channel; a plugin may refuse."""
        channel = self.get(channel_id)
        if channel.name == DEFAULT_CHANNEL:
            raise BadRequest(
                "The channel {name} can't be archived.",
                id="api.channel.delete_channel.cannot.app_error",
                name=DEFAULT_CHANNEL,
            )
        if self._context.hooks.has("channel_will_be_archived"):
            try:
                self._context.hooks.consult("channel_will_be_archived", channel)
            except Rejected as rejection:
                raise BadRequest(rejection.reason, id="app.channel.delete_channel.rejected_by_plugin") from rejection
        return self.change(channel_id, actor_id=actor_id, deleteat=now_ms())

    def restore(self, channel_id: str, *, actor_id: str) -> Channel:
        """Restore an archived channel."""
        return self.change(channel_id, actor_id=actor_id, deleteat=0)

    def move(self, channel_id: str, team_id: str, *, actor_id: str, force: bool) -> Channel:
        """Move a channel to another team. Members who aren't in it are removed with `force`, else a `BadRequest`."""
        team = self._teams.get(team_id)
        strangers = [user for user in self.members.ids(channel_id) if team_id not in self._teams.team_ids_of(user)]
        if strangers and not force:
            raise BadRequest(
                "{count} members of the channel aren't in the team.",
                id="app.channel.move_channel.members_do_not_match.error",
                count=len(strangers),
            )
        for user_id in strangers:
            self.remove_member(channel_id, user_id, actor_id=actor_id, from_team=True)
        with self._context.db.transaction():
            channel = self.change(channel_id, actor_id=actor_id, teamid=team.id)
            self._schemes.changed()
        return channel

    # --- members ---

    def add_member(self, channel_id: str, user_id: str, *, actor_id: str = "") -> ChannelMember:
        """See `ChannelService.add_member`."""
        channel = self.get_fresh(channel_id)
        if channel.delete_at:
            raise BadRequest(
                "The channel is archived: nobody can join it.",
                id="api.channel.add_user.to.channel.failed.deleted.app_error",
            )
        if channel.is_direct_or_group:
            raise BadRequest(
                "Nobody can be added to a direct or group channel.",
                id="api.channel.add_user_to_channel.type.app_error",
            )
        return self.members.add(channel, self._users.get(user_id), actor=self._actor(actor_id, user_id))

    def _actor(self, actor_id: str, user_id: str) -> User | None:
        return self._users.get(actor_id) if actor_id and actor_id != user_id else None

    def remove_member(self, channel_id: str, user_id: str, *, actor_id: str = "", from_team: bool = False) -> None:
        """See `ChannelService.remove_member`; `from_team`: the user leaves the whole team."""
        channel = self.get(channel_id)
        if channel.is_direct_or_group:
            raise BadRequest(
                "A direct or group channel can't be left.", id="api.channel.remove_channel_member.type.app_error"
            )
        if channel.name == DEFAULT_CHANNEL and not from_team and not self._users.get(user_id).is_guest:
            raise BadRequest(
                "The channel {name} can't be left.", id="api.channel.remove.default.app_error", name=DEFAULT_CHANNEL
            )
        self.members.remove(channel, user_id, actor=self._actor(actor_id, user_id))

    def mute(self, user_id: str, channel_ids: Iterable[str], *, muted: bool) -> None:
        """See `ChannelService.mute`."""
        self.members.set_muted(user_id, channel_ids, muted)

    # --- what has been read ---

    def view(self, user_id: str, channel_ids: Iterable[str], *, session_id: str = "") -> dict[str, int]:
        """See `ChannelService.view`."""
        ids = list(dict.fromkeys(channel_ids))
        before = self.counters.last_viewed(user_id, ids)
        unread = [channel_id for channel_id, view in before.items() if view.is_unread]
        if unread:
            self.counters.view(user_id, unread, now_ms())
            mentioned = tuple(channel_id for channel_id in unread if before[channel_id].mentions)
            change = UnreadChange(
                user_id=user_id, channel_ids=tuple(unread), mentioned_in=mentioned, session_id=session_id
            )
            self._context.hooks.tell_later("unread_has_changed", change=change)
        times = {channel_id: max(view.viewed_at, view.last_post_at) for channel_id, view in before.items()}
        if unread and self._context.config.ServiceSettings.EnableChannelViewedMessages:
            shown = {channel_id: times[channel_id] for channel_id in unread}
            self._context.publish(events.channels_viewed(user_id, shown))
        return times

    def set_unread_from(
        self,
        user_id: str,
        channel_id: str,
        *,
        last_viewed_at: int,
        msg_count: int,
        msg_count_root: int,
        mention_count: int,
        mention_count_root: int,
        urgent_mention_count: int = 0,
    ) -> ChannelMember:
        """See `ChannelService.set_unread_from`."""
        member = msgspec.structs.replace(
            self.members.get(channel_id, user_id),
            last_viewed_at=last_viewed_at,
            msg_count=msg_count,
            msg_count_root=msg_count_root,
            mention_count=mention_count,
            mention_count_root=mention_count_root,
            urgent_mention_count=urgent_mention_count,
            last_update_at=now_ms(),
        )
        if not self.members.store.set_unread(member):
            raise ChannelMemberNotFound
        return member

    def record_posts(self, counts: Iterable[PostCounts]) -> None:
        """See `ChannelService.record_posts`."""
        self.counters.add(counts)


def _events_of_change(old: Channel, new: Channel) -> list[Any]:
    if bool(old.delete_at) != bool(new.delete_at):
        return [events.channel_archived(new)]
    if old.type != new.type and not old.is_direct_or_group:
        return [events.channel_converted(new), events.channel_updated(new)]
    return [events.channel_updated(new)]
