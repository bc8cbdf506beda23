"""Fixtures for tests of plugins. Load it with `-p hubbub.core.testing.pytest_plugin`, in `addopts`.

That is early enough for gevent to patch the standard library before anything keeps the blocking one; a conftest.py
would be too late.
"""

# ruff: noqa: E402  (patching comes first)
from hubbub.core.patching import patch

patch()

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

pytest.register_assert_rewrite("hubbub.core.testing.suites", "hubbub.core.testing.search_suite")

from hubbub.core.testing import LiveServer, RunningApp
from hubbub.core.testing import make_app as new_app


@pytest.fixture
def make_app() -> Iterator[Callable[..., RunningApp]]:
    """Return `hubbub.core.testing.make_app`; what it makes is stopped after the test."""
    with ExitStack() as stack:

        def make(*args: Any, **options: Any) -> RunningApp:
            return stack.enter_context(new_app(*args, **options))

        yield make


@pytest.fixture
def live_server() -> Iterator[Callable[..., LiveServer]]:
    """Return a function that starts a `LiveServer`; it is removed after the test."""
    with ExitStack() as stack:

        def start(*args: Any, **options: Any) -> LiveServer:
            return stack.enter_context(LiveServer(*args, **options))

        yield start
