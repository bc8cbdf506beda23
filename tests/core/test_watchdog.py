"""What holds the loop is logged with its stack."""

import logging

import gevent
import pytest
from gevent import monkey

from hubbub.core.metrics import Metrics
from hubbub.core.watchdog import Watchdog

block = monkey.get_original("time", "sleep")


def culprit() -> None:
    block(0.3)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def watchdog(metrics: Metrics) -> Watchdog:
    watched = Watchdog(metrics)
    watched.start()
    gevent.sleep(0.1)
    return watched


def blocked(metrics: Metrics) -> int:
    return sum(
        sum(sample.counts)
        for family in metrics.snapshot()
        if family.name == "hubbub_loop_blocked_seconds"
        for sample in family.samples
    )


def test_a_blocking_call_is_logged_with_its_stack(
    watchdog: Watchdog, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    culprit()
    gevent.sleep(0.2)
    watchdog.stop()
    (record,) = [record for record in caplog.records if record.name == "hubbub.watchdog"]
    assert record.levelno == logging.WARNING
    assert "in culprit" in record.__dict__["stack_trace"]
    assert blocked(metrics) == 1


def test_the_same_place_is_logged_once_in_a_while_but_counted_each_time(
    watchdog: Watchdog, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        culprit()
        gevent.sleep(0.15)
    watchdog.stop()
    assert len([record for record in caplog.records if record.name == "hubbub.watchdog"]) == 1
    assert blocked(metrics) == 3


def test_waiting_is_not_blocking(watchdog: Watchdog, metrics: Metrics) -> None:
    gevent.sleep(0.5)
    watchdog.stop()
    assert blocked(metrics) == 0
