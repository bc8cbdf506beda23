"""A small JSON client: the same calls for a server in this process and for one behind a socket."""

import http.client
import io
import json
from collections.abc import Callable
from typing import Any, Final, Protocol
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

API: Final = "/api/v4"
TIMEOUT_S: Final = 30


class UnexpectedAnswer(AssertionError):
    """The server answered with another status than the test expects; `answer` is all of it."""

    def __init__(self, asked: str, answer: "Answer") -> None:
        self.answer = answer
        super().__init__(f"{asked} was answered with {answer.status}: {answer.body[:1000].decode(errors='replace')}")


class Answer:
    """What came back: `status`, `headers` (lower-case names), `cookies`, `body`, `json`."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        self.body = body

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The error's id; fails for a success."""
        assert self.status >= 400, f"expected an error, got {self.status}: {self.body[:300]!r}"
        return str(self.json["id"])

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.body[:400]!r})"


class Transport(Protocol):
    """Sends one request and returns the answer."""

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer: ...


class WsgiTransport:
    """Calls a WSGI application."""

    def __init__(self, wsgi: Callable[..., Any]) -> None:
        self._wsgi = wsgi

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request."""
        parts = urlsplit(target)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        begun: list[Any] = []

        def start_response(status: str, answered: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun[:] = [int(status.split()[0]), answered]

        chunks = self._wsgi(environ, start_response)
        try:
            content = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(begun[0], begun[1], content)


class HttpTransport:
    """Sends each request over a connection of its own, so that any worker may get it."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request. Raises `OSError` when nobody answers."""
        connection = http.client.HTTPConnection(*self._address, timeout=TIMEOUT_S)
        try:
            connection.request(method, target, body, {"Content-Type": "application/json"} | headers)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


class Client:
    """Asks one server as one user; remembers the token of whom it signed in.

    A `strict` client raises `UnexpectedAnswer` for every status of 400 or more that is not the expected one; the other
    kind returns it.
    """

    def __init__(self, transport: Transport, *, strict: bool = True) -> None:
        self._transport = transport
        self._strict = strict
        self.token = ""
        self.cookies: dict[str, str] = {}
        self.user: dict[str, Any] = {}

    @property
    def id(self) -> str:
        """The id of the signed-in user."""
        return str(self.user["id"])

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
        expect: int | None = None,
        raw_path: bool = False,
    ) -> Answer:
        """Send a request below /api/v4, or to the path as it is with `raw_path` (or when it begins with /api/v4).

        `body` is sent as JSON, bytes as they are. With `expect` any other status raises `UnexpectedAnswer`.
        """
        target = path if raw_path or path.startswith(API) else API + path
        if query:
            target += ("&" if "?" in target else "?") + urlencode(query, doseq=True)
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer = self._transport(method, target, self._credentials() | (headers or {}), data)
        wrong = answer.status != expect if expect is not None else self._strict and answer.status >= 400
        if wrong:
            raise UnexpectedAnswer(f"{method} {target}", answer)
        return answer

    def _credentials(self) -> dict[str, str]:
        if not self.cookies:
            return {"Authorization": f"Bearer {self.token}"} if self.token else {}
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": jar, "X-Requested-With": "XMLHttpRequest", "X-CSRF-Token": self.cookies.get("MMCSRF", "")}

    def get(self, path: str, **options: Any) -> Answer:
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a POST."""
        return self.request("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a PUT."""
        return self.request("PUT", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a PATCH."""
        return self.request("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """Send a DELETE."""
        return self.request("DELETE", path, **options)

    def login(
        self, login_id: str, password: str, *, browser: bool = False, expect: int | None = None, **more: Any
    ) -> Answer:
        """Sign in and keep the token; what `strict` and `expect` let pass may be a refusal.

        With `browser` the session is kept in cookies and requests carry the CSRF token, as those of a web page.
        """
        headers = {"X-Requested-With": "XMLHttpRequest"} if browser else None
        credentials = {"login_id": login_id, "password": password, **more}
        answer = self.post("/users/login", credentials, headers=headers, expect=expect)
        if answer.status == 200:
            self.token = answer.headers["token"]
            self.user = answer.json
            if browser:
                pairs = (cookie.partition(";")[0].partition("=") for cookie in answer.cookies)
                self.cookies = {name: value for name, _, value in pairs}
        return answer

    def create_post(self, channel: "dict[str, Any] | str", message: str, **fields: Any) -> Any:
        """Post a message into a channel (its record or id) and return the post."""
        channel_id = channel if isinstance(channel, str) else channel["id"]
        return self.post("/posts", {"channel_id": channel_id, "message": message, **fields}).json
