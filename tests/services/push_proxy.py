"""A push proxy that does as a test says: answers rightly, with rubbish, slowly, or elsewhere."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import gevent
from gevent.pywsgi import WSGIServer

HOST: Final = "127.0.0.1"
Answer = tuple[str, list[tuple[str, str]], bytes]
OK: Final = b'{"status":"OK"}'


class ScriptedProxy:
    """Listens on a loopback port. `got` are the bodies it got, with their `path`; `answer` makes the answers."""

    def __init__(self, port: int = 0) -> None:
        self.got: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda _body: OK
        self.delay_s = 0.0
        self._server = WSGIServer((HOST, port), self._serve, log=None)
        self._server.start()

    @property
    def url(self) -> str:
        """The address for EmailSettings.PushNotificationServer."""
        return f"http://{HOST}:{self._server.server_port}"

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = json.loads(environ["wsgi.input"].read())
        body["path"] = environ["PATH_INFO"]
        self.got.append(body)
        gevent.sleep(self.delay_s)
        answer = self.answer(body)
        status, headers, content = ("200 OK", [], answer) if isinstance(answer, bytes) else answer
        start_response(status, headers)
        return [content]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what came of one type."""
        return [body for body in self.got if body.get("type") == kind and body["path"].endswith("/send_push")]

    def reset(self) -> None:
        """Forget what came, and answer rightly."""
        self.got.clear()
        self.answer = lambda _body: OK
        self.delay_s = 0.0

    def stop(self) -> None:
        """Close the port."""
        self._server.stop(timeout=0.1)
