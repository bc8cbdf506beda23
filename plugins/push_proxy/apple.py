"""Apple's push service (APNs): HTTP/2, signed in by a token (ES256).

Source: Apple's "Sending notification requests to APNs" and "Establishing a token-based connection to APNs".
"""

import time
from typing import Any, Final

import httpx
import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.contracts.push import CLEAR, MESSAGE, NO_SOUND, SESSION, UNTOUCHED, PushMessage, cut_bytes
from hubbub.plugins.push_proxy.http import failed, make_client
from hubbub.plugins.push_proxy.outcome import GONE, LATER, REFUSED, SENT, SIGN_IN, Outcome, retry_after
from hubbub.plugins.push_proxy.settings import AppleApp, read_secret

TOKEN_S: Final = 50 * 60
"""A token is valid for an hour, and must not be made anew more often than every 20 minutes."""
TOKEN_LEAST_S: Final = 20 * 60
LARGEST: Final = 4_096
KEPT_S: Final = 24 * 3_600
"""How long Apple keeps a message for a phone that is off."""
_COPIED: Final = (
    "ack_id type sub_type version channel_id team_id post_id root_id server_id sender_id sender_name channel_name"
    " override_username override_icon_url from_webhook"
).split()
_TEMPORARY: Final = frozenset({429, 500, 502, 503, 504})


class Apple:
    """Hands messages of one app to Apple."""

    service = "apple"

    def __init__(self, app: AppleApp) -> None:
        """Raises `CommandFailed` for a key that can't be used."""
        self._app = app
        self._key = _key_of(app)
        self._client = make_client(http1=False)
        self._token = ""
        self._token_at = 0.0

    def send(self, message: PushMessage, timeout_s: float) -> Outcome:
        """Try once."""
        payload, is_shown = payload_of(message)
        headers = {
            "authorization": f"bearer {self._provider_token()}",
            "apns-topic": self._app.ApplePushTopic,
            "apns-push-type": "alert" if is_shown else "background",
            "apns-priority": "10" if message.type in (MESSAGE, SESSION) else "5",
            "apns-expiration": str(int(time.time()) + KEPT_S),
        }
        url = f"{self._app.server}/3/device/{message.device_id}"
        try:
            answer = self._client.post(url, headers=headers, content=payload, timeout=timeout_s)
        except httpx.HTTPError as error:
            return failed(error)
        return outcome_of(answer.status_code, _reason(answer), answer.headers.get("retry-after", ""))

    def sign_in_again(self) -> bool:
        """Make a new token; False when the last one is so young that Apple wouldn't like that."""
        if time.time() - self._token_at < TOKEN_LEAST_S:
            return False
        self._token = ""
        return True

    def _provider_token(self) -> str:
        now = time.time()
        if not self._token or now - self._token_at > TOKEN_S:
            claims = {"iss": self._app.AppleTeamID, "iat": int(now)}
            headers = {"kid": self._app.AppleAuthKeyID}
            self._token, self._token_at = jwt.encode(claims, self._key, algorithm="ES256", headers=headers), now
        return self._token

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _key_of(app: AppleApp) -> EllipticCurvePrivateKey:
    what = f"AppleAuthKeyFile of the app {app.Type!r},"
    text = read_secret(app.AppleAuthKeyFile, what)
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CommandFailed(f"{what} {app.AppleAuthKeyFile} is no private key (a .p8 file from Apple).") from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise CommandFailed(f"{what} {app.AppleAuthKeyFile} is a key of another kind: Apple's are P-256.")
    return key


def payload_of(message: PushMessage) -> tuple[bytes, bool]:
    """Return the JSON for a phone, of at most 4,096 bytes, and whether the phone shows anything of it."""
    document: dict[str, Any] = {name: value for name in _COPIED if (value := getattr(message, name))}
    document["is_crt_enabled"] = message.is_crt_enabled
    document["signature"] = message.signature or "NO_SIGNATURE"
    if message.is_id_loaded:
        document["id_loaded"] = True
    aps = document["aps"] = _aps(message)
    encoded = msgspec.json.encode(document)
    if len(encoded) > LARGEST and "alert" in aps:
        # In JSON a byte of text takes six at most; the rest of the document is what the fields before are.
        room = LARGEST - (len(encoded) - len(msgspec.json.encode(message.message)))
        aps["alert"]["body"] = _cut_encoded(message.message, room)
        encoded = msgspec.json.encode(document)
    return encoded, bool(aps.keys() & {"alert", "badge", "sound"})


def _aps(message: PushMessage) -> dict[str, Any]:
    aps: dict[str, Any] = {}
    if message.badge != UNTOUCHED:
        aps["badge"] = message.badge
    if message.cont_ava or not message.message:
        aps["content-available"] = 1
    if message.type == CLEAR or not message.message:
        return aps
    aps["alert"] = {"body": message.message}
    if message.channel_name:
        aps["alert"]["title"] = message.channel_name
    if message.sound != NO_SOUND:
        aps["sound"] = message.sound or "default"
    if message.category:
        aps["category"] = message.category
    aps["mutable-content"] = 1
    return aps


def _cut_encoded(text: str, room: int) -> str:
    """Return the beginning of a text that takes at most `room` bytes as JSON."""
    cut = cut_bytes(text, max(0, room - 2))
    while (surplus := len(msgspec.json.encode(cut)) - room) > 0 and cut:
        cut = cut[: -max(1, surplus // 6)]
    return cut


def _reason(answer: httpx.Response) -> str:
    try:
        document: Any = msgspec.json.decode(answer.content)
        return str(document["reason"])[:100]
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""


def outcome_of(status: int, reason: str, wait: str = "") -> Outcome:
    """Return what Apple's answer means (its table of status codes and reasons)."""
    if status == 200:
        return Outcome(SENT)
    if status == 410 or reason in ("BadDeviceToken", "MissingDeviceToken", "Unregistered", "ExpiredToken"):
        return Outcome(GONE, reason)
    if reason == "ExpiredProviderToken":
        return Outcome(SIGN_IN, reason)
    return Outcome(LATER if status in _TEMPORARY else REFUSED, reason or f"HTTP {status}", retry_after(wait))
