"""Hands messages to the right service, again and again while that may help and there is time."""

import logging
import random
from time import monotonic
from typing import Final, Protocol

import gevent

from hubbub.core.contracts.push import FAIL, MAX_MESSAGE_BYTES, OK, REMOVE, PushAnswer, PushMessage, cut_bytes
from hubbub.core.metrics import Metrics
from hubbub.plugins.push_proxy.apple import Apple
from hubbub.plugins.push_proxy.google import Google
from hubbub.plugins.push_proxy.outcome import GONE, LATER, REFUSED, SENT, SIGN_IN, Outcome
from hubbub.plugins.push_proxy.settings import ProxySettings

RETRIES: Final = 3
PAUSE_S: Final = 0.5
MAX_CHANNEL_NAME: Final = 64
_log = logging.getLogger("hubbub.push_proxy")


class Service(Protocol):
    """Apple's or Google's."""

    service: str

    def send(self, message: PushMessage, timeout_s: float) -> Outcome:
        """Try once."""

    def sign_in_again(self) -> bool:
        """Get a new token with the next attempt; False where that can't be."""

    def close(self) -> None:
        """Close the connections."""


class Delivery:
    """The apps that the proxy serves, by platform. Raises `CommandFailed` for keys that can't be used."""

    def __init__(self, settings: ProxySettings, metrics: Metrics) -> None:
        self._settings = settings
        self._services: dict[str, Service] = {}
        for apple in settings.ApplePushSettings:
            self._services[apple.Type] = Apple(apple)
        for android in settings.AndroidPushSettings:
            self._services[android.Type] = Google(android)
        self._results = metrics.counter(
            "hubbub_push_proxy_messages_total", "Messages, by app, kind and what became of them.",
            ("platform", "type", "result"),
        )  # fmt: skip
        self._retries = metrics.counter("hubbub_push_proxy_retries_total", "Further attempts, by app.", ("platform",))
        self._times = metrics.histogram(
            "hubbub_push_proxy_seconds", "How long Apple or Google took, all attempts together.", labels=("service",)
        )

    def deliver(self, message: PushMessage) -> PushAnswer:
        """Return what is answered to the server that wants a message delivered."""
        platform, _, _version = message.platform.partition("-v")
        service = self._services.get(platform)
        if service is None:
            self._results.labels("unknown", "unknown", "refused").inc()
            return PushAnswer(FAIL, f"this proxy serves no app of the platform {platform[:64]!r}")
        message.message = cut_bytes(message.message, MAX_MESSAGE_BYTES)
        message.channel_name = cut_bytes(message.channel_name, MAX_CHANNEL_NAME)
        begin = monotonic()
        outcome = self._attempts(platform, service, message, begin + self._settings.SendTimeoutSec)
        self._times.labels(service.service).observe(monotonic() - begin)
        kind = message.type if message.type.isidentifier() and len(message.type) < 20 else "unknown"
        self._results.labels(platform, kind, outcome.kind).inc()
        return self._answer(platform, service, outcome)

    def _attempts(self, platform: str, service: Service, message: PushMessage, deadline: float) -> Outcome:
        signed_in_again = False
        for number in range(RETRIES + 1):
            left = deadline - monotonic()
            outcome = service.send(message, max(0.1, min(left, self._settings.RetryTimeoutSec)))
            if outcome.kind == SIGN_IN and not signed_in_again and service.sign_in_again():
                signed_in_again, pause = True, 0.0
            elif outcome.kind == LATER:
                pause = outcome.after_s or PAUSE_S * 2**number * (1 + random.uniform(-0.25, 0.25))  # nosec B311  # spreads retries
            else:
                return outcome
            if number == RETRIES or monotonic() + pause >= deadline:
                return outcome
            self._retries.labels(platform).inc()
            gevent.sleep(pause)
        raise AssertionError("the last attempt returns")

    def _answer(self, platform: str, service: Service, outcome: Outcome) -> PushAnswer:
        if outcome.kind == SENT:
            return PushAnswer(OK)
        if outcome.kind == GONE:
            _log.info("a phone of %s is gone: %s", platform, outcome.reason)
            return PushAnswer(REMOVE)
        assert outcome.kind in (REFUSED, LATER, SIGN_IN)
        _log.warning("a message for %s failed at %s: %s", platform, service.service, outcome.reason)
        return PushAnswer(FAIL, f"{service.service}: {outcome.reason}")

    def close(self) -> None:
        """Close all connections."""
        for service in self._services.values():
            service.close()
