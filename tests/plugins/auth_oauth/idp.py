"""A provider of tests that does as it is told, also what no real one does: OpenID Connect, and OAuth 2.0 alone.

It checks what is sent to it (client, redirect_uri, PKCE, one use per code), so that only a right request succeeds.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from gevent.pywsgi import WSGIServer

CLIENT_ID: Final = "hubbub"
SECRET: Final = "s3cret-of-the-client"
ANNA: Final = {
    "sub": "anna-1",
    "email": "anna@corp.example",
    "email_verified": True,
    "preferred_username": "anna.b",
    "given_name": "Anna",
    "family_name": "Berg",
}
GITLAB_ANNA: Final = {
    "id": 7,
    "username": "anna",
    "name": "Anna Maria Berg",
    "email": "anna@corp.example",
    "confirmed_at": "2024-01-01T00:00:00Z",
    "state": "active",
}
Answer = tuple[str, Any]
Handler = Callable[[dict[str, Any], dict[str, str]], Answer]


class Key:
    """A key that signs ID tokens, with its public half as a provider publishes it."""

    def __init__(self, kid: str, kind: str = "RSA") -> None:
        self.kid = kid
        self.private: Any = (
            rsa.generate_private_key(65537, 2048) if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
        )
        algorithm = jwt.algorithms.RSAAlgorithm if kind == "RSA" else jwt.algorithms.ECAlgorithm
        self.public = {**algorithm.to_jwk(self.private.public_key(), as_dict=True), "kid": kid, "use": "sig"}
        self.alg = "RS256" if kind == "RSA" else "ES256"

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """Return an ID token."""
        return jwt.encode(claims, self.private, algorithm=self.alg, headers={"kid": self.kid, **header})


class Idp:
    """A provider on a free port. What tests change is put back by `reset`.

    `person` signs in; `claims` are added to the ID token (None takes one out); `answers` has handlers that take the
    place of the right ones, by path; `asked` is every request for authorisation, `seen` every request's path.
    """

    def __init__(self) -> None:
        self._server = WSGIServer(("127.0.0.1", 0), self._serve, log=None, error_log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.first_keys = [Key("k1")]
        self.reset()

    def reset(self) -> None:
        """Be a good provider again, that everybody knows anna at."""
        self.person: dict[str, Any] = dict(ANNA)
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.keys = list(self.first_keys)
        self.sign: Callable[[dict[str, Any]], str] = lambda claims: self.keys[0].sign(claims)
        self.answers: dict[str, Handler] = {}
        self.asked: list[dict[str, str]] = []
        self.seen: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: list[str] = []
        self.callback: dict[str, str] = {}

    def stop(self) -> None:
        """Let the port go."""
        self._server.stop()

    def openid(self, **more: Any) -> dict[str, Any]:
        """Return the section of config.json for OpenID Connect."""
        return {
            "Enable": True,
            "Id": CLIENT_ID,
            "Secret": SECRET,
            "DiscoveryEndpoint": f"{self.url}/.well-known/openid-configuration",
            **more,
        }

    def oauth(self, user_api: str = "/api/v4/user", **more: Any) -> dict[str, Any]:
        """Return the section of config.json for OAuth 2.0 without OpenID Connect."""
        return {
            "Enable": True,
            "Id": CLIENT_ID,
            "Secret": SECRET,
            "AuthEndpoint": f"{self.url}/authorize",
            "TokenEndpoint": f"{self.url}/token",
            "UserAPIEndpoint": f"{self.url}{user_api}",
            **more,
        }

    # -- what is asked

    def _serve(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.seen.append(path)
        body = environ["wsgi.input"].read().decode()
        values = {name: found[0] for name, found in parse_qs(environ["QUERY_STRING"] or body).items()}
        handlers: dict[str, Handler] = {
            "/.well-known/openid-configuration": lambda _env, _values: ("200 OK", self._described()),
            "/jwks": lambda _env, _values: ("200 OK", {"keys": [key.public for key in self.keys]}),
            "/authorize": self._authorize,
            "/token": self._token,
        }
        handler = self.answers.get(path) or handlers.get(path, self._profile)
        status, content = handler(environ, values)
        headers = [("Content-Type", "application/json")]
        if isinstance(content, str):
            headers = [("Location", content)]
            content = b""
        start_response(status, headers)
        return [content if isinstance(content, bytes) else json.dumps(content).encode()]

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.metadata,
        }

    def _authorize(self, _environ: dict[str, Any], asked: dict[str, str]) -> Answer:
        """Send the browser back with a code: nobody is asked, anna is signed in here."""
        self.asked.append(asked)
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], **self.callback}
        return "302 Found", f"{asked['redirect_uri']}?{urlencode(back)}"

    def _token(self, environ: dict[str, Any], sent: dict[str, str]) -> Answer:
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or sent["redirect_uri"] != asked["redirect_uri"] or not self._is_client(environ, sent):
            return "400 Bad Request", {"error": "invalid_grant"}
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return "400 Bad Request", {"error": "invalid_grant"}
        token = secrets.token_urlsafe(24)
        self.tokens.append(token)
        answer = {"access_token": token, "token_type": "Bearer", "scope": "less than was asked for"}
        if "nonce" in asked:
            answer["id_token"] = self.sign(self._said(asked["nonce"]))
        return "200 OK", answer

    def _is_client(self, environ: dict[str, Any], sent: dict[str, str]) -> bool:
        scheme, _, pair = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme == "Basic":
            return base64.b64decode(pair).decode() == f"{CLIENT_ID}:{SECRET}"
        return (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, SECRET)

    def _said(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "sub": self.person["sub"], "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"nonce": nonce, **self.claims}
        return {name: value for name, value in claims.items() if value is not None}

    def _profile(self, environ: dict[str, Any], _values: dict[str, str]) -> Answer:
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return "401 Unauthorized", {"error": "invalid_token"}
        return "200 OK", self.person


def query_of(location: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
