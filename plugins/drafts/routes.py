"""Operations on drafts."""

from msgspec import UNSET

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.drafts import Draft, DraftBody
from hubbub.core.contracts.errors import InvalidBodyParam, NotImplementedYet, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import require_create_post
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.drafts.service import Drafts

_CHANNEL = "/api/v4/users/{user_id}/channels/{channel_id}/drafts"


class DraftsDisabled(NotImplementedYet):
    id = "api.drafts.disabled.app_error"
    message = "Drafts aren't kept on this server: ServiceSettings.AllowSyncedDrafts is off."


class DraftRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, drafts: Drafts) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._drafts = drafts

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/drafts", self.save, status=201)
        router.get("/api/v4/users/{user_id}/teams/{team_id}/drafts", self.list_of_team)
        router.delete(_CHANNEL, self.delete)
        router.delete(_CHANNEL + "/{thread_id}", self.delete)

    def save(self, req: Request) -> object:
        """POST /drafts: create or replace. One without text and files is deleted; the answer is null then."""
        self._require_enabled()
        body = req.read(DraftBody, name="draft")
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        require_create_post(self._permissions, self._channels, req.session, body.channel_id)
        return self._drafts.save(_to_draft(body, req.user_id), connection_id=req.connection_id)

    def list_of_team(self, req: Request, user_id: str, team_id: str) -> object:
        """GET /users/{user_id}/teams/{team_id}/drafts: those of direct and group channels are in every team."""
        self._require_enabled()
        self._require_own(req, user_id, Permission.CREATE_POST)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._drafts.of_team(user_id, team_id)

    def delete(self, req: Request, user_id: str, channel_id: str, thread_id: str = "") -> object:
        """DELETE …/drafts and …/drafts/{thread_id}: deleting what isn't there is a success."""
        self._require_enabled()
        self._require_own(req, user_id, Permission.DELETE_POST)
        self._drafts.delete(user_id, channel_id, thread_id, connection_id=req.connection_id)
        return OK

    def _require_enabled(self) -> None:
        if not self._context.config.ServiceSettings.AllowSyncedDrafts:
            raise DraftsDisabled

    @staticmethod
    def _require_own(req: Request, user_id: str, permission: str) -> None:
        # SECURITY: what isn't sent yet is nobody else's business, not even an administrator's.
        if user_id != req.user_id:
            raise PermissionDenied(permission)


def _to_draft(body: DraftBody, user_id: str) -> Draft:
    return Draft(
        user_id=user_id,
        channel_id=body.channel_id,
        root_id=body.root_id,
        message=body.message,
        type=body.type,
        props=body.props,
        file_ids=body.file_ids or UNSET,
        priority=body.priority or UNSET,
    )
