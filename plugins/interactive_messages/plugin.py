"""Wiring of the interactive_messages plugin."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubbub.core.contracts.interactions import InteractionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostRecorder
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.interactive_messages.actions import Actions
from hubbub.plugins.interactive_messages.dialogs import Dialogs
from hubbub.plugins.interactive_messages.recorder import ActionRecorder
from hubbub.plugins.interactive_messages.routes import InteractionRoutes
from hubbub.plugins.interactive_messages.seals import Seals


class Plugin:
    """Buttons, menus and dialogs; implements `InteractionService`."""

    def __init__(self, context: PluginContext) -> None:
        self._seals = Seals(context)
        self._actions = Actions(context, self._seals)
        self._dialogs = Dialogs(context, self._seals)
        self._routes = InteractionRoutes(context, self._actions, self._dialogs)

    def provide(self) -> Mapping[type, object]:
        """Provide interactions."""
        return {InteractionService: self}

    def new_trigger(self, user_id: str) -> str:
        """See `InteractionService.new_trigger`."""
        return self._seals.trigger(user_id)

    def open_dialog(self, trigger_id: str, url: str, dialog: dict[str, Any]) -> None:
        """See `InteractionService.open_dialog`."""
        self._dialogs.open(trigger_id, url, dialog)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on actions and dialogs."""
        self._routes.register(router)

    @hookimpl
    def register_post_recorders(self) -> Iterable[PostRecorder]:
        """Give actions ids, and keep what they do through edits."""
        return [ActionRecorder()]

    @hookimpl
    def ephemeral_message_will_be_sent(self, post: Post) -> Post:
        """Seal what the actions of a message do that is stored nowhere."""
        return self._actions.seal_ephemeral(post)
