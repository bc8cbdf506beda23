"""Metrics: cheap to count, one page for all workers."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
from prometheus_client.parser import text_string_to_metric_families

from hubbub.core.health import Health
from hubbub.core.metrics import MetricError, Metrics, add_up
from hubbub.core.metrics_server import MetricsServer, forget_retired
from hubbub.core.metrics_text import render


def values(page: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return what Prometheus would read: (name, labels) → value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def test_counters_gauges_and_histograms_are_rendered_for_prometheus() -> None:
    metrics = Metrics()
    metrics.counter("hubbub_posts_total", "Posts.").inc()
    metrics.counter("hubbub_logins_total", "Sign-ins.", ("how",)).labels("ldap").value += 2
    metrics.gauge("hubbub_connections", "Connections.", lambda: 7)
    metrics.gauge("hubbub_cache_items", "Items.", lambda: {("users",): 3}, ("cache",))
    histogram = metrics.histogram("hubbub_seconds", "Time.", (0.1, 1))
    for value in (0.1, 0.5, 5):
        histogram.observe(value)
    assert values(render(metrics.snapshot())) == {
        ("hubbub_posts_total", ()): 1,
        ("hubbub_logins_total", (("how", "ldap"),)): 2,
        ("hubbub_connections", ()): 7,
        ("hubbub_cache_items", (("cache", "users"),)): 3,
        ("hubbub_seconds_bucket", (("le", "0.1"),)): 1,
        ("hubbub_seconds_bucket", (("le", "1.0"),)): 2,
        ("hubbub_seconds_bucket", (("le", "+Inf"),)): 3,
        ("hubbub_seconds_count", ()): 3,
        ("hubbub_seconds_sum", ()): 5.6,
    }


def test_workers_are_added_up() -> None:
    workers = []
    for number in (1, 2):
        metrics = Metrics()
        metrics.counter("hubbub_posts_total", "Posts.").inc(number)
        metrics.histogram("hubbub_seconds", "Time.", (1,)).observe(number)
        metrics.gauge("hubbub_connections", "Connections.", lambda number=number: number * 10)
        metrics.gauge("hubbub_healthy", "Health.", lambda number=number: number - 1, combine="min")
        workers.append(metrics.snapshot())
    read = values(render(add_up(workers)))
    assert read["hubbub_posts_total", ()] == 3
    assert read["hubbub_seconds_count", ()] == 2
    assert read["hubbub_seconds_bucket", (("le", "1.0"),)] == 1
    assert read["hubbub_connections", ()] == 30
    assert read["hubbub_healthy", ()] == 0


def test_the_same_name_twice_is_the_same_metric_and_never_another_kind() -> None:
    metrics = Metrics()
    assert metrics.counter("hubbub_posts_total", "Posts.") is metrics.counter("hubbub_posts_total", "Posts.")
    with pytest.raises(MetricError, match="hubbub_posts_total"):
        metrics.gauge("hubbub_posts_total", "Posts.", lambda: 1)
    with pytest.raises(MetricError, match="labels"):
        metrics.counter("hubbub_posts_total", "Posts.", ("team",))


def test_a_wrong_number_of_labels_is_refused() -> None:
    with pytest.raises(MetricError, match="hubbub_logins_total"):
        Metrics().counter("hubbub_logins_total", "Sign-ins.", ("how",)).labels("ldap", "extra")


def test_a_gauge_that_fails_does_not_take_the_page_away() -> None:
    metrics = Metrics()
    metrics.counter("hubbub_posts_total", "Posts.").inc()
    metrics.gauge("hubbub_broken", "Broken.", lambda: 1 / 0)
    assert values(render(metrics.snapshot())) == {("hubbub_posts_total", ()): 1}


def test_help_and_labels_cannot_break_the_page() -> None:
    metrics = Metrics()
    metrics.counter("hubbub_x_total", "Two\nlines.", ("name",)).labels('quote " back \\ line \n').inc()
    assert list(values(render(metrics.snapshot()))) == [("hubbub_x_total", (("name", 'quote " back \\ line \n'),))]


WORKER = """
from gevent import monkey
monkey.patch_all()
import sys
from pathlib import Path
import gevent
from hubbub.core.metrics import Metrics
from hubbub.core.metrics_server import MetricsServer
metrics = Metrics()
metrics.counter("hubbub_posts_total", "Posts.").inc(int(sys.argv[2]))
server = MetricsServer(metrics, sys.argv[3], Path(sys.argv[1]))
server.start()
print("ready", flush=True)
from gevent.fileobject import FileObject
FileObject(sys.stdin).readline()
server.stop()
"""


class Worker:
    """A real worker process that has counted some posts."""

    def __init__(self, directory: Path, posts: int, address: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(directory), str(posts), address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def stop(self) -> None:
        self.process.communicate(b"\n", timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def workers(tmp_path: Path, free_address: str) -> Iterator[list[Worker]]:
    started = [Worker(tmp_path, posts, free_address) for posts in (1, 10, 100)]
    yield started
    for worker in started:
        worker.kill()


@pytest.fixture
def free_address() -> str:
    from gevent import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def posts_on_page(address: str) -> float:
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        return values(answer.read())["hubbub_posts_total", ()]


def eventually(address: str, expected: float) -> None:
    """Wait until the page shows this number; a worker takes over within a second or so."""
    seen: float | None = None
    with gevent.Timeout(20, AssertionError(f"the page never showed {expected}")):
        while seen != expected:
            try:
                seen = posts_on_page(address)
            except OSError:
                seen = None
            gevent.sleep(0.05)


def test_one_page_shows_the_sum_of_all_workers(workers: list[Worker], free_address: str) -> None:
    eventually(free_address, 111)


def test_another_worker_takes_over_when_the_one_with_the_page_is_killed(
    workers: list[Worker], free_address: str
) -> None:
    eventually(free_address, 111)
    workers[0].kill()
    eventually(free_address, 110)


def test_what_a_stopped_worker_counted_is_kept(workers: list[Worker], free_address: str, tmp_path: Path) -> None:
    eventually(free_address, 111)
    workers[1].stop()
    eventually(free_address, 111)
    workers[0].stop()
    eventually(free_address, 111)
    forget_retired(tmp_path)
    eventually(free_address, 100)


def test_other_paths_are_not_found(workers: list[Worker], free_address: str) -> None:
    eventually(free_address, 111)
    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(f"http://{free_address}/", timeout=10)
    assert failure.value.code == 404


def test_a_taken_port_is_a_matter_of_health(tmp_path: Path) -> None:
    from gevent import socket

    health = Health()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        server = MetricsServer(Metrics(), address, tmp_path, health)
        server.start()
        gevent.sleep(0.05)
        server.stop()
    component = health.report().components["metrics"]
    assert not component.ok
    assert address in component.detail
