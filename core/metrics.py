"""Counters, gauges and histograms that cost a plain integer addition; prometheus_client only renders them.

Each worker counts for itself; `core.metrics_server` adds the workers up for one `/metrics` page.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, TypeVar, cast

import msgspec

LabelValues = tuple[str, ...]
Combine = Literal["sum", "max", "min"]
GaugeFunction = Callable[[], float | Mapping[LabelValues, float]]

# Seconds: from a cached read to a bulk import.
TIME_BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class MetricError(ValueError):
    """A metric was declared twice in two different ways."""


class CounterChild:
    """One counter with its labels fixed; hot paths keep it and write `child.value += 1`."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: float = 0

    def inc(self, amount: float = 1) -> None:
        """Add `amount` (not negative)."""
        self.value += amount


class HistogramChild:
    """One histogram with its labels fixed."""

    __slots__ = ("_bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value (seconds or bytes, as the metric's name says)."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.sum += value


_Child = TypeVar("_Child", CounterChild, HistogramChild)


class _Family:
    """What counters and histograms share: a name and children by label values."""

    def __init__(self, name: str, help: str, labels: tuple[str, ...]) -> None:
        self.name = name
        self.help = help
        self.label_names = labels

    def _check(self, values: LabelValues) -> None:
        if len(values) != len(self.label_names):
            raise MetricError(f"metric {self.name}: labels {self.label_names} need as many values, got {values!r}")


class Counter(_Family):
    """A number that only grows. Without labels use `inc()`, with labels `labels("value", …).inc()`."""

    def __init__(self, name: str, help: str, labels: tuple[str, ...] = ()) -> None:
        super().__init__(name, help, labels)
        self.children: dict[LabelValues, CounterChild] = {}
        self._only = self.labels() if not labels else None

    def labels(self, *values: str) -> CounterChild:
        """Return the counter for these label values. Keep their number small: each is a time series."""
        child = self.children.get(values)
        if child is None:
            self._check(values)
            child = self.children[values] = CounterChild()
        return child

    def inc(self, amount: float = 1) -> None:
        """Add to a counter without labels."""
        if self._only is None:
            raise MetricError(f"metric {self.name}: it has labels {self.label_names}; call labels(...) first")
        self._only.value += amount


class Histogram(_Family):
    """Counts per bucket and a sum. Without labels use `observe()`, with labels `labels("value", …).observe()`."""

    def __init__(self, name: str, help: str, bounds: tuple[float, ...], labels: tuple[str, ...] = ()) -> None:
        super().__init__(name, help, labels)
        self.bounds = bounds
        self.children: dict[LabelValues, HistogramChild] = {}
        self._only = self.labels() if not labels else None

    def labels(self, *values: str) -> HistogramChild:
        """Return the histogram for these label values. Keep their number small."""
        child = self.children.get(values)
        if child is None:
            self._check(values)
            child = self.children[values] = HistogramChild(self.bounds)
        return child

    def observe(self, value: float) -> None:
        """Count a value in a histogram without labels."""
        if self._only is None:
            raise MetricError(f"metric {self.name}: it has labels {self.label_names}; call labels(...) first")
        self._only.observe(value)


class Gauge(_Family):
    """A value read when somebody looks; `read` returns a number, or label values → number."""

    def __init__(self, name: str, help: str, read: GaugeFunction, labels: tuple[str, ...], combine: Combine) -> None:
        super().__init__(name, help, labels)
        self.read = read
        self.combine: Combine = combine
        self.kind: Literal["counter", "gauge"] = "gauge"

    def values(self) -> dict[LabelValues, float]:
        """Return the values now."""
        value = self.read()
        return dict(value) if isinstance(value, Mapping) else {(): float(value)}


class Sample(msgspec.Struct, array_like=True):
    """One time series in a snapshot. For histograms `counts` has one number per bucket (not cumulative)."""

    labels: LabelValues
    value: float = 0
    counts: list[int] = msgspec.field(default_factory=list)


class FamilySnapshot(msgspec.Struct):
    """One metric of one worker (or of several, added up) at one moment."""

    name: str
    help: str
    kind: Literal["counter", "gauge", "histogram"]
    label_names: tuple[str, ...]
    samples: list[Sample]
    bounds: tuple[float, ...] = ()
    combine: Combine = "sum"


class Metrics:
    """All metrics of one worker. Asking again for a declared name returns the same metric."""

    def __init__(self) -> None:
        self._families: dict[str, Counter | Gauge | Histogram] = {}

    def counter(self, name: str, help: str, labels: Sequence[str] = ()) -> Counter:
        """Return the counter `name` (ends in `_total`); declares it on first use."""
        found = self._families.get(name)
        if found is None:
            found = self._families[name] = Counter(name, help, tuple(labels))
        return cast("Counter", self._same(found, Counter, tuple(labels)))

    def histogram(
        self, name: str, help: str, buckets: Iterable[float] = TIME_BUCKETS, labels: Sequence[str] = ()
    ) -> Histogram:
        """Return the histogram `name`; `buckets` are upper bounds in rising order (default: seconds)."""
        found = self._families.get(name)
        if found is None:
            found = self._families[name] = Histogram(name, help, tuple(map(float, buckets)), tuple(labels))
        return cast("Histogram", self._same(found, Histogram, tuple(labels)))

    def gauge(
        self, name: str, help: str, read: GaugeFunction, labels: Sequence[str] = (), *, combine: Combine = "sum"
    ) -> Gauge:
        """Show what `read()` returns; a second declaration replaces the function (a plugin turned on again).

        `combine` says how the workers' values become one: added, or the largest, or the smallest.
        """
        found = self._families.get(name)
        if found is not None:
            self._same(found, Gauge, tuple(labels))
        gauge = self._families[name] = Gauge(name, help, read, tuple(labels), combine)
        return gauge

    def counter_function(self, name: str, help: str, read: GaugeFunction, labels: Sequence[str] = ()) -> None:
        """Show what `read()` returns as a counter: for numbers that somebody counts already."""
        self.gauge(name, help, read, labels).kind = "counter"

    def _same(
        self, found: Counter | Gauge | Histogram, kind: type, labels: tuple[str, ...]
    ) -> Counter | Gauge | Histogram:
        if type(found) is not kind or found.label_names != labels:
            raise MetricError(
                f"metric {found.name} is declared as {type(found).__name__} with labels {found.label_names};"
                f" it can't be a {kind.__name__} with labels {labels} too"
            )
        return found

    def snapshot(self) -> list[FamilySnapshot]:
        """Return every metric's values now. A gauge whose function raises is left out."""
        return [snapshot for family in list(self._families.values()) if (snapshot := _snapshot(family)) is not None]


def _snapshot(family: Counter | Gauge | Histogram) -> FamilySnapshot | None:
    if isinstance(family, Counter):
        samples = [Sample(labels, child.value) for labels, child in family.children.items()]
        return FamilySnapshot(family.name, family.help, "counter", family.label_names, samples)
    if isinstance(family, Histogram):
        samples = [Sample(labels, child.sum, list(child.counts)) for labels, child in family.children.items()]
        return FamilySnapshot(family.name, family.help, "histogram", family.label_names, samples, family.bounds)
    try:
        values = family.values()
    except Exception:  # a plugin's gauge must not take the page of all others away
        return None
    samples = [Sample(labels, value) for labels, value in values.items()]
    return FamilySnapshot(family.name, family.help, family.kind, family.label_names, samples, combine=family.combine)


def add_up(snapshots: Iterable[list[FamilySnapshot]]) -> list[FamilySnapshot]:
    """Return one snapshot for several workers: sums, and for gauges what their `combine` says.

    A metric declared differently by two workers (during a rolling upgrade) keeps the first declaration.
    """
    families: dict[str, FamilySnapshot] = {}
    totals: dict[str, dict[LabelValues, Sample]] = {}
    for snapshot in snapshots:
        for family in snapshot:
            first = families.setdefault(family.name, family)
            shape = (first.kind, first.label_names, first.bounds)
            if shape == (family.kind, family.label_names, family.bounds):
                _add_family(totals.setdefault(family.name, {}), family)
    return [
        msgspec.structs.replace(family, samples=list(totals.get(name, {}).values()))
        for name, family in families.items()
    ]


def _add_family(total: dict[LabelValues, Sample], family: FamilySnapshot) -> None:
    for sample in family.samples:
        known = total.get(sample.labels)
        if known is None:
            total[sample.labels] = Sample(sample.labels, sample.value, list(sample.counts))
        elif family.combine == "sum":
            known.value += sample.value
            known.counts = [a + b for a, b in zip(known.counts, sample.counts, strict=True)]
        else:
            known.value = (max if family.combine == "max" else min)(known.value, sample.value)
