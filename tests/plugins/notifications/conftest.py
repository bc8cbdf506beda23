"""One server with a plugin that notes every notification, shared by the tests: each has its own people."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import pytest

from hubbub.core.contracts.notifications import EMAIL, PUSH, Notification, NotificationAck
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.testing import Client, RunningApp, make_app
from hubbub.hookspecs import hookimpl

CONFIG: Final = {
    "TeamSettings": {
        "EnableOpenServer": True,
        "MaxNotificationsPerChannel": 10,
        "ExperimentalEnableAutomaticReplies": True,
        "MaxUsersPerTeam": 500,
    },
    "EmailSettings": {"SendPushNotifications": True, "SendEmailNotifications": True},
    "ServiceSettings": {"CollapsedThreads": "default_off", "SiteURL": "https://chat.example.com"},
}


class Way:
    """Notes what it gets, one by one."""

    def __init__(self, way: str) -> None:
        self.id = way
        self.way = way
        self.got: list[Notification] = []
        self.acks: list[NotificationAck] = []

    def notify(self, notification: Notification) -> None:
        if notification.post.message.endswith("(the way is broken)"):
            raise OSError("no way")
        self.got.append(notification)

    def acknowledge(self, ack: NotificationAck, user_id: str) -> None:
        self.acks.append(ack)


class Anyhow:
    """Notes what it gets, many at a time, over any way."""

    id = "anyhow"

    def __init__(self) -> None:
        self.portions: list[list[str]] = []

    def notify(self, notification: Notification) -> None:
        raise AssertionError("asked for many")

    def notify_many(self, notifications: Any) -> None:
        self.portions.append([notification.user.username for notification in notifications])


class Recording:
    """A plugin that offers ways."""

    manifest = Manifest(id="recording", version="1.0.0", summary="Notes notifications", reloadable=True)

    def __init__(self, context: Any) -> None:
        self.mail, self.phone, self.anyhow = Way(EMAIL), Way(PUSH), Anyhow()

    @hookimpl
    def register_notifiers(self) -> list[Any]:
        return [self.mail, self.phone, self.anyhow]


class Site:
    """alice (admin) writes; whoever a test needs is made by `person`."""

    def __init__(self, app: RunningApp) -> None:
        self.app = app
        self.recording: Recording = app.plugin("recording")
        self._numbers = count()
        self.alice = app.create_user("alice")
        self.team = app.create_team("crew", owner=self.alice)

    def person(self, status: str = "offline", *, own: dict[str, str] | None = None, **fields: Any) -> Client:
        """Return a new person of the team, with own notify props, in a status."""
        client = self.app.create_user(f"p{next(self._numbers)}")
        if own or fields:
            props = {**client.get("/users/me").json["notify_props"], **(own or {})}
            client.put(f"/users/{client.id}/patch", {"notify_props": props, **fields})
        self.alice.post(f"/teams/{self.team['id']}/members", {"team_id": self.team["id"], "user_id": client.id})
        self.set_status(client, status)
        return client

    def set_status(self, client: Client, status: str) -> None:
        """Put somebody into a status; by themselves, as it were: nobody chooses it."""
        self.app.settle()
        self.app.app.services.get(StatusService).set_manual(client.id, status)

    def channel(self, *members: Client, props: dict[str, str] | None = None) -> dict[str, Any]:
        """Return a new channel of alice's; `props` are the first member's settings there."""
        channel = self.app.create_channel(f"c{next(self._numbers)}", owner=self.alice, team=self.team, members=members)
        if props:
            first = members[0]
            first.put(f"/channels/{channel['id']}/members/{first.id}/notify_props", {**props, "user_id": first.id})
        self.app.settle()
        return channel

    def direct(self, *people: Client) -> dict[str, Any]:
        """Return alice's direct channel with somebody, or a group channel."""
        ids = [self.alice.id, *(person.id for person in people)]
        return dict(self.alice.post(f"/channels/{'direct' if len(ids) == 2 else 'group'}", ids).json)

    def say(self, channel: dict[str, Any], message: str, author: Client | None = None, **fields: Any) -> dict[str, Any]:
        """Post, and wait until everybody who is to be told was handed over."""
        self.app.settle()
        self.recording.mail.got.clear()
        self.recording.phone.got.clear()
        self.recording.anyhow.portions.clear()
        post = (author or self.alice).create_post(channel, message, **fields)
        self.app.settle()
        return dict(post)

    def ways(self, client: Client) -> set[str]:
        """Return over which ways somebody was told of what was said last."""
        return {
            way.id
            for way in (self.recording.mail, self.recording.phone)
            if any(one.user.id == client.id for one in way.got)
        }

    def only(self, client: Client) -> Notification:
        """Return the one notification of somebody."""
        found = {id(one): one for way in (self.recording.mail, self.recording.phone) for one in way.got}
        (one,) = [one for one in found.values() if one.user.id == client.id]
        return one


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Yield a server whose notifications are noted."""
    with make_app(CONFIG, plugins=[Recording]) as app:
        yield Site(app)
