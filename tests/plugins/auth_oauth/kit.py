"""A browser that signs in, and what tests look at afterwards."""

import http.client
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.testing import Answer

SITE: Final = "http://chat.example"
HTML: Final = {"Accept": "text/html,application/xhtml+xml"}


def said(answer: Answer) -> str:
    """Return the text of a page."""
    return answer.body.decode()


def forget(server: Any) -> None:
    """Have the server ask for the provider's documents and keys again."""
    for name in ("documents", "keys"):
        server.app.caches.cache(f"auth_oauth.{name}", 1, 1).invalidate_all()


class Browser:
    """Follows addresses one by one, with a jar of cookies for the server under test."""

    def __init__(self, server: Any, **headers: str) -> None:
        self._client = server.client()
        self._headers = headers
        self.cookies: dict[str, str] = {}

    def open(self, path: str, **headers: str) -> Answer:
        """Ask the server under test for an address of its own."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**HTML, **self._headers, **headers, **({"Cookie": jar} if jar else {})}
        answer: Answer = self._client.get(path.removeprefix(SITE), raw_path=True, headers=sent)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def leave(self, path: str = "/oauth/openid/login") -> str:
        """Return the address at the provider that the server sends the browser to."""
        answer = self.open(path)
        assert answer.status == 302, answer
        return answer.headers["location"]

    def visit(self, location: str) -> str:
        """Open an address of a provider that asks nothing, and return where it sends the browser back to."""
        parts = urlsplit(location)
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            response = connection.getresponse()
            response.read()
            assert response.status == 302
            return str(response.headers["location"])
        finally:
            connection.close()

    def sign_in(self, path: str = "/oauth/openid/login") -> Answer:
        """Go the whole way and return the server's last answer."""
        return self.open(self.visit(self.leave(path)))

    @property
    def me(self) -> dict[str, Any]:
        """Return the account that the browser is signed in to."""
        answer = self.open("/api/v4/users/me")
        return dict(answer.json) if answer.status == 200 else {}
