"""A server whose pushes go to a proxy on the loopback, shared by the tests: each has its own people and phones."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final

import gevent
import pytest

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.testing import PASSWORD, Client, RunningApp, make_app
from hubbub.hookspecs import hookimpl
from hubbub.plugins.push_notifications import sending
from hubbub.tests.services.push_proxy import ScriptedProxy

WAIT_S: Final = 30


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    with gevent.Timeout(WAIT_S):
        while not condition():
            gevent.sleep(0.005)


class Shaper:
    """A plugin that changes and refuses pushes."""

    manifest = Manifest(id="shaper", version="1.0.0", summary="Changes and refuses pushes", reloadable=True)

    def __init__(self, context: Any) -> None:
        self.changes: list[Any] = []

    @hookimpl
    def notification_will_be_pushed(self, push_notification: Any, user_id: str) -> Any:
        from hubbub.core.contracts.errors import Rejected

        if "secret" in push_notification.message:
            raise Rejected("it stays inside")
        if "shout" in push_notification.message:
            push_notification.message = push_notification.message.upper()
        return push_notification

    @hookimpl
    def unread_has_changed(self, change: Any) -> None:
        self.changes.append(change)


class Phones:
    """alice (admin) writes to people who have phones."""

    def __init__(self, app: RunningApp, proxy: ScriptedProxy) -> None:
        self.app = app
        self.proxy = proxy
        self._numbers = count()
        self.alice = app.create_user("alice")
        self.team = app.create_team("crew", owner=self.alice)
        self.outbox = app.plugin("push_notifications").pushes.outbox

    def person(self, *devices: str, **notify_props: str) -> Client:
        """Return a new person, offline, with a session for each device; the client itself has none."""
        client = self.app.create_user(f"p{next(self._numbers)}")
        if notify_props:
            props = {**client.get("/users/me").json["notify_props"], **notify_props}
            client.put(f"/users/{client.id}/patch", {"notify_props": props})
        self.alice.post(f"/teams/{self.team['id']}/members", {"team_id": self.team["id"], "user_id": client.id})
        for device in devices:
            self.phone(client, device)
        self.rest()
        self.app.app.services.get(StatusService).set_manual(client.id, "offline")
        return client

    def phone(self, client: Client, device: str) -> Client:
        """Return the app on a phone of somebody, signed in."""
        app = self.app.client()
        app.login(client.user["username"], PASSWORD)
        app.put("/users/sessions/device", {"device_id": device})
        return app

    def channel(self, *members: Client, **fields: Any) -> dict[str, Any]:
        """Return a new channel of alice's."""
        channel = self.app.create_channel(
            f"c{next(self._numbers)}", owner=self.alice, team=self.team, members=members, **fields
        )
        self.rest()
        self.proxy.reset()
        return dict(channel)

    def rest(self) -> None:
        """Wait until nothing is to be told or sent any more."""
        deadline = time.monotonic() + WAIT_S
        self.app.settle()
        while not self.outbox.is_idle:
            assert time.monotonic() < deadline, "pushes aren't sent"
            gevent.sleep(0.005)
        self.app.settle()

    def say(self, channel: Any, message: str, author: Client | None = None, **fields: Any) -> list[dict[str, Any]]:
        """Post, wait, and return the messages that the proxy got."""
        self.rest()
        self.proxy.got.clear()
        (author or self.alice).create_post(channel, message, **fields)
        self.rest()
        return self.proxy.of("message")

    def metric(self, kind: str, result: str) -> float:
        """Return how many pushes of a kind ended so."""
        found = self.app.app.metrics.counter("hubbub_push_results_total", "", ("type", "result"))
        return float(found.labels(kind, result).value)


@pytest.fixture(scope="module")
def proxy() -> Iterator[ScriptedProxy]:
    """Yield a proxy."""
    server = ScriptedProxy()
    yield server
    server.stop()


def settings(proxy: ScriptedProxy) -> dict[str, Any]:
    """Return the configuration of a server that pushes through a proxy."""
    return {
        "EmailSettings": {
            "SendPushNotifications": True,
            "PushNotificationServer": f"{proxy.url}/",
            "SendEmailNotifications": False,
        },
        "TeamSettings": {"MaxUsersPerTeam": 500},
        "ServiceSettings": {"CollapsedThreads": "default_off", "SiteURL": "https://chat.example.com"},
    }


@pytest.fixture(scope="module")
def shared_phones(proxy: ScriptedProxy) -> Iterator[Phones]:
    """Yield a server with phones."""
    with make_app(settings(proxy), plugins=[Shaper]) as app:
        yield Phones(app, proxy)


@pytest.fixture
def phones(shared_phones: Phones, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    """Yield it, the proxy in its senses; what fails is tried again at once."""
    monkeypatch.setattr(sending, "PAUSES_S", [0.01, 0.01, 0.01])
    monkeypatch.setattr(sending, "LONGEST_PAUSE_S", 0.02)
    shared_phones.proxy.reset()
    yield shared_phones
    shared_phones.rest()
    contents = {"PushNotificationContents": "full", "PushNotificationServer": f"{shared_phones.proxy.url}/"}
    shared_phones.app.configure(EmailSettings=contents)
