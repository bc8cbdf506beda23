"""Operations that run commands and complete them, and the address for later answers."""

import msgspec

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.commands import CommandArgs
from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostNotFound, PostService, require_create_post
from hubbub.core.http import Reply, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.commands.autocomplete import Autocomplete
from hubbub.plugins.commands.execution import Execution


class ExecuteBody(msgspec.Struct, kw_only=True):
    """What was typed, and where."""

    channel_id: str = ""
    team_id: str = ""
    root_id: str = ""
    parent_id: str = ""
    command: str = ""


class ExecutionRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, execution: Execution, autocomplete: Autocomplete) -> None:
        self._permissions = context.service(PermissionService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._execution = execution
        self._autocomplete = autocomplete

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/commands/execute", self.execute)
        router.get("/api/v4/teams/{team_id}/commands/autocomplete", self.list)
        router.get("/api/v4/teams/{team_id}/commands/autocomplete_suggestions", self.suggestions)
        # SECURITY: the id is the secret: nobody is signed in here.
        router.post("/hooks/commands/{hook_id}", self.answer_later, auth="none", csrf=False)

    def execute(self, req: Request) -> object:
        """POST /commands/execute."""
        body = req.read(ExecuteBody, name="command_args")
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        require_create_post(self._permissions, self._channels, req.session, body.channel_id)
        team_id = self._channels.get(body.channel_id).team_id
        if not team_id and body.team_id:
            # A direct or group channel is in every team: commands are looked for in the one that the client shows.
            self._permissions.require_team(req.session, body.team_id, Permission.VIEW_TEAM)
            team_id = body.team_id
        args = CommandArgs(
            user_id=req.user_id,
            channel_id=body.channel_id,
            team_id=team_id,
            root_id=self._root(body),
            parent_id=body.parent_id,
            command=body.command,
            session_id=req.session.id,
        )
        return self._execution.execute(args)

    def _root(self, body: ExecuteBody) -> str:
        root_id = body.root_id or body.parent_id
        if not root_id:
            return ""
        try:
            root = self._posts.get(root_id)
        except PostNotFound as error:
            raise InvalidBodyParam("root_id") from error
        if root.channel_id != body.channel_id:
            raise InvalidBodyParam("root_id")
        return root.root_id or root.id

    def list(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/commands/autocomplete."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._autocomplete.commands(team_id)

    def suggestions(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/commands/autocomplete_suggestions."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._autocomplete.suggestions(team_id, req.query("user_input"))

    def answer_later(self, req: Request, hook_id: str) -> object:
        """POST /hooks/commands/{hook_id}: what the server behind a command says later."""
        self._execution.answer_later(hook_id, req.header("Content-Type"), req.read_bytes())
        return Reply("ok", content_type="text/plain")
