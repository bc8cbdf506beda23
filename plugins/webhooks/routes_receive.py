"""The address of an incoming webhook. Whoever knows it may post: there is no session."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Reply, Request, Router
from hubbub.plugins.webhooks.payload import read_message
from hubbub.plugins.webhooks.receiving import Receiver


class ReceiveRoutes:
    """Parse, one service call, render."""

    def __init__(self, context: PluginContext, receiver: Receiver) -> None:
        self._context = context
        self._receiver = receiver

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/hooks/{hook_id:text}", self.receive, auth="none", csrf=False)

    def receive(self, req: Request, hook_id: str) -> object:
        """POST /hooks/{hook_id}; answered as Slack does, with the word ok."""
        hook = self._receiver.require_hook(hook_id)
        if self._context.config.LogSettings.EnableWebhookDebugging:
            # SECURITY: not the webhook's id, which is all that it takes to post.
            extra = {
                "channel": hook.channel_id,
                "webhook": hook.display_name,
                "content_type": req.content_type,
                "length": req.content_length,
            }
            self._context.log.debug("an incoming webhook is used", extra=extra)
        self._receiver.receive(hook, read_message(req))
        return Reply("ok", content_type="text/plain")
