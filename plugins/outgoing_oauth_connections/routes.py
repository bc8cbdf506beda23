"""Routes of outgoing OAuth connections: /oauth/outgoing_connections."""

from typing import Final

from hubbub.core.contracts.errors import InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.outgoing_oauth_connections.records import ConnectionRequest, ShownConnection, shown
from hubbub.plugins.outgoing_oauth_connections.service import Connections

_ALL: Final = "/api/v4/oauth/outgoing_connections"
_ONE: Final = _ALL + "/{connection_id}"
_MANAGE: Final = Permission.MANAGE_OUTGOING_OAUTH_CONNECTIONS
_USE: Final = (Permission.MANAGE_OWN_OUTGOING_WEBHOOKS, Permission.MANAGE_OWN_SLASH_COMMANDS)


class ConnectionRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, connections: Connections, permissions: PermissionService) -> None:
        self._connections = connections
        self._permissions = permissions

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_ALL, self.page)
        router.post(_ALL, self.create, status=201)
        router.post(_ALL + "/validate", self.validate)
        router.get(_ONE, self.get)
        router.put(_ONE, self.update)
        router.delete(_ONE, self.delete)

    def page(self, req: Request) -> list[ShownConnection]:
        """GET /oauth/outgoing_connections: all, or the one for an address (`audience`).

        Who makes webhooks or commands in the team may see which addresses get tokens.
        """
        manages = self._permissions.has(req.session, _MANAGE)
        team_id, audience = req.query("team_id"), req.query("audience")
        if not manages and not any(self._permissions.has_team(req.session, team_id, one) for one in _USE):
            raise PermissionDenied(_MANAGE, *_USE)
        self._connections.require_on()
        if audience:
            one = self._connections.for_address(audience)
            return [shown(one, to_manager=manages)] if one else []
        page = req.page()
        found = self._connections.all()[page.offset : page.offset + page.limit]
        return [shown(connection, to_manager=manages) for connection in found]

    def create(self, req: Request) -> ShownConnection:
        """POST /oauth/outgoing_connections."""
        request = self._managing(req).read(ConnectionRequest)
        return shown(self._connections.create(request, req.user_id), to_manager=True)

    def get(self, req: Request, connection_id: str) -> ShownConnection:
        """GET /oauth/outgoing_connections/{connection_id}."""
        self._managing(req)
        return shown(self._connections.get(connection_id), to_manager=True)

    def update(self, req: Request, connection_id: str) -> ShownConnection:
        """PUT /oauth/outgoing_connections/{connection_id}."""
        request = self._managing(req).read(ConnectionRequest)
        if request.id and request.id != connection_id:
            raise InvalidBodyParam("id")
        return shown(self._connections.update(connection_id, request), to_manager=True)

    def delete(self, req: Request, connection_id: str) -> object:
        """DELETE /oauth/outgoing_connections/{connection_id}."""
        self._managing(req)
        self._connections.delete(connection_id)
        return OK

    def validate(self, req: Request) -> object:
        """POST /oauth/outgoing_connections/validate."""
        self._connections.validate(self._managing(req).read(ConnectionRequest))
        return OK

    def _managing(self, req: Request) -> Request:
        self._permissions.require(req.session, _MANAGE)
        self._connections.require_on()
        return req
