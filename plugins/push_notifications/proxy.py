"""What is said to the push proxy: the push notification service protocol over HTTP."""

from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.notifications import NotificationAck
from hubbub.core.contracts.outgoing import OutgoingFailed
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.push import ACK_PATH, FAIL, OK, REMOVE, SEND_PATH, PushAnswer, PushMessage

TIMEOUT_S: Final = 30.0
"""A proxy tries three times, for 8 s each, before it answers."""
TRIAL_S: Final = 5.0
MAX_ANSWER: Final = 16_384
_TEMPORARY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class ProxyFailed(Exception):
    """The proxy gave no answer of the protocol; the text is for admins. `again`: the same may work in a moment.

    `is_there`: it is this push that it fails at, as far as one can see, and others may be taken meanwhile.
    """

    def __init__(self, why: str, *, again: bool, is_there: bool = False) -> None:
        super().__init__(why)
        self.again = again
        self.is_there = is_there


class PushProxy:
    """The proxy that `EmailSettings.PushNotificationServer` names."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @property
    def is_on(self) -> bool:
        """Say whether pushes are turned on, and somewhere to go."""
        settings = self._context.config.EmailSettings
        return bool(settings.SendPushNotifications and settings.PushNotificationServer.strip())

    def send(self, message: PushMessage, *, timeout_s: float = TIMEOUT_S) -> PushAnswer:
        """Hand over a message for one device. Raises `ProxyFailed`."""
        return self._post(SEND_PATH, json.encode(message), timeout_s)

    def acknowledge(self, ack: NotificationAck) -> PushAnswer:
        """Hand over a device's word that it got a message. Raises `ProxyFailed`."""
        return self._post(ACK_PATH, json.encode(ack), TIMEOUT_S)

    def _post(self, path: str, body: bytes, timeout_s: float) -> PushAnswer:
        url = self._context.config.EmailSettings.PushNotificationServer.strip().rstrip("/") + path
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            # SECURITY: no redirects: what people write goes to the server that the admin named and to no other.
            answer = self._context.outgoing.request(
                "POST", url, headers=headers, body=body, timeout_s=timeout_s, max_bytes=MAX_ANSWER, trusted=True
            )
        except OutgoingFailed as error:
            raise ProxyFailed(error.text, again=True) from None
        except AppError as error:
            raise ProxyFailed(error.text, again=False) from None
        if answer.status != 200:
            hint = " (it redirects: name the address itself)" if 300 <= answer.status < 400 else ""
            why = f"it answers with HTTP {answer.status}{hint}"
            raise ProxyFailed(why, again=answer.status in _TEMPORARY, is_there=answer.status == 500)
        try:
            said: PushAnswer = json.decode(answer.body, PushAnswer)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise ProxyFailed("it answers something that is no push proxy's answer", again=False) from None
        if said.status not in (OK, FAIL, REMOVE):
            raise ProxyFailed("it answers with a status that push proxies don't have", again=False)
        return said
