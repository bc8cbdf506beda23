"""Operations on the roles that a channel has of its own: schemes and moderation."""

import msgspec

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import ChannelModeration, ChannelModerationPatch
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.channels.schemes import ChannelSchemes


class SchemeBody(msgspec.Struct):
    scheme_id: str | None = None


class SchemeRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, schemes: ChannelSchemes) -> None:
        self._permissions = context.service(PermissionService)
        self._schemes = schemes

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/schemes/{scheme_id}/channels", self.of_scheme)
        router.put("/api/v4/channels/{channel_id}/scheme", self.set_scheme)
        router.get("/api/v4/channels/{channel_id}/moderations", self.moderations)
        router.put("/api/v4/channels/{channel_id}/moderations/patch", self.moderate)

    def of_scheme(self, req: Request, scheme_id: str) -> list[Channel]:
        """GET /schemes/{scheme_id}/channels."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS)
        page = req.page()
        return self._schemes.of_scheme(scheme_id, offset=page.offset, limit=page.limit)

    def set_scheme(self, req: Request, channel_id: str) -> object:
        """PUT /channels/{channel_id}/scheme."""
        scheme_id = req.read(SchemeBody).scheme_id
        if scheme_id is None or not is_valid_id(scheme_id):
            raise InvalidBodyParam("scheme_id")
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._schemes.give(channel_id, scheme_id, actor_id=req.user_id)
        return OK

    def moderations(self, req: Request, channel_id: str) -> list[ChannelModeration]:
        """GET /channels/{channel_id}/moderations."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS)
        return self._schemes.moderations(channel_id)

    def moderate(self, req: Request, channel_id: str) -> list[ChannelModeration]:
        """PUT /channels/{channel_id}/moderations/patch."""
        patches = req.read_list(ChannelModerationPatch, name="channel_moderations_patch")
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_CHANNELS)
        return self._schemes.moderate(channel_id, patches)
