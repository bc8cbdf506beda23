"""Name the tests that were running when the run was interrupted: .ci/run interrupts one that hangs.

With processes of pytest-xdist, pytest itself would only say that it was interrupted.
"""

import pytest


class Running:
    """Registered in the process that prints: keeps which tests have begun and not ended."""

    def __init__(self) -> None:
        self.now: dict[str, None] = {}
        self.interrupted = False

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note that a test begins."""
        self.now[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Note that it has ended."""
        self.now.pop(nodeid, None)

    def pytest_keyboard_interrupt(self) -> None:
        """Note that somebody stopped the run."""
        self.interrupted = True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests those were."""
        for nodeid in self.now if self.interrupted else ():
            terminalreporter.write_line(f"INTERRUPTED {nodeid}")


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    config.pluginmanager.register(Running())
