"""Apple's and Google's push services for tests, over TLS, HTTP/2 too: `python push_services_program.py FOLDER PORT`.

FOLDER has certificate.pem and key.pem, apple.pem and google.pem (public keys that sign the proxy's tokens), and
rules.json, read anew for each request: what is answered first, by service and device, as lists of [status, body,
headers, seconds to wait]; afterwards everything is well. Requests are written to FOLDER/got.jsonl, one on a line.
"""

import asyncio
import json
import secrets
import sys
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import jwt
from hypercorn.asyncio import serve
from hypercorn.config import Config

FOLDER: Final = Path(sys.argv[1])
PORT: Final = int(sys.argv[2])
TEAM, KEY_ID, TOPIC = "TEAM123456", "KEY1234567", "com.example.chat"
SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
LARGEST: Final = 4_096
Answer = tuple[int, Any, dict[str, str]]

issued: set[str] = set()
used: dict[str, int] = {}


def refused(status: int, reason: str) -> Answer:
    """Answer as Apple does."""
    return status, {"reason": reason}, {}


async def by_rule(service: str, key: str) -> Answer | None:
    """Return the next answer that a test wants."""
    rules = json.loads((FOLDER / "rules.json").read_text())
    wanted = rules.get(service, {}).get(key, [])
    name = f"{rules['generation']} {service} {key}"
    number = used[name] = used.get(name, -1) + 1
    if number >= len(wanted):
        return None
    status, body, headers, seconds = [*wanted[number], *[{}, {}, 0][len(wanted[number]) - 1 :]][:4]
    await asyncio.sleep(seconds)
    return None if status == 0 else (status, body, headers)


async def apple(token: str, version: str, headers: dict[str, str], body: bytes) -> Answer:
    """Check a request as Apple documents it."""
    if version != "2":
        return refused(405, "MethodNotAllowed")
    scheme, _, provider = headers.get("authorization", "").partition(" ")
    try:
        key = (FOLDER / "apple.pem").read_text()
        claims = jwt.decode(provider, key, algorithms=["ES256"], options={"verify_iat": False})
        known = (jwt.get_unverified_header(provider)["kid"], claims["iss"]) == (KEY_ID, TEAM)
    except (jwt.InvalidTokenError, KeyError):
        known = False
    if scheme != "bearer" or not known:
        return refused(403, "InvalidProviderToken")
    if abs(time.time() - claims["iat"]) > 3600:
        return refused(403, "ExpiredProviderToken")
    if headers.get("apns-topic") != TOPIC:
        return refused(400, "DeviceTokenNotForTopic")
    if headers.get("apns-push-type") not in ("alert", "background"):
        return refused(400, "InvalidPushType")
    if len(body) > LARGEST:
        return refused(413, "PayloadTooLarge")
    aps = json.loads(body)["aps"]
    if headers["apns-push-type"] == "background" and (aps.keys() & {"alert", "badge", "sound"}):
        return refused(400, "BadPriority")
    return await by_rule("apple", token) or (200, None, {"apns-id": secrets.token_hex(16)})


async def google_token(body: bytes) -> Answer:
    """Give a token for a signed assertion (RFC 7523)."""
    form = parse_qs(body.decode())
    if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
        return 400, {"error": "unsupported_grant_type"}, {}
    try:
        key = (FOLDER / "google.pem").read_text()
        audience = f"https://127.0.0.1:{PORT}/token"
        claims = jwt.decode(form["assertion"][0], key, algorithms=["RS256"], audience=audience)
    except (jwt.InvalidTokenError, KeyError) as error:
        return 400, {"error": "invalid_grant", "error_description": str(error)}, {}
    if claims["scope"] != SCOPE or not claims["iss"].endswith(".iam.gserviceaccount.com"):
        return 400, {"error": "invalid_scope"}, {}
    ruled = await by_rule("token", "")
    if ruled is not None:
        return ruled
    token = f"ya29.{secrets.token_urlsafe(20)}"
    issued.add(token)
    return 200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}, {}


def google_error(status: int, name: str, code: str = "", fields: bool = False) -> Answer:
    """Answer as Google does."""
    details: list[Any] = []
    if code:
        details.append({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code})
    if fields:
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": []})
    return status, {"error": {"code": status, "message": name, "status": name, "details": details}}, {}


async def google(headers: dict[str, str], body: bytes) -> Answer:
    """Check a message as Google documents it."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or token not in issued:
        return google_error(401, "UNAUTHENTICATED")
    message = json.loads(body)["message"]
    data = message.get("data", {})
    if not all(isinstance(value, str) for value in data.values()) or {"from", "message_type"} & data.keys():
        return google_error(400, "INVALID_ARGUMENT", fields=True)
    if sum(len(key.encode()) + len(value.encode()) for key, value in data.items()) > LARGEST:
        return google_error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", fields=True)
    return await by_rule("google", message["token"]) or (200, {"name": "projects/p/messages/1"}, {})


async def answer(scope: Any, body: bytes) -> Answer:
    """Answer a request."""
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    path = scope["path"]
    if path == "/ready":
        return 200, {}, {}
    record = {"path": path, "headers": headers, "body": body.decode(), "version": scope["http_version"]}
    with (FOLDER / "got.jsonl").open("a") as file:
        file.write(json.dumps(record) + "\n")
    if scope["method"] != "POST":
        return 405, None, {}
    if path.startswith("/3/device/"):
        return await apple(path.removeprefix("/3/device/"), scope["http_version"], headers, body)
    if path == "/token":
        return await google_token(body)
    if path == "/v1/projects/chat-app/messages:send":
        return await google(headers, body)
    return 404, None, {}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    status, content, headers = await answer(scope, body)
    encoded = content.encode() if isinstance(content, str) else b"" if content is None else json.dumps(content).encode()
    named = [(name.encode(), value.encode()) for name, value in {"content-type": "application/json", **headers}.items()]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": encoded})


if __name__ == "__main__":
    settings = Config()
    settings.bind = [f"127.0.0.1:{PORT}"]
    settings.certfile, settings.keyfile = str(FOLDER / "certificate.pem"), str(FOLDER / "key.pem")
    settings.alpn_protocols = ["h2", "http/1.1"]
    settings.accesslog = None
    asyncio.run(serve(app, settings))  # type: ignore[arg-type]  # the stubs want their own kind of callable
