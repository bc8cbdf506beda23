"""A server, the people and things on it, and a judge of its answers."""

import http.client
import json
import re
from pathlib import Path
from typing import Any, Final

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import Answer, Client
from hubbub.core.testing.factories import PASSWORD
from hubbub.tests.meta.operations import routed, shape

DESCRIPTION: Final = Path(__file__).parent / "openapi.json"
HANG_S: Final = 20
FIELD: Final = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")
ERROR_KEYS: Final = {"id", "message", "detailed_error", "request_id", "status_code"}
OAUTH_KEYS: Final = {"error", "error_description"}
"""What the endpoints of OAuth say besides (RFC 6749, section 5.2)."""
NOT_THE_API: Final = b"There is nothing at this address. Point a Mattermost client"
"""What an address outside the API that nobody answers says, to people."""
JSON_TYPES: Final = ("application/json", "application/x-ndjson", "application/manifest+json")
TOO_LONG: Final = 414
UNFINISHED: Final = {501}
"""Statuses of 500 and more that are an answer: what the server says it does not have."""
FAILED_TRIALS: Final = {
    "app.admin.test_email.failure",
    "api.file.test_connection.app_error",
    "ent.ldap.test.app_error",
    "api.file.test_connection_s3_auth.app_error",
    "api.file.test_connection_s3_bucket_does_not_exist.app_error",
}
"""Errors of the status 500 that tell of another server: what was asked is whether that one works."""


def answered_operations() -> dict[str, Any]:
    """Return the description of the operations that a server with every built-in plugin has."""
    document: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    routes = routed()
    paths = {
        path: {method: entry for method, entry in methods.items() if (method.upper(), shape(path)) in routes}
        for path, methods in document["paths"].items()
    }
    return {**document, "paths": {path: methods for path, methods in paths.items() if methods}}


class Wire:
    """Requests over one kept connection; a new one where the server closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=HANG_S)

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request (`Transport`). Raises `TimeoutError` when the answer does not come."""
        reused = self._connection.sock is not None
        try:
            return self._send(method, target, headers, body)
        except (ConnectionError, http.client.BadStatusLine):
            self._connection.close()
            if not reused:
                raise
            return self._send(method, target, headers, body)

    def _send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        self._connection.request(method, target, body, {"Content-Type": "application/json"} | headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())


def judge(answer: Answer) -> str:
    """Return what is wrong with an answer; "" when nothing is."""
    if answer.status >= 500 and answer.status not in UNFINISHED and _error_id(answer) not in FAILED_TRIALS:
        return f"it broke: {answer!r}"
    looks_like_json = answer.body[:1] in (b"{", b"[")
    if looks_like_json and not answer.headers.get("content-type", "").startswith(JSON_TYPES):
        return f"JSON of the type {answer.headers.get('content-type')}: {answer!r}"
    if answer.status < 400 or answer.status == 429:
        return ""
    if answer.status == TOO_LONG and b"Request Line is too large" in answer.body:
        return ""  # refused before it was a request
    if answer.status == 404 and answer.body.startswith(NOT_THE_API):
        return ""
    if answer.headers.get("content-type") != "application/json":
        return f"an error of the type {answer.headers.get('content-type')}: {answer!r}"
    try:
        error = json.loads(answer.body)
    except ValueError:
        return f"an error that isn't JSON: {answer!r}"
    if not isinstance(error, dict) or set(error) - OAUTH_KEYS != ERROR_KEYS or error["status_code"] != answer.status:
        return f"an error of another shape: {answer!r}"
    return "" if error["id"] and error["message"] else f"an error that says nothing: {answer!r}"


def _error_id(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["id"])
    except (ValueError, KeyError, TypeError):
        return ""


class World:
    """A running server with an admin, a member, and one of each thing; what tests destroy is made anew."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.wire = Wire(server.host, server.port)
        self.nobody = Client(self.wire, strict=False)
        self.admin = self._person("admin")
        self.rescuer = self._person("rescuer")
        self.admin.put(f"/users/{self.rescuer.id}/roles", {"roles": "system_admin system_user"}, expect=200)
        self.member = self._person("member")
        self.other = self._person("other")
        self.ids: dict[str, str] = {}
        self.renew_things()

    def _person(self, name: str) -> Client:
        client = Client(self.wire, strict=False)
        email = f"{name}@example.com"
        client.post("/users", {"username": name, "email": email, "password": PASSWORD}, expect=201)
        client.login(name, PASSWORD, expect=200)
        return client

    def renew_things(self) -> None:
        """Make a team, a channel and a post, all of the member's."""
        self._number = getattr(self, "_number", 0) + 1
        name = f"things{self._number}"
        member = self.member
        team = member.post("/teams", {"name": name, "display_name": name, "type": "O"}, expect=201).json
        channel = {"team_id": team["id"], "name": name, "display_name": name, "type": "O"}
        channel_id = member.post("/channels", channel, expect=201).json["id"]
        post = member.post("/posts", {"channel_id": channel_id, "message": "hello"}, expect=201).json
        self.ids = {
            "user_id": member.id,
            "team_id": team["id"],
            "channel_id": channel_id,
            "post_id": post["id"],
            "role_id": member.get("/roles/name/system_user", expect=200).json["id"],
            "name": name,
            "channel_name": name,
            "username": "member",
            "email": "member@example.com",
            "invite_id": team["invite_id"],
        }

    def repair(self) -> None:
        """Put back what a request took: sessions, accounts, things."""
        if self.rescuer.get("/users/me").status != 200:
            self.rescuer.login("rescuer", PASSWORD, expect=200)
        self.rescuer.delete("/server_busy")
        for client, name, roles in ((self.admin, "admin", "system_admin system_user"), (self.member, "member", "")):
            if client.get("/users/me").status != 200 or client.get("/users/me").json["roles"] != (
                roles or "system_user"
            ):
                account = f"/users/{client.id}"
                self.rescuer.put(f"{account}/active", {"active": True})
                self.rescuer.post(f"/bots/{client.id}/convert_to_user", {"password": PASSWORD})
                self.rescuer.put(f"{account}/patch", {"username": name, "email": f"{name}@example.com"}, expect=200)
                self.rescuer.put(f"{account}/roles", {"roles": roles or "system_user"}, expect=200)
                self.rescuer.put(f"{account}/password", {"new_password": PASSWORD}, expect=200)
                client.login(name, PASSWORD, expect=200)
        channel = self.member.get(f"/channels/{self.ids['channel_id']}/members/me")
        post = self.member.get(f"/posts/{self.ids['post_id']}")
        team = self.member.get(f"/teams/{self.ids['team_id']}")
        if any(answer.status != 200 or answer.json.get("delete_at") for answer in (channel, post, team)):
            self.renew_things()

    def target(self, template: str) -> str:
        """Return a route's path with ids of things that exist."""
        return FIELD.sub(lambda match: self.ids.get(match[1], "a" * 26), template)
