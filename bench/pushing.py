"""What 1,000 pushes cost, and whether posts wait for them: `make bench ARGS="--only pushing"`.

In this process, on SQLite, with a push proxy on the loopback that takes 20 ms for each request, in the same process
too: its CPU time is part of what is measured.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

import gevent

from hubbub.core.ids import new_id
from hubbub.core.testing import PASSWORD, Client, RunningApp, make_app
from hubbub.tests.scale.crowd import copy_rows
from hubbub.tests.services.push_proxy import ScriptedProxy

PHONES: Final = 1_000
POSTS: Final = 50
PROXY_TAKES_S: Final = 0.02


def measure() -> Iterator[str]:
    """Yield the lines of a table."""
    proxy = ScriptedProxy()
    proxy.delay_s = PROXY_TAKES_S
    config = {
        "TeamSettings": {"MaxNotificationsPerChannel": 100_000},
        "EmailSettings": {
            "SendPushNotifications": True,
            "PushNotificationServer": proxy.url,
            "SendEmailNotifications": False,
            "PushNotificationBuffer": PHONES,
        },
    }
    with make_app(config) as server:
        me, channel = _crowd(server)
        outbox = server.plugin("push_notifications").pushes.outbox
        yield f"a channel of {PHONES} people with a phone each"
        yield f"create_post, nothing to push       median {_posting(me, channel):.2f} ms"
        begin, cpu = time.perf_counter(), time.process_time()
        me.create_post(channel, "@channel come")
        posted = time.perf_counter() - begin
        server.settle()
        while outbox._taken or outbox._is_preparing:
            gevent.sleep(0.001)
        ready = time.perf_counter() - begin
        yield f"create_post '@channel come'        {1000 * posted:.2f} ms; {PHONES} pushes queued after {ready:.3f} s"
        yield f"create_post, pushes on their way   median {_posting(me, channel):.2f} ms ({outbox.waiting} waited then)"
        while not outbox.is_idle:
            gevent.sleep(0.01)
        sent = len(proxy.of("message"))
        took, spent = time.perf_counter() - begin, time.process_time() - cpu
        yield f"{sent} pushes sent after {took:.1f} s, {1000 * spent / sent:.2f} ms of CPU each (with proxy and posts)"
    proxy.stop()


def _posting(me: Client, channel: Any) -> float:
    """Return how long a post takes (ms, median)."""
    times = []
    for _ in range(POSTS):
        begin = time.perf_counter()
        me.create_post(channel, "a word")
        times.append(1000 * (time.perf_counter() - begin))
        gevent.sleep(0.005)
    return sorted(times)[POSTS // 2]


def _crowd(server: RunningApp) -> tuple[Client, Any]:
    """Return somebody and a channel that they share with people who have phones."""
    me, friend = server.create_user("me"), server.create_user("friend")
    channel = server.create_channel("talk", owner=me, members=(friend,))
    phone = server.client()
    phone.login("friend", PASSWORD)
    phone.put("/users/sessions/device", {"device_id": "apple_rn:friend"})
    server.settle()
    ids = [new_id() for _ in range(PHONES - 1)]
    db = server.app.db
    who = {"userid": lambda number: ids[number]}
    with db.transaction():
        names = {
            "id": lambda number: ids[number],
            "username": lambda number: f"friend{number:05}",
            "email": lambda number: f"friend{number}@example.com",
        }
        copy_rows(db, "users", "id = ?", [friend.id], len(ids), names)
        copy_rows(db, "channelmembers", "channelid = ? AND userid = ?", (channel["id"], friend.id), len(ids), who)
        sessions = {
            **who,
            "id": lambda _number: new_id(),
            "token": lambda _number: new_id(),
            "deviceid": lambda number: f"apple_rn:phone{number}",
        }
        copy_rows(db, "sessions", "deviceid = ?", ("apple_rn:friend",), len(ids), sessions)
    server.app.caches.invalidate_all()
    return me, channel
