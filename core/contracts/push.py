"""The push notification service protocol: what a server and a push proxy say to each other."""

from typing import Final, Protocol

import msgspec

MESSAGE: Final = "message"
CLEAR: Final = "clear"
"""A channel or thread was read elsewhere: take its notifications away."""
UPDATE_BADGE: Final = "update_badge"
SESSION: Final = "session"
TEST: Final = "test"

VERSION: Final = "v2"
CAN_REPLY: Final = "CAN_REPLY"
NO_SOUND: Final = "none"
UNTOUCHED: Final = -1
"""As `badge`: leave the number on the icon alone."""

OK: Final = "OK"
FAIL: Final = "FAIL"
REMOVE: Final = "REMOVE"
"""The device is gone: nothing is to be sent to it again."""

SEND_PATH: Final = "/api/v1/send_push"
ACK_PATH: Final = "/api/v1/ack"
MAX_MESSAGE_BYTES: Final = 2_047


class PushMessage(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of `POST /api/v1/send_push`: one notification for one device.

    A device id as sessions have it is `<platform>:<token>`; here it is in two fields. `platform` is apple or android,
    perhaps with `_rn`, `_rnbeta` and `-v<version of the app>`. Without `badge` the number is 0.
    """

    ack_id: str
    platform: str
    server_id: str
    device_id: str
    post_id: str
    is_crt_enabled: bool
    is_id_loaded: bool
    signature: str
    type: str = ""
    sub_type: str = ""
    version: str = ""
    category: str = ""
    sound: str = ""
    message: str = ""
    badge: int = 0
    cont_ava: int = 0
    team_id: str = ""
    channel_id: str = ""
    channel_name: str = ""
    root_id: str = ""
    sender_id: str = ""
    sender_name: str = ""
    override_username: str = ""
    override_icon_url: str = ""
    from_webhook: str = ""


class PushAnswer(msgspec.Struct, omit_defaults=True):
    """What a proxy answers, always with HTTP 200: OK, FAIL (with an error) or REMOVE."""

    status: str
    error: str = ""


class PushService(Protocol):
    """Mobile push notifications. Optional: `NullPushService` reaches nobody."""

    def can_receive(self, device_id: str) -> str:
        """Say whether a device (`<platform>:<token>`) can be reached: "true", "false" or "unknown". Asks the proxy."""


class NullPushService:
    """Nothing is pushed."""

    def can_receive(self, device_id: str) -> str:
        """Say that nobody knows."""
        return "unknown"


def cut_bytes(text: str, limit: int) -> str:
    """Return the beginning of a text that fits into `limit` bytes of UTF-8, never half a character."""
    encoded = text.encode("utf-8", "replace")
    return text if len(encoded) <= limit else encoded[:limit].decode("utf-8", "ignore")
