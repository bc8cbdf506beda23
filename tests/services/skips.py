"""Say what may be skipped, and turn every other skip into a failure where all services must be there.

A test that cannot have what it needs calls ``pytest.skip(reason)``. On a newcomer's machine that is fine. With
``HUBBUB_REQUIRE_ALL=1`` (set by .ci/run, which installs everything) the same skip fails the run, because a test
that never runs protects nothing. The one exception is a test marked
``@pytest.mark.optional_elsewhere("what it needs that CI cannot have")``.
"""

import os
from collections.abc import Generator
from typing import Final

import pytest

REQUIRE_ALL: Final = "HUBBUB_REQUIRE_ALL"
MARKER: Final = "optional_elsewhere"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", f"{MARKER}(reason): may be skipped even where every service is installed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse the marker without a reason: it would be a skip that nobody can judge."""
    for item in items:
        marker = item.get_closest_marker(MARKER)
        if marker is not None and not (marker.args and str(marker.args[0]).strip()):
            raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.{MARKER} needs the reason as its argument")


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skipped report a failed one; an expected failure (xfail) is not a skip."""
    if os.environ.get(REQUIRE_ALL) != "1" or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    location = report.longrepr
    reason = location[2] if isinstance(location, tuple) else str(location)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid}: left out although {REQUIRE_ALL}=1 ({reason}); install what it needs"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Apply the rule to a test that skipped itself, in its body or in a fixture."""
    report = yield
    if item.get_closest_marker(MARKER) is None:
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Apply the rule to a whole module left out by ``importorskip`` or a module-level skip."""
    report = yield
    _fail_if_skipped(report)
    return report
