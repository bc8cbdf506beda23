"""Operations on scheduled posts."""

from msgspec import UNSET, UnsetType

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.drafts import DraftBody, ScheduledPost
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import require_create_post
from hubbub.core.http import Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.scheduled_posts.service import ScheduledPosts

_ONE = "/api/v4/posts/schedule/{scheduled_post_id}"


class SchedulingDisabled(BadRequest):
    id = "api.scheduled_posts.feature_disabled"
    message = "Messages can't be scheduled on this server: ServiceSettings.ScheduledPosts is off."


class ScheduledPostBody(DraftBody, kw_only=True):
    """What a client says about a message to be sent later."""

    id: str = ""
    scheduled_at: int = 0


class ScheduledPostRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, scheduled: ScheduledPosts) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._scheduled = scheduled

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/posts/schedule", self.create, status=201)
        router.get("/api/v4/posts/scheduled/team/{team_id}", self.list_of_team)
        router.put(_ONE, self.update, status=201)
        router.delete(_ONE, self.delete, status=201)

    def create(self, req: Request) -> object:
        """POST /posts/schedule."""
        self._require_enabled()
        body = req.read(ScheduledPostBody, name="schedule_post")
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        self._require_post(req, body.channel_id, body.file_ids)
        return self._scheduled.create(_to_scheduled(body, req.user_id), connection_id=req.connection_id)

    def list_of_team(self, req: Request, team_id: str) -> object:
        """GET /posts/scheduled/team/{team_id}: by team id; those of direct channels are under directChannels."""
        self._require_enabled()
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        of_team, direct = self._scheduled.of_team(req.user_id, team_id)
        return {team_id: of_team} | ({"directChannels": direct} if req.query_bool("includeDirectChannels") else {})

    def update(self, req: Request, scheduled_post_id: str) -> object:
        """PUT /posts/schedule/{scheduled_post_id}: text, files and time; where it goes stays."""
        self._require_enabled()
        body = req.read(ScheduledPostBody, name="schedule_post")
        if body.id != scheduled_post_id:
            raise InvalidUrlParam("scheduled_post_id")
        existing = self._scheduled.own(scheduled_post_id, req.user_id, "update")
        self._require_post(req, existing.channel_id, body.file_ids)
        changed = _to_scheduled(body, req.user_id)
        return self._scheduled.update(existing, changed, connection_id=req.connection_id)

    def delete(self, req: Request, scheduled_post_id: str) -> object:
        """DELETE /posts/schedule/{scheduled_post_id}."""
        self._require_enabled()
        existing = self._scheduled.own(scheduled_post_id, req.user_id, "delete")
        return self._scheduled.delete(existing, connection_id=req.connection_id)

    def _require_enabled(self) -> None:
        if not self._context.config.ServiceSettings.ScheduledPosts:
            raise SchedulingDisabled

    def _require_post(self, req: Request, channel_id: str, file_ids: list[str] | UnsetType) -> None:
        require_create_post(self._permissions, self._channels, req.session, channel_id)
        if file_ids:
            self._permissions.require_channel(req.session, channel_id, Permission.UPLOAD_FILE)


def _to_scheduled(body: ScheduledPostBody, user_id: str) -> ScheduledPost:
    return ScheduledPost(
        user_id=user_id,
        channel_id=body.channel_id,
        root_id=body.root_id,
        message=body.message,
        type=body.type,
        props=body.props,
        file_ids=body.file_ids or UNSET,
        priority=body.priority or UNSET,
        scheduled_at=body.scheduled_at,
    )
