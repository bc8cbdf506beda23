"""Roles of their own for channels: schemes given to them, and moderation."""

from collections.abc import Iterable

from hubbub.core.contracts.channels import OPEN, Channel
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import (
    CHANNEL_SCOPE,
    ChannelModeration,
    ChannelModerationPatch,
    MemberRoleNames,
    SchemeService,
    WrongScope,
)
from hubbub.core.contracts.teams import TeamService
from hubbub.plugins.channels import events
from hubbub.plugins.channels.service import Channels


class NotModerated(BadRequest):
    id = "api.channel.patch_channel_moderations.type.app_error"
    message = "Direct and group channels have no roles of their own."


class ChannelSchemes:
    """Which scheme a channel has, and what follows from it."""

    def __init__(self, context: PluginContext, channels: Channels) -> None:
        self._context = context
        self._teams = context.service(TeamService)
        self._schemes = context.service(SchemeService)
        self._channels = channels
        self._schemes.on_delete(self._drop)

    def _drop(self, scheme_id: str) -> None:
        self._channels.store.drop_scheme(scheme_id)
        self._channels.forget_all()

    def of_scheme(self, scheme_id: str, *, offset: int, limit: int) -> list[Channel]:
        """Return the channels that have a scheme. Raises `SchemeNotFound`, `WrongScope`."""
        self._require_scope(scheme_id, "api.scheme.get_channels_for_scheme.scope.error")
        return self._channels.store.of_scheme(scheme_id, offset=offset, limit=limit)

    def _require_scope(self, scheme_id: str, error_id: str) -> None:
        if self._schemes.get(scheme_id).scope != CHANNEL_SCOPE:
            raise WrongScope(id=error_id, scope=CHANNEL_SCOPE)

    def _of_team(self, channel: Channel) -> str | None:
        if channel.is_direct_or_group:
            raise NotModerated
        return self._teams.get(channel.team_id).scheme_id

    def role_names(self, channel_id: str) -> MemberRoleNames:
        """Return what the roles of a channel's members are called."""
        channel = self._channels.get(channel_id)
        team_scheme = None if channel.is_direct_or_group else self._of_team(channel)
        return self._schemes.channel_roles(channel.scheme_id, team_scheme)

    def give(self, channel_id: str, scheme_id: str, *, actor_id: str) -> Channel:
        """Give a channel a scheme. Raises `SchemeNotFound`, `WrongScope`, `NotModerated`."""
        self._require_scope(scheme_id, "api.channel.update_channel_scheme.scheme_scope.error")
        self._of_team(self._channels.get(channel_id))
        with self._context.db.transaction():
            channel = self._channels.change(channel_id, actor_id=actor_id, schemeid=scheme_id)
            self._schemes.changed()
        return channel

    def moderations(self, channel_id: str) -> list[ChannelModeration]:
        """Return what is moderated in a channel. Raises `ChannelNotFound`, `NotModerated`."""
        channel = self._channels.get_fresh(channel_id)
        return self._schemes.moderations(channel.scheme_id, self._of_team(channel), public=channel.type == OPEN)

    def moderate(self, channel_id: str, patches: Iterable[ChannelModerationPatch]) -> list[ChannelModeration]:
        """Moderate a channel and return what is moderated then. Raises `Forbidden` for what the team forbids."""
        with self._context.db.transaction():
            self._channels.store.lock(channel_id)
            channel = self._channels.get_fresh(channel_id)
            scheme_id = self._schemes.moderate(
                channel.scheme_id,
                self._of_team(channel),
                patches,
                public=channel.type == OPEN,
                title=channel.display_name,
            )
            if scheme_id != (channel.scheme_id or ""):
                self._channels.store.change(channel_id, {"schemeid": scheme_id or None})
                self._channels.forget(channel_id)
                self._schemes.changed()
                self._context.publish(events.channel_scheme_updated(channel_id))
        return self.moderations(channel_id)
