"""Addresses below `/plugins/<plugin id>/` that no route declares: the plugin itself answers, by `serve_http`."""

from typing import TYPE_CHECKING, Final

from hubbub.core.http import Request, Router
from hubbub.core.http.errors import UnknownRoute

if TYPE_CHECKING:
    from hubbub.core.app import App

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class PluginPages:
    """Hands such requests to the one plugin that they name."""

    def __init__(self, app: "App") -> None:
        self._hooks = app.hooks

    def register(self, router: Router) -> None:
        """Declare the catch-all; every declared route beats it."""
        for method in METHODS:
            router.add(method, "/plugins/{plugin_id}", self.serve, auth="optional")
            router.add(method, "/plugins/{plugin_id}/{rest:path}", self.serve, auth="optional")

    def serve(self, req: Request, plugin_id: str, rest: str = "") -> object:
        """Ask the plugin; what answers nothing (or is no running plugin) is unknown."""
        answer = self._hooks.ask_plugin(plugin_id, "serve_http", request=req)
        if answer is None:
            raise UnknownRoute
        return answer
