"""Sends one parcel after the other: tries again, forgets devices that are gone, tells admins what is wrong."""

import random
from collections.abc import Callable
from time import monotonic
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.installation import InstallationService
from hubbub.core.contracts.notifications import NotificationAck, PushNotification
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.push import FAIL, REMOVE, TEST, UNTOUCHED, PushAnswer, PushMessage
from hubbub.core.contracts.sessions import Device, SessionService
from hubbub.core.ids import new_id
from hubbub.plugins.push_notifications.keeper import TOO_OLD_MS
from hubbub.plugins.push_notifications.outbox import Outbox
from hubbub.plugins.push_notifications.parcels import NotYet, Parcel
from hubbub.plugins.push_notifications.proxy import TRIAL_S, ProxyFailed, PushProxy

PAUSES_S: Final = [1.0, 4.0, 15.0]
"""Pauses before something is tried again, give or take a quarter."""
MOST_TRIES: Final = 30
"""So often (a quarter of an hour) a proxy that is there may fail at one push, while it is asked for no other."""
LONGEST_PAUSE_S: Final = 30.0
"""What follows those, as long as the proxy answers nobody."""
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
        self._answered = 0

    def to_device(self, parcel: Parcel) -> None:
        """Send a push to one device (content: a `Queued`). Raises `NotYet`."""
        push, device = parcel.content.push, parcel.content.device
        message = self._message(push, device, parcel.id)
        answer = self._try(parcel, push.type, lambda: self._proxy.send(message))
        if answer is None:
            return
        self._results.labels(push.type, answer.status.lower()).inc()
        if answer.status == REMOVE:
            self._sessions.device_removed(device)
        elif answer.status == FAIL:
            # SECURITY: other servers like to repeat what they got.
            self._complain(f"a push failed there: {answer.error[:200].replace(message.device_id, '…')!r}")

    def acknowledgement(self, parcel: Parcel) -> None:
        """Pass on that a device got a push (content: the device's word). Raises `NotYet`."""
        ack: NotificationAck = parcel.content
        answer = self._try(parcel, "ack", lambda: self._proxy.acknowledge(ack))
        if answer is not None:
            self._results.labels("ack", answer.status.lower()).inc()

    def _try(self, parcel: Parcel, kind: str, call: Callable[[], PushAnswer]) -> PushAnswer | None:
        """Return the proxy's answer, None when there is none after all. Raises `NotYet`."""
        tries, answered = 0, self._answered
        while self._is_wanted(parcel, kind):
            if not self._outbox.may_send(parcel):
                raise NotYet
            try:
                answer = call()
            except ProxyFailed as failure:
                tries += 1
                ends = tries > len(PAUSES_S)
                if ends or not failure.again:
                    self._context.health.set(COMPONENT, False, str(failure))
                    self._complain(str(failure))
                # While the proxy answers nobody, all wait. Where it answers others, it is this one that it can't take;
                # it may be that, too, where it goes on answering with an error: those behind in the lane are let past.
                is_this_one = self._answered > answered or (failure.is_there and tries > MOST_TRIES)
                if not failure.again or (ends and (is_this_one or not parcel.id)):
                    self._results.labels(kind, "given_up").inc()
                    return None
                self._pause(LONGEST_PAUSE_S if ends else PAUSES_S[tries - 1])
                continue
            self._answered += 1
            self._context.health.set(COMPONENT, True)
            return answer
        return None

    def _is_wanted(self, parcel: Parcel, kind: str) -> bool:
        result = ""
        if now_ms() - parcel.born > TOO_OLD_MS:
            result = "too_old"
            self._complain("pushes that waited for an hour are given up")
        elif not self._proxy.is_on:  # turned off meanwhile
            result = "turned_off"
        if result:
            self._results.labels(kind, result).inc()
        return not result

    def _pause(self, seconds: float) -> None:
        self._outbox.stopping.wait(seconds * (1 + random.uniform(-0.25, 0.25)))  # nosec B311  # spreads retries

    def _complain(self, text: str) -> None:
        """Log what is wrong, the same thing at most once a minute."""
        last, at = self._last_complaint
        if text != last or monotonic() - at > COMPLAIN_EVERY_S:
            self._last_complaint = (text, monotonic())
            self._context.log.warning("push proxy: %s", text)

    def _message(self, push: PushNotification, device: Device, ack_id: str) -> PushMessage:
        """Return a push with its address, signed so that the app knows whose it is."""
        platform, _, token = device.device_id.partition(":")
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
        return self._proxy.send(self._message(push, device, new_id()), timeout_s=TRIAL_S)
