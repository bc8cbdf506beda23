"""The door to the event bus: topics, subscribers, counts, whatever the provider."""

import pytest

from hubbub.core.bus import BusPort, plugin_topic
from hubbub.core.contracts.realtime import OnMessage, OnReconnect
from hubbub.core.metrics import Metrics
from hubbub.core.testing import make_app


class Provider:
    """A provider whose messages the test makes up."""

    def __init__(self) -> None:
        self.healthy = True
        self.sent: list[tuple[str, bytes]] = []
        self.running = False

    def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None:
        self.running = True
        self.receive, self.lose = on_message, on_reconnect

    def publish(self, topic: str, payload: bytes) -> None:
        self.sent.append((topic, payload))

    def flush(self) -> None:
        self.sent.append(("flushed", b""))

    def stop(self) -> None:
        self.running = False


@pytest.fixture
def provider() -> Provider:
    return Provider()


def counted(metrics: Metrics, name: str) -> dict[tuple[str, ...], float]:
    return {s.labels: s.value for family in metrics.snapshot() if family.name == name for s in family.samples}


def test_messages_reach_the_subscribers_of_their_topic(provider: Provider) -> None:
    bus = BusPort(Metrics(), provider)
    seen: list[tuple[str, bytes]] = []
    bus.subscribe("events", lambda payload: seen.append(("first", payload)))
    bus.subscribe("events", lambda payload: seen.append(("second", payload)))
    bus.subscribe("cache", lambda payload: seen.append(("cache", payload)))
    bus.start()
    provider.receive("events", b"1")
    provider.receive("unknown", b"2")
    assert seen == [("first", b"1"), ("second", b"1")]


def test_a_failing_subscriber_is_logged_and_stops_nobody(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    bus = BusPort(metrics, provider)
    seen: list[bytes] = []

    def fail(_payload: bytes) -> None:
        raise ValueError("broken")

    bus.subscribe("events", fail)
    bus.subscribe("events", seen.append)
    bus.start()
    provider.receive("events", b"1")
    assert seen == [b"1"]
    assert "broken" in caplog.text
    assert counted(metrics, "hubbub_bus_failed_total") == {("events",): 1}


def test_an_ended_subscription_hears_nothing(provider: Provider) -> None:
    bus = BusPort(Metrics(), provider)
    seen: list[bytes] = []
    end = bus.subscribe("events", seen.append)
    bus.start()
    end()
    provider.receive("events", b"1")
    assert seen == []


def test_lost_messages_are_told_to_everybody(provider: Provider) -> None:
    bus = BusPort(Metrics(), provider)
    told: list[str] = []
    bus.on_reconnect(lambda: told.append("caches"))
    bus.on_reconnect(lambda: told.append("clients"))
    bus.start()
    provider.lose()
    assert told == ["caches", "clients"]


def test_traffic_is_counted_by_topic_and_plugin(provider: Provider) -> None:
    metrics = Metrics()
    bus = BusPort(metrics, provider)
    bus.start()
    bus.publish("events", b"1")
    for topic in ("typing", "seen"):
        bus.publish(plugin_topic("chatty", topic), b"1")
    assert provider.sent[1] == ("plugin:chatty:typing", b"1")
    assert counted(metrics, "hubbub_bus_sent_total") == {("events",): 1, ("plugin:chatty",): 2}


def test_without_a_provider_there_is_nobody_to_send_to() -> None:
    bus = BusPort(Metrics())
    bus.start()
    bus.publish("events", b"1")
    assert bus.healthy
    assert not bus.has_peers
    bus.stop()


def test_a_provider_that_comes_later_is_started_with_the_bus(provider: Provider) -> None:
    bus = BusPort(Metrics())
    bus.use(provider)
    assert not provider.running
    bus.start()
    assert provider.running
    provider.healthy = False
    assert not bus.healthy
    bus.stop()
    assert not provider.running


def test_all_but_events_is_handed_over_before_an_answer(provider: Provider) -> None:
    bus = BusPort(Metrics(), provider)
    bus.start()
    bus.publish("events", b"1")
    bus.flush()
    assert provider.sent == [("events", b"1")]
    bus.publish("cache", b"2")
    bus.flush()
    bus.flush()
    assert provider.sent == [("events", b"1"), ("cache", b"2"), ("flushed", b"")]


def test_what_a_request_changed_is_handed_over_before_its_answer(provider: Provider) -> None:
    with make_app() as app:
        alice = app.create_user("alice")
        app.app.bus.use(provider)
        alice.put("/users/me/patch", {"nickname": "Al"})
        last = [topic for topic, _ in provider.sent if topic in ("cache", "flushed")]
        assert "cache" in last
        assert last[-1] == "flushed"
