"""A notice of the admins that every client can ask for and is told of when it changes."""

from typing import Any

import msgspec

from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.realtime import Event
from hubbub.hookspecs import hookimpl

manifest = Manifest(
    id="notice",
    version="1.0.0",
    summary="A notice of the admins for everybody",
    requires=(PermissionService,),
    reloadable=True,
)


class Notice(msgspec.Struct):
    """What is sent and answered."""

    text: str


class Plugin:
    """Keeps the notice in the memory of every worker, until the server stops."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._notice = Notice(text="")
        context.on_broadcast("notice", self._take)

    def _take(self, payload: dict[str, Any]) -> None:
        self._notice = Notice(**payload)

    @hookimpl
    def register_routes(self, router: Any) -> None:
        """Declare them below /plugins/<id>/, where no other plugin's can be."""
        router.get("/plugins/notice", self.get)
        router.put("/plugins/notice", self.put)

    def get(self, req: Any) -> object:
        """GET: anybody who is signed in."""
        return self._notice

    def put(self, req: Any) -> object:
        """PUT {"text"}: admins."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._notice = req.read(Notice)
        self._context.broadcast("notice", {"text": self._notice.text})  # to this plugin in the other workers
        self._context.publish(Event(name="custom_notice_changed", data={"text": self._notice.text}))  # to all clients
        return self._notice
