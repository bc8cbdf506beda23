"""Google's push service (FCM): HTTP v1, signed in by a service account.

Source: "FCM HTTP v1 API" and its page on error codes, "Using OAuth 2.0 for server to server applications", RFC 7523.
"""

import time
from typing import Any, Final

import httpx
import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from gevent.lock import Semaphore

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.contracts.push import UNTOUCHED, PushMessage, cut_bytes
from hubbub.plugins.push_proxy.http import failed, make_client
from hubbub.plugins.push_proxy.outcome import GONE, LATER, REFUSED, SENT, SIGN_IN, Outcome, retry_after
from hubbub.plugins.push_proxy.settings import AndroidApp, read_secret

SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_S: Final = 600
EARLY_S: Final = 300
"""A token is made anew so long before its end."""
LARGEST: Final = 4_000
"""Bytes of keys and values; Google takes 4,096."""
KEPT: Final = f"{24 * 3_600}s"
_COPIED: Final = (
    "ack_id type sub_type version channel_id server_id category root_id post_id message sender_id team_id channel_name"
    " override_username override_icon_url from_webhook"
).split()
_FCM_ERROR: Final = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_BAD_REQUEST: Final = "type.googleapis.com/google.rpc.BadRequest"
_TEMPORARY: Final = frozenset({429, 500, 502, 503, 504})


class ServiceAccount(msgspec.Struct, frozen=True):
    """What is needed of Google's file. SECURITY: `private_key` is one."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"
    private_key_id: str = ""


class Google:
    """Hands messages of one app to Google."""

    service = "google"

    def __init__(self, app: AndroidApp) -> None:
        """Raises `CommandFailed` for an account that can't be used."""
        self._app = app
        self._account, self._key = _account_of(app)
        self._client = make_client(http1=True)
        self._token = ""
        self._token_ends = 0.0
        self._signing_in = Semaphore()

    def send(self, message: PushMessage, timeout_s: float) -> Outcome:
        """Try once."""
        refused = self._sign_in(timeout_s)
        if refused is not None:
            return refused
        url = f"{self._app.server}/v1/projects/{self._account.project_id}/messages:send"
        body = {
            "message": {
                "token": message.device_id,
                "data": data_of(message),
                "android": {"priority": "HIGH", "ttl": KEPT},
            }
        }
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        try:
            answer = self._client.post(url, headers=headers, content=msgspec.json.encode(body), timeout=timeout_s)
        except httpx.HTTPError as error:
            return failed(error)
        return outcome_of(answer.status_code, answer.content, answer.headers.get("retry-after", ""))

    def sign_in_again(self) -> bool:
        """Forget the token."""
        self._token = ""
        return True

    def _sign_in(self, timeout_s: float) -> Outcome | None:
        """Have a token that is good for a while, got by one greenlet for all; return what keeps us from it."""
        with self._signing_in:
            now = time.time()
            if self._token and now < self._token_ends - EARLY_S:
                return None
            claims = {
                "iss": self._account.client_email,
                "scope": SCOPE,
                "aud": self._account.token_uri,
                "iat": int(now),
                "exp": int(now) + ASSERTION_S,
            }
            headers = {"kid": self._account.private_key_id} if self._account.private_key_id else None
            assertion = jwt.encode(claims, self._key, algorithm="RS256", headers=headers)
            form = {"grant_type": GRANT, "assertion": assertion}
            try:
                answer = self._client.post(self._account.token_uri, data=form, timeout=timeout_s)
            except httpx.HTTPError as error:
                return failed(error)
            return self._take_token(answer, now)

    def _take_token(self, answer: httpx.Response, now: float) -> Outcome | None:
        if answer.status_code != 200:
            # SECURITY: what else stands in the answer may repeat the assertion.
            kind = LATER if answer.status_code in _TEMPORARY else REFUSED
            return Outcome(kind, f"Google lets the service account not in: HTTP {answer.status_code}")
        try:
            document: Any = msgspec.json.decode(answer.content)
            self._token, seconds = str(document["access_token"]), float(document.get("expires_in", 3600))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError):
            return Outcome(LATER, "Google's token can't be read")
        self._token_ends = now + seconds
        return None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _account_of(app: AndroidApp) -> tuple[ServiceAccount, RSAPrivateKey]:
    what = f"ServiceFileLocation of the app {app.Type!r},"
    named = f"{what} {app.ServiceFileLocation}"
    text = read_secret(app.ServiceFileLocation, what)
    try:
        account = msgspec.json.decode(text, type=ServiceAccount)
    except msgspec.DecodeError as error:
        # SECURITY: the reason names keys and places, never values.
        raise CommandFailed(f"{named} is no service account's file of Google: {error}.") from None
    try:
        key = load_pem_private_key(account.private_key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CommandFailed(f"{named} has a private_key that is none.") from None
    if not isinstance(key, RSAPrivateKey):
        raise CommandFailed(f"{named} has a private_key of another kind: Google's are RSA.")
    if not account.token_uri.startswith("https://"):
        raise CommandFailed(f"{named} has a token_uri that doesn't begin with https://.")
    return account, key


def data_of(message: PushMessage) -> dict[str, str]:
    """Return what the app gets: texts only, 4,000 bytes at most."""
    data = {name: value for name in _COPIED if (value := getattr(message, name))}
    data["is_crt_enabled"] = "true" if message.is_crt_enabled else "false"
    data["signature"] = message.signature or "NO_SIGNATURE"
    if message.badge != UNTOUCHED:
        data["badge"] = str(message.badge)
    if message.is_id_loaded:
        data["id_loaded"], data["sender_name"] = "true", "Someone"
    elif message.sender_name:
        data["sender_name"] = message.sender_name
    surplus = sum(len(name) + len(value.encode()) for name, value in data.items()) - LARGEST
    if surplus > 0 and "message" in data:
        data["message"] = cut_bytes(message.message, max(0, len(message.message.encode()) - surplus))
    return data


def outcome_of(status: int, body: bytes, wait: str = "") -> Outcome:
    """Return what Google's answer means (its table of error codes)."""
    if status == 200:
        return Outcome(SENT)
    name, code, is_our_fault = _error(body)
    reason = code or name or f"HTTP {status}"
    if code == "UNREGISTERED" or (code == "INVALID_ARGUMENT" and not is_our_fault):
        return Outcome(GONE, reason)
    if status == 401 and code != "THIRD_PARTY_AUTH_ERROR":
        return Outcome(SIGN_IN, reason)
    return Outcome(LATER if status in _TEMPORARY else REFUSED, reason, retry_after(wait))


def _error(body: bytes) -> tuple[str, str, bool]:
    """Return status and FCM's own code of an error, and whether a field of the message is named as wrong."""
    try:
        error: Any = msgspec.json.decode(body)["error"]
        details = [one for one in error.get("details", ()) if isinstance(one, dict)]
        codes = [str(one.get("errorCode", "")) for one in details if one.get("@type") == _FCM_ERROR]
        is_our_fault = any(one.get("@type") == _BAD_REQUEST for one in details)
        return str(error.get("status", ""))[:100], codes[0][:100] if codes else "", is_our_fault
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return "", "", False
