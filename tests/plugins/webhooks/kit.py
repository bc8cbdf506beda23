"""Webhooks of tests, and a program that waits for outgoing ones on loopback."""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

from gevent.event import Event
from gevent.pywsgi import WSGIServer

from hubbub.tests.plugins.posts.world import ONLY as TALK
from hubbub.tests.plugins.posts.world import Talk

ONLY: Final = (*TALK, "webhooks")
OVERRIDES: Final = {"EnablePostUsernameOverride": True, "EnablePostIconOverride": True}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def incoming(talk: Talk, user: Any = None, **fields: Any) -> dict[str, Any]:
    """Return a new incoming webhook of the channel."""
    body = {"channel_id": talk.channel, "display_name": "CI", **fields}
    answer = (user or talk.alice).post("/hooks/incoming", body)
    assert answer.status == 201, answer
    return dict(answer.json)


def outgoing(talk: Talk, url: str, user: Any = None, **fields: Any) -> dict[str, Any]:
    """Return a new outgoing webhook of the team."""
    body = {"team_id": talk.team, "display_name": "Robot", "trigger_words": ["build"], "callback_urls": [url], **fields}
    answer = (user or talk.alice).post("/hooks/outgoing", body)
    assert answer.status == 201, answer
    return dict(answer.json)


def send(talk: Talk, hook: dict[str, Any], body: Any, headers: dict[str, str] | None = None) -> Any:
    """Return the answer to a message that a program without a session sends to a webhook."""
    client = talk.server.client()
    client._strict = False
    return client.post(f"/hooks/{hook['id']}", body, headers=headers, raw_path=True)


def posts(talk: Talk, channel: str = "") -> list[dict[str, Any]]:
    """Return what webhooks posted, oldest first."""
    page = talk.alice.get(f"/channels/{channel or talk.channel}/posts").json
    found = [page["posts"][post_id] for post_id in reversed(page["order"])]
    return [post for post in found if post["props"].get("from_webhook") == "true"]


def grant(talk: Talk, role: str, *permissions: str) -> None:
    """Have a role grant more."""
    found = talk.alice.get(f"/roles/name/{role}").json
    body = {"permissions": [*found["permissions"], *permissions]}
    assert talk.alice.put(f"/roles/{found['id']}/patch", body).status == 200


def delivered(talk: Talk) -> None:
    """Wait until all outgoing webhooks were sent and their answers posted."""
    talk.server.settle()
    assert talk.server.plugin("webhooks").deliveries.drain(20)


class Program:
    """Waits for outgoing webhooks at `url`. `seen` is what came: (content type, body); `answer` is what it says."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.seen: list[tuple[str, bytes]] = []
        self.busy = self.busiest = 0
        self.script: list[tuple[int, bytes]] = []
        self.location = ""
        self.gate = Event()
        self.gate.set()
        self._server = WSGIServer((host, 0), self._serve, log=None)
        self._server.start()
        self.url = f"http://{host}:{self._server.server_port}/hook"

    def say(self, *answers: tuple[int, Any]) -> None:
        """Answer so, one after another; the last one ever after."""
        self.script = [
            (status, body if isinstance(body, bytes) else json.dumps(body).encode()) for status, body in answers
        ]

    @property
    def fields(self) -> list[dict[str, Any]]:
        """What came, decoded."""
        return [
            json.loads(body)
            if kind == "application/json"
            else {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
            for kind, body in self.seen
        ]

    def stop(self) -> None:
        """Stop listening."""
        self.gate.set()
        self._server.stop(timeout=1)

    def _serve(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.seen.append((environ.get("CONTENT_TYPE", ""), environ["wsgi.input"].read()))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.gate.wait()
        self.busy -= 1
        if self.location:
            start("307 Temporary Redirect", [("Location", self.location), ("Content-Length", "0")])
            return [b""]
        status, body = (self.script.pop(0) if len(self.script) > 1 else self.script[0]) if self.script else (200, b"")
        start(f"{status} As asked", [("Content-Length", str(len(body)))])
        return [body]
