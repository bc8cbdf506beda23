"""A server with a hub for a real gunicorn: the token `user-<id>` is the session of that user."""

import os
from pathlib import Path
from typing import Any

from hubbub.core.config.store import ConfigStore
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import HttpApp, Router
from hubbub.core.http.request import Request
from hubbub.core.realtime import Hub, HubPorts
from hubbub.core.realtime.route import PATH, websocket


class Sessions:
    def get_by_token(self, token: str) -> Session | None:
        if not token.startswith("user-"):
            return None
        return Session(id="s" + token[6:], token=token, user_id=token[5:])


class App:
    def __init__(self) -> None:
        sessions: Any = Sessions()
        self.started = False
        self.hub = Hub(
            HubPorts(
                session_by_token=sessions.get_by_token,
                channel_ids_of=lambda _user: (),
                team_ids_of=lambda _user: (),
                has_permission=lambda _session, _name: False,
            )
        )
        router = Router()
        router.get(PATH, websocket(self.hub), auth="optional", csrf=False)
        router.post("/event", self.event, auth="none")
        router.get("/count", lambda _req: {"count": self.hub.connected_count}, auth="none")
        self.http = HttpApp(ConfigStore(Path(os.environ["APP_FOLDER"]) / "config.json", {}), router, lambda: sessions)

    def start(self) -> None:
        if not self.started:
            self.started = True
            self.hub.start()

    def stop(self) -> None:
        self.hub.stop()

    def event(self, req: Request) -> dict[str, str]:
        self.hub.deliver(Event(name="posted", data={"n": 1}, broadcast=Broadcast()))
        return {}


class Wsgi:
    hubbub_app = App()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.hubbub_app.start()
        return self.hubbub_app.http(environ, start_response)


application = Wsgi()
