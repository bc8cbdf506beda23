"""Sends one parcel after the other: tries again, forgets devices that are gone, tells admins what is wrong."""

import random
from collections.abc import Callable
from time import monotonic
from typing import Final

from hubbub.core.contracts.installation import InstallationService
from hubbub.core.contracts.notifications import NotificationAck, PushNotification
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.push import FAIL, REMOVE, TEST, UNTOUCHED, PushAnswer, PushMessage
from hubbub.core.contracts.sessions import Device, SessionService
from hubbub.core.ids import new_id
from hubbub.plugins.push_notifications.outbox import Outbox, Parcel
from hubbub.plugins.push_notifications.proxy import TRIAL_S, ProxyFailed, PushProxy

PAUSES_S: Final = [1.0, 4.0, 15.0]
"""Pauses before something is tried again, give or take a quarter."""
TOO_OLD_S: Final = 600.0
"""A push that waited for so long is not sent any more: it would only disturb."""
COMPLAIN_EVERY_S: Final = 60.0
COMPONENT: Final = "push"


class Sender:
    """Speaks to the proxy for one worker."""

    def __init__(self, context: PluginContext, proxy: PushProxy, outbox: Outbox) -> None:
        self._context = context
        self._proxy = proxy
        self._outbox = outbox
        self._sessions = context.service(SessionService)
        self._installation = context.service(InstallationService)
        self._results = context.metrics.counter(
            "hubbub_push_results_total", "What became of pushes, by kind.", ("type", "result")
        )
        self._last_complaint = ("", 0.0)

    def to_device(self, parcel: Parcel) -> None:
        """Send a push to one device (content: push and device)."""
        push, device = parcel.content
        if monotonic() - parcel.born > TOO_OLD_S:
            self._results.labels(push.type, "too_old").inc()
            return
        if not self._proxy.is_on:  # turned off meanwhile
            self._results.labels(push.type, "turned_off").inc()
            return
        message = self._message(push, device)
        answer = self._try(push.type, lambda: self._proxy.send(message))
        if answer is None:
            return
        self._results.labels(push.type, answer.status.lower()).inc()
        if answer.status == REMOVE:
            self._sessions.device_removed(device)
        elif answer.status == FAIL:
            # SECURITY: other servers like to repeat what they got.
            self._complain(f"a push failed there: {answer.error[:200].replace(message.device_id, '…')!r}")

    def acknowledgement(self, parcel: Parcel) -> None:
        """Pass on that a device got a push (content: the device's word)."""
        ack: NotificationAck = parcel.content
        answer = self._try("ack", lambda: self._proxy.acknowledge(ack))
        if answer is not None:
            self._results.labels("ack", answer.status.lower()).inc()

    def _try(self, kind: str, call: Callable[[], PushAnswer]) -> PushAnswer | None:
        """Return the proxy's answer, None when there is none after all."""
        for pause in (*PAUSES_S, None):
            try:
                answer = call()
            except ProxyFailed as failure:
                if failure.again and pause is not None and not self._outbox.stopping.is_set():
                    self._outbox.stopping.wait(pause * (1 + random.uniform(-0.25, 0.25)))  # nosec B311  # spreads retries
                    continue
                self._results.labels(kind, "given_up").inc()
                self._context.health.set(COMPONENT, False, str(failure))
                self._complain(str(failure))
                return None
            self._context.health.set(COMPONENT, True)
            return answer
        return None

    def _complain(self, text: str) -> None:
        """Log what is wrong, the same thing at most once a minute."""
        last, at = self._last_complaint
        if text != last or monotonic() - at > COMPLAIN_EVERY_S:
            self._last_complaint = (text, monotonic())
            self._context.log.warning("push proxy: %s", text)

    def _message(self, push: PushNotification, device: Device) -> PushMessage:
        """Return a push with its address, signed so that the app knows whose it is."""
        platform, _, token = device.device_id.partition(":")
        ack_id = new_id()
        fields = {name: getattr(push, name) for name in push.__struct_fields__}
        return PushMessage(
            ack_id=ack_id,
            platform=platform,
            server_id=self._installation.server_id(),
            device_id=token,
            signature=self._installation.sign({"ack_id": ack_id, "device_id": token}),
            **fields,
        )

    def trial(self, device_id: str) -> PushAnswer:
        """Send a push that shows nothing, once. Raises `ProxyFailed`."""
        push = PushNotification(type=TEST, version="2", badge=UNTOUCHED)
        device = Device(session_id="", user_id="", device_id=device_id)
        return self._proxy.send(self._message(push, device), timeout_s=TRIAL_S)
