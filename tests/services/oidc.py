"""A real OpenID provider for tests: oidc-provider of npm, in a process of its own."""

import http.client
import json
import re
import secrets
import socket
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from hubbub.tests.services.process import Server, ServiceMissing, find_program

HERE: Final = Path(__file__).parent / "oidc"
_ACTION: Final = re.compile(r'<form[^>]*action="([^"]+)"')
_HIDDEN: Final = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class OidcServer(Server):
    """oidc-provider: whoever signs in under a name is that person. A restart changes its keys and forgets clients."""

    name = "oidc"
    user = "root"  # only asked for as root, whose folders an ordinary user may not be allowed to enter

    def __init__(self) -> None:
        if not (HERE / "node_modules" / "oidc-provider").is_dir():
            raise ServiceMissing(
                "the OpenID provider isn't there; scripts/node-clients.sh installs it (make test does)"
            )
        self._node = find_program("node", [], "npm")
        super().__init__()

    @property
    def url(self) -> str:
        """Its address, which is the issuer's name."""
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """There is nothing to prepare: it keeps everything in memory."""

    def command(self) -> list[str]:
        return [self._node, str(HERE / "server.mjs"), str(self.port)]

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def register(self, *redirect_uris: str, **more: Any) -> dict[str, Any]:
        """Register a client and return its section of config.json."""
        wish = {"redirect_uris": redirect_uris, "client_name": f"Chat {secrets.token_hex(4)}", **more}
        headers = {"Content-Type": "application/json"}
        _, body, _ = self._send("POST", "/reg", json.dumps(wish).encode(), headers)
        client = json.loads(body)
        return {
            "Enable": True,
            "Id": client["client_id"],
            "Secret": client.get("client_secret", ""),
            "DiscoveryEndpoint": f"{self.url}/.well-known/openid-configuration",
        }

    def sign_in(self, location: str, name: str) -> str:
        """Open an address that a site sent a browser to, sign in and consent by the forms; return the way back."""
        jar: SimpleCookie = SimpleCookie()
        method, target, body = "GET", location, b""
        for _ in range(12):
            if not target.startswith(self.url):
                return target
            headers = {"Cookie": "; ".join(f"{key}={value.value}" for key, value in jar.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            path = target.removeprefix(self.url)
            found, page, cookies = self._send(method, path, body, headers)
            for cookie in cookies:
                jar.load(cookie)
            if found:
                method, target, body = "GET", urljoin(target, found), b""
                continue
            form = _ACTION.search(page)
            assert form, page[:500]
            fields = dict(_HIDDEN.findall(page)) | {"login": name, "password": "any"}
            method, target, body = "POST", urljoin(target, unescape(form[1])), urlencode(fields).encode()
        raise AssertionError("the provider sends the browser round in circles")

    def abort(self, location: str) -> str:
        """Open the address as `sign_in` does, and decline; return the way back."""
        found, _, cookies = self._send("GET", location.removeprefix(self.url), b"", {})
        jar: SimpleCookie = SimpleCookie()
        for cookie in cookies:
            jar.load(cookie)
        headers = {"Cookie": "; ".join(f"{key}={value.value}" for key, value in jar.items())}
        found, _, _ = self._send("GET", f"{urlsplit(found).path}/abort", b"", headers)
        return self._send("GET", found.removeprefix(self.url), b"", headers)[0]

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[str, str, list[str]]:
        """Return where the answer sends the browser, its text, and its cookies."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            assert response.status < 400, text
            return response.headers.get("location", ""), text, response.headers.get_all("set-cookie") or []
        finally:
            connection.close()
