"""Operations on buttons, menus and dialogs."""

import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.interactive_messages.actions import Actions
from hubbub.plugins.interactive_messages.dialogs import Dialogs
from hubbub.plugins.interactive_messages.records import DialogBody, SubmissionBody


class ActionBody(msgspec.Struct, kw_only=True):
    """What was chosen, and for a message that isn't stored the cookie it came with."""

    selected_option: str = ""
    cookie: str = ""


class InteractionRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, actions: Actions, dialogs: Dialogs) -> None:
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._actions = actions
        self._dialogs = dialogs

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/posts/{post_id}/actions/{action_id}", self.do)
        # SECURITY: nobody is signed in here: the trigger id says for whom the dialog is, and was given out by us.
        router.post("/api/v4/actions/dialogs/open", self.open, auth="none", csrf=False)
        router.post("/api/v4/actions/dialogs/submit", self.submit)
        router.post("/api/v4/actions/dialogs/lookup", self.lookup)

    def do(self, req: Request, post_id: str, action_id: str) -> object:
        """POST /posts/{post_id}/actions/{action_id}."""
        try:
            body = json.decode(req.read_bytes(), ActionBody)
        except (msgspec.MsgspecError, RecursionError):  # older clients send no body for buttons
            body = ActionBody()
        trigger_id = self._actions.do(req.session, post_id, action_id, body.selected_option, body.cookie)
        return {**OK, "trigger_id": trigger_id}

    def open(self, req: Request) -> object:
        """POST /actions/dialogs/open."""
        body = req.read(DialogBody, name="dialog")
        if not body.trigger_id:
            raise InvalidBodyParam("trigger_id")
        if not body.url:
            raise InvalidBodyParam("url")
        self._dialogs.open(body.trigger_id, body.url, body.dialog)
        return OK

    def submit(self, req: Request) -> object:
        """POST /actions/dialogs/submit."""
        return self._dialogs.submit(req.session, self._submission(req))

    def lookup(self, req: Request) -> object:
        """POST /actions/dialogs/lookup."""
        return self._dialogs.lookup(req.session, self._submission(req))

    def _submission(self, req: Request) -> SubmissionBody:
        body = req.read(SubmissionBody, name="dialog")
        if not body.url:
            raise InvalidBodyParam("url")
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        if not self._posts.may_read(req.session, body.channel_id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
        # In direct and group channels there may be no team.
        if body.team_id:
            self._permissions.require_team(req.session, body.team_id, Permission.VIEW_TEAM)
        return body
