"""A real OAuth 2.0 token endpoint for tests: oauthlib's, over HTTP on the loopback."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote_plus

from oauthlib.oauth2 import BearerToken, ClientCredentialsGrant, RequestValidator, ResourceOwnerPasswordCredentialsGrant
from oauthlib.oauth2.rfc6749.endpoints import TokenEndpoint


class Client:
    """Who may ask for tokens."""

    client_id = "hubbub"
    secret = "s3cret/+ &=ä"  # what has to be encoded, in headers and in forms


class OAuthServer(RequestValidator):  # type: ignore[misc]  # oauthlib's class is untyped
    """Gives tokens to one client, by both grants; `tokens` are those that it gave, `grants` by which ones.

    `by_header`: whether the secret may come by HTTP Basic. `answer` (status, content) is given instead of its own.
    """

    def __init__(self) -> None:
        self.url = ""
        self.tokens: list[str] = []
        self.grants: list[str] = []
        self.by_header = True
        self.expires_in = 3_600
        self.answer: tuple[int, bytes] | None = None
        self.asked = 0
        password, client = ResourceOwnerPasswordCredentialsGrant(self), ClientCredentialsGrant(self)
        bearer = BearerToken(self, expires_in=lambda _request: self.expires_in)
        self._endpoint = TokenEndpoint("password", bearer, {"password": password, "client_credentials": client})

    def post(self, headers: dict[str, str], body: str) -> tuple[dict[str, str], str, int]:
        """Return headers, body and status of an answer."""
        self.asked += 1
        if self.answer is not None:
            return {"Content-Type": "application/json"}, self.answer[1].decode("latin-1"), self.answer[0]
        found: tuple[dict[str, str], str, int] = self._endpoint.create_token_response(
            f"{self.url}/token".replace("http:", "https:"), "POST", body, headers
        )
        return found

    # what oauthlib asks

    def authenticate_client(self, request: Any, *_: Any, **__: Any) -> bool:
        kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if kind == "Basic" and self.by_header:
            name, _, secret = base64.b64decode(encoded).decode().partition(":")
            name, secret = unquote_plus(name), unquote_plus(secret)
        else:
            name, secret = request.client_id, request.client_secret
        request.client = Client()
        return (name, secret) == (Client.client_id, Client.secret)

    def validate_user(self, username: str, password: str, *_: Any, **__: Any) -> bool:
        return (username, password) == ("robot", "pass word")

    def validate_grant_type(self, _client_id: str, _grant_type: str, *_: Any, **__: Any) -> bool:
        return True

    def validate_scopes(self, *_: Any, **__: Any) -> bool:
        return True

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        return ["all"]

    def save_bearer_token(self, token: dict[str, Any], request: Any, *_: Any, **__: Any) -> None:
        self.tokens.append(token["access_token"])
        self.grants.append(request.grant_type)


@contextmanager
def running() -> Iterator[OAuthServer]:
    """Yield a server that runs until the end of the context."""
    server = OAuthServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers, body, status = server.post(dict(self.headers), sent)
            content = body.encode("latin-1")
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    yield server
    http.shutdown()
    thread.join()
    http.server_close()
