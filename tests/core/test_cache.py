"""Caches: bounded, invalidated everywhere after the commit, never fed with what was read before a change."""

from collections.abc import Callable

import gevent
import pytest
from gevent.event import Event

from hubbub.core import cache as cache_module
from hubbub.core.bus import BusPort
from hubbub.core.cache import Cache, Caches
from hubbub.core.contracts.realtime import OnMessage, OnReconnect
from hubbub.core.metrics import Metrics


class Wire:
    """A bus between two apps in one process: what one publishes the other receives at once."""

    healthy = True

    def __init__(self) -> None:
        self.others: list[Wire] = []
        self.deliver: OnMessage | None = None
        self.lost: OnReconnect | None = None

    def start(self, on_message: OnMessage, on_reconnect: OnReconnect) -> None:
        self.deliver, self.lost = on_message, on_reconnect

    def publish(self, topic: str, payload: bytes) -> None:
        for other in self.others:
            assert other.deliver is not None
            other.deliver(topic, payload)

    def stop(self) -> None:
        pass


class OpenTransaction:
    """A transaction that the test commits by hand."""

    def __init__(self) -> None:
        self.in_transaction = False
        self.waiting: list[Callable[[], None]] = []

    def after_commit(self, run: Callable[[], None]) -> None:
        if self.in_transaction:
            self.waiting.append(run)
        else:
            run()

    def commit(self) -> None:
        self.in_transaction = False
        for run in self.waiting:
            run()
        self.waiting.clear()


def two_workers(transactions: OpenTransaction | None = None) -> tuple[Caches, Caches, Wire]:
    wires = (Wire(), Wire())
    workers = []
    for wire, other in zip(wires, reversed(wires), strict=True):
        wire.others.append(other)
        bus = BusPort(Metrics(), wire)
        workers.append(Caches(bus=bus, transactions=transactions))
        bus.start()
    return workers[0], workers[1], wires[1]


def test_a_value_is_loaded_once() -> None:
    cache: Cache[str, str] = Cache("users", 10, 60)
    loads = []

    def load(_key: str) -> str:
        loads.append(1)
        return "Ada"

    assert [cache.get_or_load("ada", load) for _ in range(3)] == ["Ada"] * 3
    assert (len(loads), cache.hits, cache.misses) == (1, 2, 1)


def test_none_is_returned_but_not_kept() -> None:
    cache: Cache[str, str | None] = Cache("users", 10, 60)
    assert cache.get_or_load("bob", lambda _: None) is None
    assert cache.get_or_load("bob", lambda _: "Bob") == "Bob"


def test_it_never_holds_more_than_its_limit_and_keeps_what_is_used() -> None:
    cache: Cache[int, int] = Cache("numbers", 100, 0)
    for number in range(1000):
        cache.set(number, number)
        assert cache.get(0) == 0
        assert len(cache) <= 100
    assert cache.get(1) is None
    assert cache.get(999) == 999


def test_an_entry_is_gone_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(cache_module, "monotonic", lambda: now)
    cache: Cache[str, int] = Cache("sessions", 10, 60)
    cache.set("a", 1)
    now += 59
    assert cache.get("a") == 1
    now += 2
    assert cache.get("a") is None
    assert len(cache) == 0


def test_many_are_read_with_one_load_of_those_missing() -> None:
    cache: Cache[str, str] = Cache("users", 10, 60)
    cache.set("a", "A")
    asked: list[list[str]] = []

    def load(keys: list[str]) -> dict[str, str]:
        asked.append(keys)
        return {key: key.upper() for key in keys if key != "nobody"}

    assert cache.get_many(["a", "b", "nobody", "b"], load) == {"a": "A", "b": "B"}
    assert asked == [["b", "nobody"]]
    assert cache.get("b") == "B"


def test_greenlets_that_ask_at_once_share_one_load() -> None:
    cache: Cache[str, str] = Cache("users", 10, 60)
    loads = []

    def load(_key: str) -> str:
        loads.append(1)
        gevent.sleep(0.01)
        return "Ada"

    greenlets = [gevent.spawn(cache.get_or_load, "ada", load) for _ in range(20)]
    gevent.joinall(greenlets, raise_error=True)
    assert {greenlet.value for greenlet in greenlets} == {"Ada"}
    assert len(loads) == 1


def test_a_failed_load_fails_only_who_made_it() -> None:
    cache: Cache[str, str] = Cache("users", 10, 60)

    def fail(_key: str) -> str:
        gevent.sleep(0.01)
        raise ConnectionError

    first = gevent.spawn(cache.get_or_load, "ada", fail)
    second = gevent.spawn(cache.get_or_load, "ada", lambda _: "Ada")
    gevent.joinall([first, second])
    assert isinstance(first.exception, ConnectionError)
    assert second.value == "Ada"


def test_a_load_that_began_before_an_invalidation_is_not_kept() -> None:
    cache: Cache[str, str] = Cache("users", 10, 60)
    reading, changed = Event(), Event()

    def load(_key: str) -> str:
        reading.set()
        changed.wait()
        return "old name"

    loader = gevent.spawn(cache.get_or_load, "ada", load)
    reading.wait()
    cache.invalidate("ada")
    changed.set()
    assert loader.get() == "old name"
    assert cache.get("ada") is None


def test_a_bulk_load_that_began_before_an_invalidation_keeps_only_the_rest() -> None:
    cache: Cache[str, str] = Cache("users", 10, 60)

    def load(keys: list[str]) -> dict[str, str]:
        cache.invalidate("ada")
        return dict.fromkeys(keys, "read")

    assert cache.get_many(["ada", "bob"], load) == {"ada": "read", "bob": "read"}
    assert cache.get("ada") is None
    assert cache.get("bob") == "read"


def test_an_invalidation_reaches_every_worker() -> None:
    here, there, _ = two_workers()
    for caches in (here, there):
        caches.cache("members", 10, 60).set(("channel", "user"), 1)
    here.cache("members", 10, 60).invalidate(("channel", "user"))
    assert there.cache("members", 10, 60).get(("channel", "user")) is None


def test_inside_a_transaction_other_workers_hear_of_it_after_the_commit() -> None:
    transaction = OpenTransaction()
    here, there, _ = two_workers(transaction)
    remote = there.cache("users", 10, 60)
    remote.set("ada", "old")
    transaction.in_transaction = True
    here.cache("users", 10, 60).invalidate("ada")
    assert remote.get("ada") == "old"
    transaction.commit()
    assert remote.get("ada") is None


def test_what_another_greenlet_loads_before_the_commit_does_not_outlive_it() -> None:
    transaction = OpenTransaction()
    caches = Caches(transactions=transaction)
    cache = caches.cache("users", 10, 60)
    transaction.in_transaction = True
    cache.invalidate("ada")
    cache.set("ada", "read before the commit")
    transaction.commit()
    assert cache.get("ada") is None


def test_reads_inside_a_transaction_are_not_kept() -> None:
    transaction = OpenTransaction()
    cache = Caches(transactions=transaction).cache("users", 10, 60)
    transaction.in_transaction = True
    assert cache.get_or_load("ada", lambda _: "not committed") == "not committed"
    assert cache.get_many(["bob"], lambda keys: dict.fromkeys(keys, "not committed")) == {"bob": "not committed"}
    transaction.commit()
    assert (cache.get("ada"), cache.get("bob")) == (None, None)


def test_emptying_reaches_every_worker() -> None:
    here, there, _ = two_workers()
    there.cache("users", 10, 60).set("ada", 1)
    here.cache("users", 10, 60)
    here.invalidate_all()
    assert there.cache("users", 10, 60).get("ada") is None


def test_lost_invalidations_empty_every_cache() -> None:
    _, there, wire = two_workers()
    there.cache("users", 10, 60).set("ada", 1)
    assert wire.lost is not None
    wire.lost()
    assert there.cache("users", 10, 60).get("ada") is None


def test_hits_and_misses_are_counted_by_cache() -> None:
    metrics = Metrics()
    cache = Caches(metrics=metrics).cache("users", 10, 60)
    cache.set("ada", 1)
    cache.get("ada")
    cache.get("bob")
    samples = {family.name: family.samples for family in metrics.snapshot()}
    assert [(s.labels, s.value) for s in samples["hubbub_cache_hits_total"]] == [(("users",), 1)]
    assert [(s.labels, s.value) for s in samples["hubbub_cache_misses_total"]] == [(("users",), 1)]
