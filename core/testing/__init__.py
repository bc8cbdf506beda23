"""The test kit: a real server for tests of plugins, and suites of tests for those who provide a contract.

Part of the public API, like `hubbub.hookspecs` and `hubbub.core.contracts`. Turn it on in pyproject.toml:

    [tool.pytest.ini_options]
    addopts = "-p hubbub.core.testing.pytest_plugin"

and write tests that read like this:

    from hubbub.core.testing import make_app

    def test_shouting_is_lowered():
        with make_app(plugins=[Plugin]) as app:
            alice = app.create_user("alice")
            post = alice.create_post(app.create_channel("town", owner=alice), "HELLO")
            assert post["message"] == "hello"
"""

from hubbub.core.patching import patch

patch()  # before anything below imports what keeps state per thread

# ruff: noqa: E402  (patching comes first)
from hubbub.core.testing.app import PASSWORD, RunningApp, config_document, make_app
from hubbub.core.testing.client import Answer, Client, UnexpectedAnswer
from hubbub.core.testing.live import LiveServer, ServerEnded
from hubbub.core.testing.websocket import Refused, WebSocketClient

__all__ = [
    "PASSWORD",
    "Answer",
    "Client",
    "LiveServer",
    "Refused",
    "RunningApp",
    "ServerEnded",
    "UnexpectedAnswer",
    "WebSocketClient",
    "config_document",
    "make_app",
]
