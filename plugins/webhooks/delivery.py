"""Sends what outgoing webhooks have to say: a few requests at a time to each host, so that slow ones hurt no other."""

from collections import deque
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import gevent
import msgspec
from gevent.event import Event

from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.outgoing import Answer, OutgoingUnreachable
from hubbub.core.contracts.outgoing_tokens import OutgoingTokens, request_with_token
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.plugins.webhooks.records import FORM, OutgoingWebhook

MAX_ANSWER: Final = 1_048_576
REDIRECTS: Final = 3
MAX_WAITING: Final = 10_000
"""Messages that wait in one worker, for all hosts."""
MAX_WAITING_PER_HOST: Final = 1_000
MAX_PAUSE_S: Final = 300.0
STOP_S: Final = 2.0


class Delivery(msgspec.Struct, frozen=True):
    """One message on its way to one address."""

    hook: OutgoingWebhook
    post: Post
    url: str
    body: bytes


class _Lane:
    """What waits for one host, and how many greenlets work on it."""

    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Delivery] = deque()
        self.running = 0


class Deliveries:
    """The messages of one worker on their way out. They are not kept over a stop, as in Mattermost.

    `answered(delivery, answer)` is called for what targets answer with a success.
    """

    def __init__(self, context: PluginContext, answered: Callable[[Delivery, Answer], None]) -> None:
        self._context = context
        self._answered = answered
        self._lanes: dict[str, _Lane] = {}
        self._waiting = 0
        self._greenlets: set[Any] = set()
        self._idle = Event()
        self._idle.set()
        self._tokens = context.service(OutgoingTokens)
        self._stopping = Event()
        counter = context.metrics.counter
        self._sent = counter(
            "hubbub_outgoing_webhooks_total", "Requests of outgoing webhooks, by outcome.", ("outcome",)
        )

    def send(self, delivery: Delivery) -> None:
        """Have a message sent soon. When too many wait for its host it is given up, counted and logged."""
        host = urlsplit(delivery.url).netloc.rpartition("@")[2].lower()
        lane = self._lanes.setdefault(host, _Lane())
        if self._waiting >= MAX_WAITING or len(lane.waiting) >= MAX_WAITING_PER_HOST or self._stopping.is_set():
            self._count("dropped")
            self._warn(delivery, "too many messages wait for its host: this one is given up")
            return
        lane.waiting.append(delivery)
        self._waiting += 1
        self._idle.clear()
        if lane.running < self._context.settings.ParallelPerHost:
            lane.running += 1
            greenlet = gevent.spawn(self._work, host, lane)
            self._greenlets.add(greenlet)
            greenlet.rawlink(self._greenlets.discard)

    def drain(self, timeout_s: float) -> bool:
        """Wait until nothing is on its way, at most this long; say whether that is so."""
        return bool(self._idle.wait(timeout_s))

    def stop(self) -> None:
        """Take nothing more; what isn't sent within two seconds is given up."""
        self._stopping.set()
        if not self.drain(STOP_S):
            self._context.log.warning("stopped with outgoing webhooks unsent", extra={"waiting": self._waiting})
            gevent.killall(list(self._greenlets), timeout=STOP_S)

    def _work(self, host: str, lane: _Lane) -> None:
        try:
            while lane.waiting:
                delivery = lane.waiting.popleft()
                self._waiting -= 1
                try:
                    self._deliver(delivery)
                except Exception:
                    self._count("failed")
                    self._context.log.exception("an outgoing webhook failed", extra={"hook": delivery.hook.id})
        finally:
            lane.running -= 1
            if not lane.running and not lane.waiting:
                self._lanes.pop(host, None)
            if not self._lanes:
                self._idle.set()

    def _deliver(self, delivery: Delivery) -> None:
        """Send until somebody has got it, or enough tries were made."""
        settings = self._context.settings
        pause = settings.RetrySeconds
        for left in range(settings.Retries, -1, -1):
            try:
                answer = self._request(delivery)
            except OutgoingUnreachable as error:
                reason = _why(error)
            except AppError as error:
                # Refused, or broken off after it was sent: once more would be twice, or in vain.
                self._count("failed")
                self._warn(delivery, _why(error))
                return
            else:
                if answer.status < 500:
                    self._finish(delivery, answer)
                    return
                reason = f"it answered {answer.status}"
            if not left or self._stopping.wait(min(pause, MAX_PAUSE_S)):
                break
            pause *= 2
        self._count("failed")
        self._warn(delivery, reason)

    def _request(self, delivery: Delivery) -> Answer:
        headers = {"Content-Type": delivery.hook.content_type or FORM, "Accept": "application/json"}
        return request_with_token(
            self._context.outgoing,
            self._tokens,
            "POST",
            delivery.url,
            headers=headers,
            body=delivery.body,
            max_bytes=MAX_ANSWER,
            redirects=REDIRECTS,
        )

    def _finish(self, delivery: Delivery, answer: Answer) -> None:
        if answer.status >= 300:
            self._count("refused")
            self._warn(delivery, f"it answered {answer.status}")
            return
        self._count("sent")
        self._answered(delivery, answer)

    def _count(self, outcome: str) -> None:
        self._sent.labels(outcome).inc()

    def _warn(self, delivery: Delivery, reason: str) -> None:
        # SECURITY: the host only: paths and queries of such addresses are often secrets.
        host = urlsplit(delivery.url).hostname
        extra = {"hook": delivery.hook.id, "host": host, "post": delivery.post.id, "reason": reason}
        self._context.log.warning("an outgoing webhook was not delivered", extra=extra)


def _why(error: AppError) -> str:
    """Return the reason without the address, which an error's sentence names."""
    return str(error.params.get("reason", error.text))
