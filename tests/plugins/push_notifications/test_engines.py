"""From a post to the proxy and back, on each engine."""

from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.push_notifications.conftest import settings
from hubbub.tests.services.push_proxy import OK, ScriptedProxy


@pytest.fixture
def server(make_server: Any, database: Any, proxy: ScriptedProxy) -> Iterator[Any]:
    """Return a server on each engine in turn."""
    proxy.reset()
    yield make_server(database, (), **settings(proxy))
    proxy.reset()


def rest(server: Any) -> None:
    """Wait until everything is sent."""
    server.settle()
    outbox = server.plugin("push_notifications").pushes.outbox
    with gevent.Timeout(10):
        while not outbox.is_idle:
            gevent.sleep(0.005)


def test_messages_numbers_and_gone_phones(server: Any, proxy: ScriptedProxy) -> None:
    alice, bob = server.sign_up("alice"), server.sign_up("bob")
    channel = alice.post("/channels/direct", [alice.id, bob.id]).json
    for device in ("apple_rn:here", "android_rn:gone"):
        phone = server.client()
        phone.login("bob", device_id=device)
    proxy.answer = lambda body: b'{"status":"REMOVE"}' if body["device_id"] == "gone" else OK
    for text in ("one", "two"):
        alice.post("/posts", {"channel_id": channel["id"], "message": text})
        rest(server)
    told = [(one["device_id"], one["message"], one["badge"]) for one in proxy.of("message")]
    assert sorted(told) == [("gone", "one", 1), ("here", "one", 1), ("here", "two", 2)]
    bob.post("/channels/members/me/view", {"channel_id": channel["id"]})
    rest(server)
    assert [(one["device_id"], one.get("badge", 0)) for one in proxy.of("clear")] == [("here", 0)]
