"""The text that Prometheus reads, rendered by prometheus_client."""

from collections.abc import Iterable, Iterator
from typing import Final

from hubbub.core.metrics import FamilySnapshot, Sample

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class _Collector:
    """Gives prometheus_client our snapshots as its own families."""

    def __init__(self, families: Iterable[FamilySnapshot]) -> None:
        self._families = families

    def collect(self) -> Iterator[object]:
        from prometheus_client import core

        for family in self._families:
            labels = list(family.label_names)
            if family.kind == "counter":
                counter = core.CounterMetricFamily(family.name, family.help, labels=labels)
                for sample in family.samples:
                    counter.add_metric(list(sample.labels), sample.value)
                yield counter
            elif family.kind == "gauge":
                gauge = core.GaugeMetricFamily(family.name, family.help, labels=labels)
                for sample in family.samples:
                    gauge.add_metric(list(sample.labels), sample.value)
                yield gauge
            else:
                histogram = core.HistogramMetricFamily(family.name, family.help, labels=labels)
                for sample in family.samples:
                    histogram.add_metric(list(sample.labels), _buckets(family, sample), sample.value)
                yield histogram


def _buckets(family: FamilySnapshot, sample: Sample) -> list[tuple[str, float]]:
    """Return cumulative buckets, as the format wants them."""
    total = 0
    buckets = []
    for bound, count in zip((*map(repr, family.bounds), "+Inf"), sample.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets


def render(families: Iterable[FamilySnapshot]) -> bytes:
    """Return the page. prometheus_client is imported only here: most servers never show one."""
    from prometheus_client.exposition import generate_latest
    from prometheus_client.registry import CollectorRegistry

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(families))  # type: ignore[arg-type]  # a Collector but by name: that class is imported late
    return generate_latest(registry)
