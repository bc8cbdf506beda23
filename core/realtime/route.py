"""GET /api/v4/websocket: checks the upgrade, then gives the socket to the hub."""

import logging
from collections.abc import Callable
from typing import Final

from hubbub.core.http.request import Request
from hubbub.core.realtime.errors import TooManyUpgrades, UpgradeFailed
from hubbub.core.realtime.frames import POLICY_VIOLATION
from hubbub.core.realtime.handshake import read_query
from hubbub.core.realtime.hub import Hub
from hubbub.core.realtime.origin import is_allowed
from hubbub.core.realtime.pace import Pacer
from hubbub.core.realtime.seats import Seat, find_seat

PATH: Final = "/api/v4/websocket"
_QUERY: Final = ("connection_id", "sequence_number", "posted_ack", "disconnect_err_code")
_log = logging.getLogger("hubbub.realtime")


def websocket(hub: Hub) -> Callable[[Request], bytes]:
    """Return the handler: `router.get(PATH, websocket(hub), auth="optional", csrf=False)`."""
    return WebSocketRoute(hub).websocket


class WebSocketRoute:
    """The route's handler and the pace of its handshakes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._pacer = Pacer(hub.settings.handshakes_per_second, hub.settings.waiting_handshakes)

    def websocket(self, req: Request) -> bytes:
        """Upgrade the connection; what is returned never reaches the client.

        Raises `UpgradeFailed` (400), `UpgradeImpossible` (501), `TooManyUpgrades` (503). With gevent-websocket the
        101 has been sent by then, so a refused client gets a close frame (1008) instead.
        """
        seat = find_seat(req.env)
        try:
            self._check(req, seat)
            with self._pacer:
                self._accept(req, seat)
        except (UpgradeFailed, TooManyUpgrades):
            self._hub.stats.refused += 1
            if not seat.answered:
                raise
            self._hub.refuse(seat.take()[0], POLICY_VIOLATION)
        seat.stay()
        return b""

    def _accept(self, req: Request, seat: Seat) -> None:
        session = req.session_or_none
        query = read_query({name: req.query(name) for name in _QUERY})
        if query.close_code is not None:
            self._hub.stats.count_client_close(query.close_code)
        sock, early = seat.take()
        self._hub.accept(
            sock,
            early,
            session=session,
            query=query,
            remote_address=req.ip,
            forwarded_for=req.header("X-Forwarded-For"),
        )

    def _check(self, req: Request, seat: Seat) -> None:
        seat.check()
        ports = self._hub.ports
        origin = req.env.get("HTTP_ORIGIN")
        host = req.env.get("HTTP_HOST", "")
        if not is_allowed(origin, host=host, site_url=ports.site_url(), allowed=ports.allowed_origins()):
            _log.warning("A WebSocket from the origin %r was refused (SiteURL, AllowCorsFrom).", origin)
            raise UpgradeFailed(why="its origin is not allowed")
