"""An action of the WebSocket that answers with what it was sent, and counts who is there."""

from typing import Any

from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="echo", version="1.0.0", summary="An echo over the WebSocket", reloadable=True)


class Plugin:
    """What is counted is this worker's: other workers have an instance of their own."""

    def __init__(self, context: PluginContext) -> None:
        self._log = context.log
        self._here: set[str] = set()

    @hookimpl
    def register_websocket_actions(self, actions: Any) -> None:
        """Add the action; a client sends {"seq": 1, "action": "echo", "data": {…}}."""
        actions.add("echo", self.echo)

    def echo(self, connection: Any, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data of the reply."""
        return {**data, "connections": len(self._here)}

    @hookimpl
    def on_web_socket_connect(self, web_conn_id: str) -> None:
        self._here.add(web_conn_id)

    @hookimpl
    def on_web_socket_disconnect(self, web_conn_id: str) -> None:
        self._here.discard(web_conn_id)

    @hookimpl
    def on_web_socket_pong(self, web_conn_id: str) -> None:
        self._here.add(web_conn_id)  # the plugin may have been turned on after the client came

    @hookimpl
    def web_socket_message_has_been_posted(self, user_id: str, request: dict[str, Any]) -> None:
        self._log.debug("%s sent %s", user_id, request["action"])
