"""A page of its own without declaring routes, metrics of its own, and hearing its other workers."""

import json
from typing import Any

from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="guestbook", version="1.0.0", summary="Names of those who said hello", reloadable=True)


class Plugin:
    """Keeps the names in the memory of every worker, until the server stops."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._names: list[str] = []

    @hookimpl
    def serve_http(self, request: Any) -> object:
        """GET /plugins/guestbook lists the names, POST /plugins/guestbook/<name> adds one; the rest isn't there."""
        name = request.path.removeprefix("/plugins/guestbook").strip("/")
        if request.method == "GET" and not name:
            return self._names
        if request.method == "POST" and name:
            self._names.append(name)
            self._context.broadcast("hello", name)
            return {"names": len(self._names)}
        return None

    @hookimpl
    def on_plugin_cluster_event(self, id: str, data: bytes) -> None:
        """Another worker took a name."""
        if id == "hello":
            self._names.append(json.loads(data))

    @hookimpl
    def serve_metrics(self) -> str:
        """How many there are."""
        return f"guestbook_names {len(self._names)}"
