"""What every test may use: real servers (tests/services), and the rule about skipped tests."""

import logging
from collections.abc import Iterator
from typing import Final

import pytest
from gevent import monkey

if not monkey.is_module_patched("socket"):
    raise RuntimeError("tests/conftest.py: gevent has not patched the standard library; run pytest from the repository")

pytest_plugins = [
    "hubbub.core.testing.pytest_plugin",
    "hubbub.tests.services.fixtures",
    "hubbub.tests.services.running",
    "hubbub.tests.services.skips",
]


_LOGGERS: Final = [logging.getLogger(name) for name in ("", "hubbub", "hubbub.access")]
_AT_FIRST: Final = [(logger.level, logger.propagate, list(logger.handlers)) for logger in _LOGGERS]


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Give each test the loggers as they are at the start: what another, or a fixture that many share, configures
    must not blind it."""
    _reset_loggers()
    yield
    _reset_loggers()


def _reset_loggers() -> None:
    for logger, (level, propagate, handlers) in zip(_LOGGERS, _AT_FIRST, strict=True):
        logger.setLevel(level)
        logger.propagate = propagate
        pytests = [handler for handler in logger.handlers if type(handler).__module__.startswith("_pytest.")]
        logger.handlers[:] = [*handlers, *(handler for handler in pytests if handler not in handlers)]
