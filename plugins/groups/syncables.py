"""Teams and channels that belong to groups: linked, unlinked, and their memberships kept as the groups say."""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel, ChannelMember, ChannelService
from hubbub.core.contracts.errors import AppError, BadRequest, NotFound, Rejected
from hubbub.core.contracts.groups import MembershipChanges
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamMember, TeamService
from hubbub.plugins.groups import events
from hubbub.plugins.groups.links_store import CHANNEL, TEAM, Kind, Link, LinkStore
from hubbub.plugins.groups.service import Groups
from hubbub.plugins.groups.syncing_store import CHANNELS, TEAMS, Scope, SyncingStore

_SCOPES: Final = {TEAM: TEAMS, CHANNEL: CHANNELS}


class LinkPatch(msgspec.Struct, kw_only=True):
    """What a link is to do; None leaves it as it is."""

    auto_add: bool | None = None
    scheme_admin: bool | None = None


class NotLinked(NotFound):
    id = "app.group.no_rows"
    message = "The group has nothing to do with it."


class AlreadyUnlinked(BadRequest):
    id = "app.group.group_syncable_already_deleted"
    message = "The group has nothing to do with it any more."


class TeamNeedsGroup(BadRequest):
    id = "group_not_associated_to_synced_team"
    message = "The channel's team belongs to groups, and not to this one: link the group to the team first."


class Syncables:
    """What groups give to people."""

    def __init__(self, context: PluginContext, groups: Groups, links: LinkStore) -> None:
        self._context = context
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)
        self._groups = groups
        self._links = links
        self._store = SyncingStore(context.db)

    # -- links

    def link(self, kind: Kind, group_id: str, object_id: str, patch: LinkPatch) -> Link:
        """Have a team or channel belong to a group; what is linked already is changed.

        Raises `GroupNotFound`, `TeamNotFound`, `ChannelNotFound`, `TeamNeedsGroup`.
        """
        self._groups.get(group_id)
        with self._context.db.transaction():
            if kind is CHANNEL:
                self._link_team_of(self._channels.get(object_id), group_id)
            else:
                self._teams.get(object_id)
            self._put(kind, group_id, object_id, patch)
            self._context.publish(events.linked(kind, group_id, object_id))
        self._later(kind, object_id)
        return self.get(kind, group_id, object_id)

    def _link_team_of(self, channel: Channel, group_id: str) -> None:
        """Have the channel's team know the group, without giving it to anybody."""
        if channel.is_direct_or_group:
            raise BadRequest("A direct or group channel belongs to no group.", id="api.channel.get.find.app_error")
        if self._links.exists(TEAM, group_id, channel.team_id):
            return
        if self._teams.get(channel.team_id).group_constrained:
            raise TeamNeedsGroup
        self._put(TEAM, group_id, channel.team_id, LinkPatch(auto_add=False))

    def patch(self, kind: Kind, group_id: str, object_id: str, patch: LinkPatch) -> Link:
        """Change what a link does. Raises `NotLinked`."""
        self.get(kind, group_id, object_id)
        with self._context.db.transaction():
            self._put(kind, group_id, object_id, patch)
        self._later(kind, object_id)
        return self.get(kind, group_id, object_id)

    def unlink(self, kind: Kind, group_id: str, object_id: str) -> None:
        """Have a team (and its channels) or a channel no longer belong to a group.

        Raises `NotLinked`, `AlreadyUnlinked`.
        """
        if not self._links.exists(kind, group_id, object_id):
            raise AlreadyUnlinked if self._links.exists(kind, group_id, object_id, ended=True) else NotLinked
        with self._context.db.transaction():
            now = now_ms()
            self._links.end(kind, group_id, object_id, now)
            self._context.publish(events.unlinked(kind, group_id, object_id))
            if kind is TEAM:
                for channel_id in self._links.channels_in_team(group_id, object_id):
                    self._links.end(CHANNEL, group_id, channel_id, now)
                    self._context.publish(events.unlinked(CHANNEL, group_id, channel_id))
        self._later(kind, object_id)

    def get(self, kind: Kind, group_id: str, object_id: str) -> Link:
        """Return a link. Raises `NotLinked`."""
        found = (self._links.teams if kind is TEAM else self._links.channels)(group_id, object_id)
        if not found:
            raise NotLinked
        return found[0]

    def _put(self, kind: Kind, group_id: str, object_id: str, patch: LinkPatch) -> None:
        self._links.put(kind, group_id, object_id, patch.auto_add, patch.scheme_admin, now_ms())
        self._groups.forget_mentionable()

    def _later(self, kind: Kind, object_id: str) -> None:
        """Bring the memberships of a team or channel up to date in the background."""
        self._context.db.after_commit(lambda: self._context.tasks.submit(self._sync, _SCOPES[kind], object_id))

    def _sync(self, scope: Scope, thing_id: str) -> None:
        self._change(scope, MembershipChanges(), thing_id=thing_id)

    # -- memberships

    def sync_memberships(self, *, user_id: str = "", readd: bool = False) -> MembershipChanges:
        """See `DirectoryGroups.sync_memberships`."""
        changes = MembershipChanges()
        for scope in (TEAMS, CHANNELS):
            self._change(scope, changes, user_id=user_id, readd=readd)
        return changes

    def _change(
        self,
        scope: Scope,
        changes: MembershipChanges,
        *,
        thing_id: str = "",
        user_id: str = "",
        readd: bool = False,
    ) -> None:
        store = self._store
        changes.added += self._each(
            store.missing(scope, thing_id=thing_id, user_id=user_id, readd=readd), partial(self._add, scope)
        )
        changes.removed += self._each(
            store.outsiders(scope, thing_id=thing_id, user_id=user_id), partial(self._remove, scope)
        )
        for admin, pairs in ((True, store.new_admins), (False, store.old_admins)):
            change = partial(self._set_admin, scope, admin)
            changes.roles += self._each(pairs(scope, thing_id=thing_id, user_id=user_id), change)

    def _set_admin(self, scope: Scope, admin: bool, thing_id: str, user_id: str) -> None:
        (self._teams if scope is TEAMS else self._channels).set_scheme_admin(thing_id, user_id, admin)

    def _each(self, pairs: list[tuple[str, str]], change: Callable[[str, str], object]) -> int:
        """Make each change; one that can't be made (a full team, say) is logged and keeps no other from being made."""
        made = 0
        for thing_id, user_id in pairs:
            try:
                change(thing_id, user_id)
            except AppError as error:
                self._context.log.warning("groups: %s in %s stays as it is: %s", user_id, thing_id, error.text)
                continue
            made += 1
        return made

    def _add(self, scope: Scope, thing_id: str, user_id: str) -> None:
        if scope is TEAMS:
            self._teams.add_member(thing_id, user_id)
            return
        team_id = self._channels.get(thing_id).team_id
        if team_id not in self._teams.team_ids_of(user_id):
            self._teams.add_member(team_id, user_id)
        self._channels.add_member(thing_id, user_id)

    def _remove(self, scope: Scope, thing_id: str, user_id: str) -> None:
        (self._teams if scope is TEAMS else self._channels).remove_member(thing_id, user_id)

    # -- who may be added

    def check_team(self, member: TeamMember) -> None:
        """Raise `Rejected` unless somebody may be in a team."""
        team = self._teams.get(member.team_id)
        if team.group_constrained and not self._store.permits(TEAMS, team.id, member.user_id):
            raise Rejected("This team is for members of its groups only.")

    def check_channel(self, member: ChannelMember) -> None:
        """Raise `Rejected` unless somebody may be in a channel."""
        channel = self._channels.get(member.channel_id)
        if channel.group_constrained and not self._store.permits(CHANNELS, channel.id, member.user_id):
            raise Rejected("This channel is for members of its groups only.")
