"""Wiring of the webhooks plugin."""

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.webhooks.access import HookAccess
from hubbub.plugins.webhooks.answering import Answers
from hubbub.plugins.webhooks.delivery import Deliveries
from hubbub.plugins.webhooks.incoming import IncomingHooks
from hubbub.plugins.webhooks.outgoing import OutgoingHooks
from hubbub.plugins.webhooks.posting import Posting
from hubbub.plugins.webhooks.receiving import Receiver
from hubbub.plugins.webhooks.routes import IncomingRoutes, OutgoingRoutes
from hubbub.plugins.webhooks.routes_receive import ReceiveRoutes
from hubbub.plugins.webhooks.triggers import Triggers


class Plugin:
    """Webhooks."""

    def __init__(self, context: PluginContext) -> None:
        self._incoming = incoming = IncomingHooks(context)
        self._outgoing = outgoing = OutgoingHooks(context)
        posting, access = Posting(context), HookAccess(context)
        self.deliveries = Deliveries(context, Answers(context, posting).answered)
        self._triggers = Triggers(context, outgoing, self.deliveries)
        self._routes = (
            IncomingRoutes(context, incoming, access),
            OutgoingRoutes(context, outgoing, access),
            ReceiveRoutes(context, Receiver(context, incoming, posting)),
        )

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on webhooks and the address of incoming ones."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def message_has_been_posted(self, post: Post) -> None:
        """Send a message on to the programs that wait for it."""
        self._triggers.posted(post)

    @hookimpl
    def channel_has_been_updated(self, new_channel: Channel, old_channel: Channel) -> None:
        """An archived channel's webhooks are gone with it."""
        if new_channel.delete_at and not old_channel.delete_at:
            self._incoming.delete_of_channel(new_channel.id)
            self._outgoing.delete_of_channel(new_channel.id)

    @hookimpl
    def on_deactivate(self) -> None:
        """Send what is on its way, and no more."""
        self.deliveries.stop()
