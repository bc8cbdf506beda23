"""An HttpApp on a real configuration, called as a WSGI server calls it; sessions live in a dictionary."""

import io
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hubbub.core.config.store import ConfigStore
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import HttpApp, Router
from hubbub.core.ids import new_id
from hubbub.core.metrics import Metrics


class Answer:
    """What came back: status, headers in lower case, cookies, body."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split()[0])
        self.headers = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        self.body = body

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def error_id(self) -> str:
        return str(self.json["id"])


class Sessions:
    """Sessions by token."""

    def __init__(self) -> None:
        self.by_token: dict[str, Session] = {}
        self.asked: list[str] = []

    def add(self, **fields: Any) -> Session:
        fields.setdefault("props", {"csrf": new_id()})
        session = Session(id=new_id(), token=new_id(), user_id=new_id(), **fields)
        self.by_token[session.token] = session
        return session

    def get_by_token(self, token: str) -> Session | None:
        self.asked.append(token)
        return self.by_token.get(token)


class Server:
    """An app whose routes and settings a test chooses; settings may change at any time."""

    def __init__(self, folder: Path) -> None:
        self.store = ConfigStore(folder / "config.json", {})
        self.router = Router()
        self.sessions = Sessions()
        self.metrics = Metrics()
        self.session = self.sessions.add()
        self._app: HttpApp | None = None

    def configure(self, **sections: dict[str, Any]) -> None:
        self.store.update(sections, patch=True)

    @property
    def app(self) -> HttpApp:
        if self._app is None:
            sessions: Any = self.sessions
            self._app = HttpApp(self.store, self.router, lambda: sessions, self.metrics, lambda: "11.6.0.1.hash.true")
        return self._app

    def call(
        self,
        method: str,
        path: str,
        json: Any = ...,
        *,
        body: bytes = b"",
        query: str = "",
        signed_in: bool = True,
        in_memory: bool = True,
        peer: str = "203.0.113.9",
        scheme: str = "http",
        **headers: str,
    ) -> Answer:
        """Send a request; `path` is raw bytes in latin-1 as WSGI has it, header names are keyword arguments."""
        if json is not ...:
            body = msgspec.json.encode(json)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8065",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": peer,
            "wsgi.url_scheme": scheme,
            "wsgi.errors": sys.stderr,
            "wsgi.input": io.BytesIO(body),
        }
        if in_memory:
            environ["hubbub.body"] = body
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        if signed_in and "cookie" not in headers and "authorization" not in headers:
            headers["authorization"] = f"Bearer {self.session.token}"
        for name, value in headers.items():
            key = name.upper()
            environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value
        return self.send(environ)

    def send(self, environ: dict[str, Any]) -> Answer:
        began: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            began[:] = status, headers

        chunks = self.app(environ, start_response)
        return Answer(*began, b"".join(chunks))

    def cookie(self, session: Session | None = None) -> str:
        session = session or self.session
        return f"MMUSERID={session.user_id}; MMAUTHTOKEN={session.token}; MMCSRF={session.csrf_token}"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)
