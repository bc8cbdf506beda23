"""What every test may use: real servers (tests/services), and the rule about skipped tests."""

import logging
from collections.abc import Iterator

import pytest
from gevent import monkey

if not monkey.is_module_patched("socket"):
    raise RuntimeError("tests/conftest.py: gevent has not patched the standard library; run pytest from the repository")

pytest_plugins = [
    "hubbub.core.testing.pytest_plugin",
    "hubbub.tests.services.fixtures",
    "hubbub.tests.services.skips",
]


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Give each test the loggers as they are at the start: what one configures must not blind the next."""
    loggers = [logging.getLogger(name) for name in ("", "hubbub", "hubbub.access")]
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in loggers]
    yield
    for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.propagate = propagate
        logger.handlers[:] = handlers
