"""The operation that moves a thread to another channel."""

import msgspec

from hubbub.core.contracts.channels import Channel, ChannelMemberNotFound, ChannelService
from hubbub.core.contracts.errors import Forbidden, InvalidBodyParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamMemberNotFound, TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.posts.service import Posts


class MoveBody(msgspec.Struct, kw_only=True):
    """Where a thread goes."""

    channel_id: str = ""


class MayNotMove(Forbidden):
    id = "api.post.move_thread.no_permission"
    message = "Only some roles or e-mail domains may move threads (WranglerSettings)."


class MoveRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, posts: Posts) -> None:
        self._config = context.config_store
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._permissions = context.service(PermissionService)
        self._posts = posts

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/api/v4/posts/{post_id}/move", self.move)

    def move(self, req: Request, post_id: str) -> object:
        """POST /posts/{post_id}/move: the whole thread that the post is in."""
        if not self._config.current.FeatureFlags.MoveThreadsEnabled:
            raise NotImplementedYet(
                "Moving threads is turned off (FeatureFlags.MoveThreadsEnabled).",
                id="api.post.move_thread.disabled.app_error",
            )
        body = req.read(MoveBody)
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        post = self._posts.get(post_id)
        self._permissions.require_channel(req.session, post.channel_id, Permission.READ_CHANNEL_CONTENT)
        self._permissions.require_channel(req.session, body.channel_id, Permission.CREATE_POST)
        user = self._users.get(req.user_id)
        self._require_mover(req.session, user, self._channels.get(post.channel_id))
        root = self._posts.get(post.root_id) if post.root_id else post
        self._posts.move_thread(root, self._channels.get(body.channel_id), user)
        return OK

    def _require_mover(self, session: Session, user: User, channel: Channel) -> None:
        settings = self._config.current.WranglerSettings
        domains = [domain.lower().lstrip("@") for domain in settings.AllowedEmailDomain if domain]
        if domains and user.email.lower().rpartition("@")[2] not in domains:
            raise MayNotMove
        permitted = set(settings.PermittedWranglerRoles)
        if permitted and not permitted.intersection(self._roles(session, channel)):
            raise MayNotMove

    def _roles(self, session: Session, channel: Channel) -> list[str]:
        """Return the names of the user's roles in the system, the team and the channel."""
        roles = session.roles.split()
        try:
            roles += self._channels.member(channel.id, session.user_id).roles.split()
            if channel.team_id:
                roles += self._teams.member(channel.team_id, session.user_id).roles.split()
        except (ChannelMemberNotFound, TeamMemberNotFound):
            pass
        return roles
