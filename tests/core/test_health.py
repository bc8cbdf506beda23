"""Health: what works, whether requests should be sent here."""

import logging

import pytest

from hubbub.core.health import OK, UNHEALTHY, Health


def test_a_worker_can_serve_between_start_and_stop() -> None:
    health = Health()
    assert not health.can_serve
    health.ready = True
    assert health.can_serve
    health.ready = False
    assert not health.can_serve
    assert health.live


def test_only_essential_components_make_a_worker_unfit() -> None:
    health = Health()
    health.ready = True
    health.set("metrics", False, "the port is taken")
    assert health.can_serve
    assert health.report().status == UNHEALTHY
    health.set("database", False, "no answer", essential=True)
    assert not health.can_serve
    health.set("database", True)
    assert health.can_serve


def test_checks_are_asked_for_each_report() -> None:
    health = Health()
    answers = iter([(False, "down"), (True, "")])
    health.register("database", lambda: next(answers))
    assert health.report().components["database"].detail == "down"
    assert health.report().status == OK


def test_what_works_is_not_reported_with_what_would_be_wrong() -> None:
    health = Health()
    health.register("bus", lambda: (True, "the other workers can't be reached"))
    assert health.report().components["bus"].detail == ""


def test_a_check_that_fails_is_bad_news() -> None:
    health = Health()

    def check() -> tuple[bool, str]:
        raise ConnectionError("refused")

    health.register("database", check)
    assert health.check("database") is False
    assert health.report().components["database"].detail == "ConnectionError: refused"


def test_only_changes_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hubbub.health")
    health = Health()
    for _ in range(3):
        health.set("bus", False, "lost")
    for _ in range(3):
        health.set("bus", True)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_component_that_is_forgotten_no_longer_counts() -> None:
    health = Health()
    health.set("plugin:x", False, "broken")
    health.forget("plugin:x")
    assert health.report().status == OK


def test_a_component_nobody_reports_on_counts_as_working() -> None:
    assert Health().check("filestore") is True
