"""A team with people and a channel, webhooks on; programs that wait for outgoing ones."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from gevent.pywsgi import WSGIServer

from hubbub.core.testing import make_app
from hubbub.tests.plugins.posts.world import Talk, database, make_talk
from hubbub.tests.plugins.webhooks.kit import ONLY, OVERRIDES, Program

__all__ = ["address", "database", "inside", "make_site", "make_talk", "program", "shared_talk", "talk"]


@pytest.fixture(scope="module")
def shared_talk() -> Iterator[Any]:
    """Return what the many cases of what is refused share: alice, a team and its channel."""
    with make_app({"ServiceSettings": OVERRIDES}, only=ONLY) as server:
        alice = server.create_user("alice")
        alice._strict = False
        team = server.create_team("crew", owner=alice)
        channel = server.create_channel("talk", owner=alice, team=team)
        yield SimpleNamespace(server=server, alice=alice, team=team["id"], channel=channel["id"])


@pytest.fixture
def make_site(make_talk: Any) -> Any:
    """Return `make(settings=None, **sections)`: a server with webhooks; `settings` are the plugin's."""

    def make(settings: dict[str, Any] | None = None, **sections: Any) -> Talk:
        service = {"AllowedUntrustedInternalConnections": "127.0.0.1", **OVERRIDES}
        sections["ServiceSettings"] = {**service, **sections.get("ServiceSettings", {})}
        talk: Talk = make_talk(ONLY, **sections)
        quick = {"webhooks": {"RetrySeconds": 0.0, **(settings or {})}}
        talk.server.configure(PluginSettings={"Plugins": quick})
        return talk

    return make


@pytest.fixture
def talk(make_site: Any) -> Talk:
    """Return people in a channel of a server with webhooks, on each engine in turn."""
    talk: Talk = make_site()
    return talk


@pytest.fixture
def address(talk: Talk) -> Iterator[Callable[[dict[str, Any]], str]]:
    """Return a function that says where a webhook can be reached from outside."""
    with ExitStack() as stack:
        listener = WSGIServer(("127.0.0.1", 0), talk.server.wsgi, log=None)
        listener.start()
        stack.callback(listener.stop)
        yield lambda hook: f"http://127.0.0.1:{listener.server_port}/hooks/{hook['id']}"


@pytest.fixture
def program() -> Iterator[Program]:
    """Return a program that waits for outgoing webhooks."""
    program = Program()
    yield program
    program.stop()


@pytest.fixture
def inside() -> Iterator[Program]:
    """Return one at an address that may not be reached."""
    program = Program("127.0.0.2")
    yield program
    program.stop()
