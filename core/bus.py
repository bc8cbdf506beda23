"""The one door to the event bus: topics, subscriptions, counts; the provider behind it may be any `EventBus`."""

import logging
from collections.abc import Callable
from typing import Final

from hubbub.core.contracts.realtime import EventBus, OnMessage, OnReconnect
from hubbub.core.metrics import Metrics

EVENTS_TOPIC: Final = "events"
CACHE_TOPIC: Final = "cache"
CONFIG_TOPIC: Final = "config"

Subscriber = Callable[[bytes], None]
_log = logging.getLogger("hubbub.bus")


def plugin_topic(plugin_id: str, topic: str = "") -> str:
    """Return the bus topic of a plugin's own broadcasts (`plugin:<id>` or `plugin:<id>:<topic>`)."""
    return f"plugin:{plugin_id}:{topic}" if topic else f"plugin:{plugin_id}"


class NullBus:
    """The bus of a server with a single process: nobody else is there to hear."""

    has_peers = False

    @property
    def healthy(self) -> bool:
        return True

    def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None:
        """There is nothing to receive."""

    def publish(self, topic: str, payload: bytes) -> None:
        """There is nobody to send to."""

    def stop(self) -> None:
        """There is nothing to close."""


class BusPort:
    """Send to the other workers, and hand what they send to whoever subscribed.

    Messages arrive at most once, in order per sender, never at the sender itself. Call `publish` from the loop's
    thread only (not from `Tasks.run_in_thread`).
    """

    def __init__(self, metrics: Metrics, provider: EventBus | None = None) -> None:
        self._provider: EventBus = provider or NullBus()
        self._subscribers: dict[str, tuple[Subscriber, ...]] = {}
        self._on_reconnect: list[Callable[[], None]] = []
        self._started = False
        self._hurried = False
        self._sent = metrics.counter("hubbub_bus_sent_total", "Messages published on the event bus.", ("topic",))
        self._received = metrics.counter("hubbub_bus_received_total", "Messages received from the bus.", ("topic",))
        self._failed = metrics.counter("hubbub_bus_failed_total", "Bus messages whose handling raised.", ("topic",))
        self._reconnects = metrics.counter("hubbub_bus_reconnects_total", "Times messages of peers were missed.")
        metrics.gauge("hubbub_bus_healthy", "1 while messages reach every worker.", self._healthy, combine="min")

    @property
    def healthy(self) -> bool:
        """Say whether messages reach the other workers now."""
        return self._provider.healthy

    @property
    def has_peers(self) -> bool:
        """Say whether anybody may hear a message; a provider that can't tell counts as yes."""
        return bool(getattr(self._provider, "has_peers", True))

    def _healthy(self) -> float:
        return 1.0 if self.healthy else 0.0

    def use(self, provider: EventBus) -> None:
        """Send through `provider` from now on; a running bus is stopped and the new one started."""
        if self._started:
            self._provider.stop()
        self._provider = provider
        if self._started:
            provider.start(self._dispatch, self._reconnected)

    def start(self) -> None:
        """Begin to receive (after the fork)."""
        if not self._started:
            self._started = True
            self._provider.start(self._dispatch, self._reconnected)

    def stop(self) -> None:
        """Flush and close; at most about a second."""
        if self._started:
            self._started = False
            self._provider.stop()

    def publish(self, topic: str, payload: bytes) -> None:
        """Send `payload` to every other worker's subscribers of `topic`; returns at once.

        What must not be seen before a commit is sent from `Database.after_commit`.
        """
        self._sent.labels(_label(topic)).value += 1
        self._provider.publish(topic, payload)
        if topic != EVENTS_TOPIC:
            self._hurried = True

    def flush(self) -> None:
        """Hand over what was published but events; called before each answer, costs nothing when there is nothing.

        SECURITY: what a request changed (memberships, sessions, permissions) is on its way to every worker before the
        client can send the next request to one of them. Events may wait for their batch.
        """
        if self._hurried:
            self._hurried = False
            hand_over = getattr(self._provider, "flush", None)  # a provider that keeps nothing back has none
            if hand_over is not None:
                hand_over()

    def subscribe(self, topic: str, callback: Subscriber) -> Callable[[], None]:
        """Call `callback(payload)` for each message on `topic`; return what ends the subscription."""
        self._subscribers[topic] = (*self._subscribers.get(topic, ()), callback)

        def unsubscribe() -> None:
            left = tuple(c for c in self._subscribers.get(topic, ()) if c is not callback)
            if left:
                self._subscribers[topic] = left
            else:
                self._subscribers.pop(topic, None)

        return unsubscribe

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        """Call `callback()` when messages of other workers were missed: drop caches, have clients resynchronise."""
        self._on_reconnect.append(callback)

    def _dispatch(self, topic: str, payload: bytes) -> None:
        label = _label(topic)
        self._received.labels(label).value += 1
        for callback in self._subscribers.get(topic, ()):
            try:
                callback(payload)
            except Exception:
                self._failed.labels(label).value += 1
                _log.exception("a message from another worker could not be handled", extra={"topic": topic})

    def _reconnected(self) -> None:
        self._reconnects.inc()
        for callback in self._on_reconnect:
            try:
                callback()
            except Exception:
                _log.exception("resynchronising after lost bus messages failed")


def _label(topic: str) -> str:
    """Return the metric label of a topic: plugins' own sub-topics are counted under the plugin."""
    if not topic.startswith("plugin:"):
        return topic
    return ":".join(topic.split(":", 2)[:2])
