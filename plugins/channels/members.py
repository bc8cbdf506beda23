"""The rules of membership in channels; what is asked for every request and every event is cached."""

from collections.abc import Iterable, Mapping

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel, ChannelMember, ChannelMemberNotFound
from hubbub.core.contracts.errors import BadRequest, Forbidden, Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import MemberRoleNames, SchemeService
from hubbub.core.contracts.teams import TeamMemberNotFound, TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.channels import events
from hubbub.plugins.channels.members_store import MemberStore
from hubbub.plugins.channels.records import DEFAULT_NOTIFY_PROPS

Roles = dict[str, tuple[str, ...]]


class NotInTeam(BadRequest):
    id = "api.channel.add_user.to.channel.failed.app_error"
    message = "Somebody who isn't in the team can't become a member of its channels."


class RefusedByPlugin(BadRequest):
    """A plugin refused the membership; its reason is shown."""

    id = "app.channel.add_user.to.channel.rejected_by_plugin"


class Members:
    """Who belongs to which channel."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self.store = MemberStore(context.db)
        self._roles = context.cache("member_roles", max_items=50_000)
        self._ids = context.cache("member_ids", max_items=5_000)
        self._notify_props = context.cache("notify_props", max_items=5_000)
        context.service(SchemeService).on_change(self._roles.invalidate_all)

    # --- reading ---

    def roles_of(self, user_id: str) -> Roles:
        """Return channel id → effective roles for all the user's channels. Cached."""
        roles: Roles = self._roles.get_or_load(user_id, self.store.roles_of)
        return roles

    def is_member(self, channel_id: str, user_id: str) -> bool:
        """Say whether the user is a member. Cached."""
        return channel_id in self.roles_of(user_id)

    def ids(self, channel_id: str) -> tuple[str, ...]:
        """Return the ids of the members. Cached."""
        ids: tuple[str, ...] = self._ids.get_or_load(channel_id, self.store.ids)
        return ids

    def notify_props(self, channel_id: str) -> Mapping[str, Mapping[str, str]]:
        """Return member id → notify props. Cached."""
        props: Mapping[str, Mapping[str, str]] = self._notify_props.get_or_load(channel_id, self.store.notify_props)
        return props

    def get(self, channel_id: str, user_id: str) -> ChannelMember:
        """Return a membership as it is now. Raises `ChannelMemberNotFound`."""
        member = self.store.get(channel_id, user_id)
        if member is None:
            raise ChannelMemberNotFound
        return member

    def forget(self, channel_id: str, user_id: str) -> None:
        """Have a membership read again by everybody, here and in every worker."""
        self._roles.invalidate(user_id)
        self._ids.invalidate(channel_id)
        self._notify_props.invalidate(channel_id)
        self._context.db.after_commit(lambda: self._context.hub.forget_memberships(user_id))

    # --- joining ---

    def draft(self, channel: Channel, user: User, *, admin: bool = False) -> ChannelMember:
        """Return a membership that is not stored yet: everything so far counts as read."""
        now = now_ms()
        return ChannelMember(
            channel_id=channel.id,
            user_id=user.id,
            notify_props=DEFAULT_NOTIFY_PROPS,
            last_viewed_at=now,
            last_update_at=now,
            msg_count=channel.total_msg_count,
            msg_count_root=channel.total_msg_count_root,
            scheme_user=not user.is_guest,
            scheme_guest=user.is_guest,
            scheme_admin=admin and not user.is_guest,
        )

    def insert(self, member: ChannelMember) -> bool:
        """Store a membership, without telling anybody; False when there is one already."""
        added = self.store.insert(member, now_ms())
        self.forget(member.channel_id, member.user_id)
        return added

    def add(self, channel: Channel, user: User, *, actor: User | None, admin: bool = False) -> ChannelMember:
        """Add a user to a public or private channel and tell everybody."""
        if user.delete_at:
            raise Forbidden("A deactivated account can't be added.", id="app.channel.add_member.deleted_user.app_error")
        present = self.store.get(channel.id, user.id)
        if present is not None:
            return present
        self._require_team(channel, user)
        draft = self._consult(self.draft(channel, user, admin=admin))
        with self._context.db.transaction():
            added = self.insert(draft)
            if added:
                for event in events.user_added(channel, user.id):
                    self._context.publish(event)
        member = self.get(channel.id, user.id)
        if added:
            self._context.hooks.tell("user_has_joined_channel", channel_member=member, actor=actor)
        return member

    def _require_team(self, channel: Channel, user: User) -> None:
        try:
            if self._teams.member(channel.team_id, user.id).delete_at:
                raise NotInTeam
        except TeamMemberNotFound as error:
            raise NotInTeam from error

    def _consult(self, draft: ChannelMember) -> ChannelMember:
        if not self._context.hooks.has("channel_member_will_be_added"):
            return draft
        try:
            consulted: ChannelMember = self._context.hooks.consult("channel_member_will_be_added", draft)
        except Rejected as rejection:
            raise RefusedByPlugin(rejection.reason) from rejection
        return consulted

    # --- leaving ---

    def remove(self, channel: Channel, user_id: str, *, actor: User | None) -> None:
        """End a membership and tell everybody. Raises `ChannelMemberNotFound`."""
        member = self.get(channel.id, user_id)
        with self._context.db.transaction():
            if not self.store.remove(channel.id, user_id, now_ms()):
                raise ChannelMemberNotFound
            self.forget(channel.id, user_id)
            for event in events.user_removed(channel, user_id, actor.id if actor else user_id):
                self._context.publish(event)
        self._context.hooks.tell("user_has_left_channel", channel_member=member, actor=actor)

    # --- changing ---

    def set_notify_props(self, channel_id: str, user_id: str, props: Mapping[str, str]) -> ChannelMember:
        """Change some of a member's notify props. Raises `ChannelMemberNotFound`."""
        with self._context.db.transaction():
            self.store.lock(channel_id, user_id, now_ms())
            merged = {**self.get(channel_id, user_id).notify_props, **props}
            self.store.set_notify_props(channel_id, user_id, merged, now_ms())
            self._notify_props.invalidate(channel_id)
            member = self.get(channel_id, user_id)
            self._context.publish(events.channel_member_updated(member))
        return member

    def set_muted(self, user_id: str, channel_ids: Iterable[str], muted: bool) -> None:
        """Mute or unmute a member's channels; those that are so already are left alone."""
        wanted = "mention" if muted else "all"
        for channel_id in sorted(set(channel_ids)):
            member = self.store.get(channel_id, user_id)
            if member is not None and member.notify_props.get("mark_unread") != wanted:
                self.set_notify_props(channel_id, user_id, {"mark_unread": wanted})

    def set_scheme_roles(self, channel_id: str, user_id: str, *, guest: bool, user: bool, admin: bool) -> ChannelMember:
        """Set which scheme roles a member has."""
        if guest and user:
            raise BadRequest(
                "A member is a guest or a user, not both.",
                id="api.channel.update_channel_member_roles.user_and_guest.app_error",
            )
        if guest != self._users.get(user_id).is_guest:
            raise BadRequest(
                "Guests have the guest role in a channel, and only they.",
                id="api.channel.update_channel_member_roles.guest.app_error",
            )
        return self._store_roles(channel_id, user_id, guest=guest, user=user, admin=admin)

    def set_roles(self, channel_id: str, user_id: str, roles: str, known: MemberRoleNames) -> ChannelMember:
        """Set a member's roles from a text of names, of those that the channel knows."""
        names = set(roles.split())
        unknown = names - set(known)
        if unknown:
            raise BadRequest(
                "{name} is not a role of channels.",
                id="api.channel.update_channel_member_roles.scheme_role.app_error",
                name=sorted(unknown)[0],
            )
        member = self.get(channel_id, user_id)
        if (known.guest in names) != member.scheme_guest:
            raise BadRequest(
                "A member can't become or cease to be a guest this way.",
                id="api.channel.update_channel_member_roles.changing_guest_role.app_error",
            )
        return self._store_roles(
            channel_id, user_id, guest=member.scheme_guest, user=not member.scheme_guest, admin=known.admin in names
        )

    def follow_guest(self, user: User) -> None:
        """Let the memberships of a user say what the account says: that of a guest, or not."""
        with self._context.db.transaction():
            self.store.set_guest(user.id, user.is_guest, now_ms())
            self._roles.invalidate(user.id)
            for member in self.store.of_user(user.id):
                self._context.publish(events.channel_member_updated(member))

    def _store_roles(self, channel_id: str, user_id: str, *, guest: bool, user: bool, admin: bool) -> ChannelMember:
        if not guest and not user:
            raise BadRequest(
                "A member who isn't a guest is a user.",
                id="api.channel.update_channel_member_roles.unset_user_scheme.app_error",
            )
        with self._context.db.transaction():
            self.store.lock(channel_id, user_id, now_ms())
            member = msgspec.structs.replace(
                self.get(channel_id, user_id),
                scheme_guest=guest,
                scheme_user=user,
                scheme_admin=admin,
                explicit_roles="",
                last_update_at=now_ms(),
            )
            self.store.set_roles(member)
            self.forget(channel_id, user_id)
            stored = self.get(channel_id, user_id)
            self._context.publish(events.channel_member_updated(stored))
        return stored

    def visible(self, viewer_id: str, members: Iterable[ChannelMember]) -> list[ChannelMember]:
        """Leave out whom the viewer may not see, and what others have read: that is nobody's business."""
        members = list(members)
        seen = self._users.can_see(viewer_id, [member.user_id for member in members])
        return [member for member in members if member.user_id in seen]
