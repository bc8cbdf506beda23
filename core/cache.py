"""Bounded caches whose invalidations reach every worker, after the commit of the change that caused them."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from time import monotonic
from typing import Any, Final, Generic, TypeVar

import msgspec
from gevent.event import Event

from hubbub.core import json
from hubbub.core.bus import CACHE_TOPIC, BusPort
from hubbub.core.metrics import LabelValues, Metrics

# Keys travel over the bus as JSON: strings, numbers, or tuples of those.
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MISSING: Final[Any] = object()
_NEVER: Final = float("inf")
# Two loads that wait for each other must not do so for ever.
_LOAD_WAIT_S: Final = 10.0


class Transactions:
    """What caches must know about the database; this one is for when there is none."""

    @property
    def in_transaction(self) -> bool:
        """Say whether this greenlet has an open transaction."""
        return False

    def after_commit(self, run: Callable[[], None]) -> None:
        """Call `run` after the outermost commit, or at once outside a transaction."""
        run()


class _Load:
    """A value on its way into the cache: others wait for it; an invalidation makes it worthless."""

    __slots__ = ("done", "stale", "value")

    def __init__(self) -> None:
        self.done: Event | None = None
        self.stale = False
        self.value: Any = _MISSING


class Cache(Generic[K, V]):
    """A bounded map in front of slower reads. Values are shared between requests: never change one.

    Two generations instead of a linked list: a hit is one dictionary look-up, and what was not asked for during
    half the cache's size of new entries goes (an approximate LRU that holds between half and all of `max_items`).
    `ttl_s` seconds after it was stored an entry is gone (0: never).
    """

    def __init__(self, name: str, max_items: int, ttl_s: float, *, caches: "Caches | None" = None) -> None:
        if max_items < 2:
            raise ValueError(f"cache {name}: max_items must be at least 2, not {max_items}")
        self.name = name
        self.max_items = max_items
        self.hits = 0
        self.misses = 0
        self._half = max_items // 2
        self._ttl = ttl_s
        self._caches = caches or Caches()
        self._young: dict[K, tuple[V, float]] = {}
        self._old: dict[K, tuple[V, float]] = {}
        self._loads: dict[K, _Load] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, key: K, default: Any = None) -> V | Any:
        """Return the cached value, or `default`."""
        entry = self._young.get(key)
        if entry is not None and entry[1] > monotonic():
            self.hits += 1
            return entry[0]
        return self._get_older(key, default)

    def _get_older(self, key: K, default: Any) -> V | Any:
        entry = self._old.pop(key, None)
        if entry is None or entry[1] <= monotonic():
            self._young.pop(key, None)
            self.misses += 1
            return default
        self._put(key, entry)
        self.hits += 1
        return entry[0]

    def set(self, key: K, value: V) -> None:
        """Store a value here. For what was read from the database use `get_or_load`, which can't store stale data."""
        self._discard_load(key)
        self._put(key, (value, monotonic() + self._ttl if self._ttl else _NEVER))

    def _put(self, key: K, entry: tuple[V, float]) -> None:
        self._old.pop(key, None)
        if len(self._young) >= self._half and key not in self._young:
            self._old = self._young
            self._young = {}
        self._young[key] = entry

    def get_or_load(self, key: K, loader: Callable[[K], V]) -> V:
        """Return the cached value or what `loader(key)` returns; greenlets that ask meanwhile wait for the one load.

        None is returned but not kept. A result is not kept either when the key was invalidated during the load, or
        inside a transaction, whose reads may be rolled back.
        """
        value = self.get(key, _MISSING)
        if value is not _MISSING:
            return value
        if self._caches.transactions.in_transaction:
            return loader(key)
        under_way = self._loads.get(key)
        if under_way is not None:
            return self._wait_for(under_way, key, loader)
        load = self._loads[key] = _Load()
        try:
            loaded = loader(key)
            self._finish(key, load, loaded)
            return loaded
        finally:
            self._release(key, load)

    def _wait_for(self, load: _Load, key: K, loader: Callable[[K], V]) -> V:
        if load.done is None:
            load.done = Event()
        load.done.wait(_LOAD_WAIT_S)
        # The other load failed or was overtaken by a change: only a read of our own is right.
        return loader(key) if load.value is _MISSING or load.stale else load.value

    def get_many(self, keys: Iterable[K], bulk_loader: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
        """Return the values of `keys` that exist; what isn't cached is read by one `bulk_loader(missing_keys)`."""
        found: dict[K, V] = {}
        missing: list[K] = []
        now = monotonic()
        for key in dict.fromkeys(keys):
            # PERF: as in `get`, which costs a call per key: thousands for a large channel.
            entry = self._young.get(key)
            if entry is not None and entry[1] > now:
                self.hits += 1
                found[key] = entry[0]
                continue
            value = self.get(key, _MISSING)
            if value is _MISSING:
                missing.append(key)
            else:
                found[key] = value
        if missing:
            found.update(self._load_many(missing, bulk_loader))
        return found

    def _load_many(self, keys: list[K], bulk_loader: Callable[[list[K]], Mapping[K, V]]) -> Mapping[K, V]:
        if self._caches.transactions.in_transaction:
            return bulk_loader(keys)
        # A key that another greenlet loads at this moment is read again rather than waited for.
        loads = {key: self._loads.setdefault(key, _Load()) for key in keys if key not in self._loads}
        try:
            loaded = bulk_loader(keys)
            for key, load in loads.items():
                self._finish(key, load, loaded.get(key))
            return loaded
        finally:
            for key, load in loads.items():
                self._release(key, load)

    def _finish(self, key: K, load: _Load, value: V | None) -> None:
        load.value = value
        if value is not None and not load.stale:
            self._put(key, (value, monotonic() + self._ttl if self._ttl else _NEVER))

    def _release(self, key: K, load: _Load) -> None:
        if self._loads.get(key) is load:
            del self._loads[key]
        if load.done is not None:
            load.done.set()

    def _discard_load(self, key: K) -> None:
        load = self._loads.pop(key, None)
        if load is not None:
            load.stale = True

    def invalidate(self, key: K) -> None:
        """Forget `key` here and in every worker; inside a transaction once more after its commit.

        Inside the transaction the entry may be loaded again by others, with the old value: who needs what they have
        just written reads it from the store.
        """
        self.invalidate_many((key,))

    def invalidate_many(self, keys: Iterable[K]) -> None:
        """Forget several keys with one message to the other workers."""
        forget = list(keys)
        if not forget:
            return
        if self._caches.transactions.in_transaction:
            self.forget_here(forget)
            self._caches.transactions.after_commit(lambda: self._forget_everywhere(forget))
        else:
            self._forget_everywhere(forget)

    def invalidate_all(self) -> None:
        """Forget everything, here and in every worker; inside a transaction once more after its commit."""
        self.clear_here()
        self._caches.transactions.after_commit(self._clear_everywhere)

    def _forget_everywhere(self, keys: list[K]) -> None:
        self.forget_here(keys)
        self._caches.send(_Invalidation(self.name, keys))

    def _clear_everywhere(self) -> None:
        self.clear_here()
        self._caches.send(_Invalidation(self.name, None))

    def forget_here(self, keys: Iterable[K]) -> None:
        """Forget keys in this worker only."""
        for key in keys:
            self._young.pop(key, None)
            self._old.pop(key, None)
            self._discard_load(key)

    def clear_here(self) -> None:
        """Forget everything in this worker only."""
        self._young.clear()
        self._old.clear()
        for load in self._loads.values():
            load.stale = True
        self._loads.clear()


class _Invalidation(msgspec.Struct, array_like=True):
    """What one worker tells the others: forget these keys of this cache, or all of them."""

    cache: str
    keys: list[Any] | None


class Caches:
    """All caches of one worker, by name; receives the other workers' invalidations."""

    def __init__(self, *, bus: BusPort | None = None, metrics: Metrics | None = None, transactions: Any = None) -> None:
        self.transactions: Transactions = transactions or Transactions()
        self._bus = bus
        self._caches: dict[str, Cache[Any, Any]] = {}
        if bus is not None:
            bus.subscribe(CACHE_TOPIC, self._receive)
            # Invalidations were missed: nothing that is cached can be trusted.
            bus.on_reconnect(self.clear_here)
        if metrics is not None:
            self._declare(metrics)

    def _declare(self, metrics: Metrics) -> None:
        def per_cache(read: Callable[[Cache[Any, Any]], float]) -> Callable[[], dict[LabelValues, float]]:
            return lambda: {(cache.name,): read(cache) for cache in self._caches.values()}

        metrics.counter_function(
            "hubbub_cache_hits_total", "Reads that a cache answered.", per_cache(lambda c: c.hits), ("cache",)
        )
        metrics.counter_function(
            "hubbub_cache_misses_total",
            "Reads that a cache could not answer.",
            per_cache(lambda c: c.misses),
            ("cache",),
        )
        metrics.gauge("hubbub_cache_items", "Entries held by a cache.", per_cache(len), ("cache",))

    def cache(self, name: str, max_items: int, ttl_s: float) -> Cache[Any, Any]:
        """Return the cache `name`, made on first use; `ttl_s` in seconds, 0 for no limit."""
        found = self._caches.get(name)
        if found is None:
            found = self._caches[name] = Cache(name, max_items, ttl_s, caches=self)
        return found

    def invalidate_all(self) -> None:
        """Empty every cache in every worker."""
        for cache in list(self._caches.values()):
            cache.invalidate_all()

    def clear_here(self) -> None:
        """Empty every cache of this worker."""
        for cache in list(self._caches.values()):
            cache.clear_here()

    def send(self, invalidation: _Invalidation) -> None:
        """Tell the other workers."""
        if self._bus is not None:
            self._bus.publish(CACHE_TOPIC, json.encode(invalidation))

    def _receive(self, payload: bytes) -> None:
        message = json.decode(payload, _Invalidation)
        cache = self._caches.get(message.cache)
        if cache is None:
            return
        if message.keys is None:
            cache.clear_here()
        else:
            cache.forget_here(_key(key) for key in message.keys)


def _key(value: Any) -> Any:
    """Return a key as it was before JSON made a list of its tuple."""
    return tuple(_key(part) for part in value) if isinstance(value, list) else value
