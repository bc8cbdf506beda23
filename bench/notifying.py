"""Who is told of a post in a large channel: `make bench ARGS="--only notifying"`.

In this process, on SQLite: what is measured is the deciding and the handing over, not the ways that follow.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from hubbub.core.contracts.notifications import EMAIL, PUSH, Notification
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.ids import new_id
from hubbub.core.testing import Client, RunningApp, make_app
from hubbub.hookspecs import hookimpl
from hubbub.tests.scale.crowd import copy_rows

MEMBERS: Final = 10_000
REPEATS: Final = 20
WAYS: Final = frozenset((EMAIL, PUSH))
CONFIG: Final = {
    "TeamSettings": {"MaxNotificationsPerChannel": 100_000},
    "EmailSettings": {"SendPushNotifications": True},
    "ServiceSettings": {"CollapsedThreads": "default_on"},
}


class Sink:
    """A plugin whose notifier takes everything."""

    manifest = Manifest(id="sink", version="1.0.0", summary="Takes notifications", reloadable=True)
    id = "sink"

    def __init__(self, context: Any) -> None:
        self.taken = 0

    @hookimpl
    def register_notifiers(self) -> list[Any]:
        return [self]

    def notify(self, notification: Notification) -> None:
        raise NotImplementedError

    def notify_many(self, notifications: Sequence[Notification]) -> None:
        self.taken += len(notifications)


def measure() -> Iterator[str]:
    """Yield the lines of a table."""
    with make_app(CONFIG, plugins=[Sink]) as server:
        me, channel = _crowd(server)
        plugin = server.plugin("notifications")
        told: list[Any] = []
        posted, plugin._recorder._posted = plugin._recorder._posted, told.append
        for text in ("@channel come", "a word"):
            me.create_post(channel, text)
        server.settle()
        recipients, delivery = plugin.notifications.recipients, plugin.notifications.delivery
        yield f"a channel of {MEMBERS} members"
        for one, what in zip(told, ("@channel", "nobody mentioned"), strict=True):
            cold, statements = _cost(server, lambda one=one: recipients.of(one, WAYS), 1)
            found = recipients.of(one, WAYS)
            warm, warm_statements = _cost(server, lambda one=one: recipients.of(one, WAYS), REPEATS)
            yield f"{what:20} people {len(found):6} | CPU ms, caches empty {cold:7.1f} ({statements} statements)"
            yield f"{'':20}        {'':6} | CPU ms, caches full  {warm:7.2f} ({warm_statements} statements)"
        found = recipients.of(told[0], WAYS)[:1000]
        spent, _ = _cost(server, lambda: delivery.send(found), REPEATS, cold=False)
        yield f"1000 notifications handed over in {spent:.2f} ms of CPU"
        plugin._recorder._posted = posted
        yield from _posting(server, me, channel)


def _posting(server: RunningApp, me: Client, channel: Any) -> Iterator[str]:
    """Yield how long posts take while people are told of one."""
    for text in ("a word", "@channel come"):
        times = []
        for _ in range(REPEATS):
            begin = time.perf_counter()
            me.create_post(channel, text)
            times.append(1000 * (time.perf_counter() - begin))
            server.settle()
        yield f"create_post {text!r:16} median {sorted(times)[REPEATS // 2]:.2f} ms"


def _cost(server: RunningApp, call: Callable[[], object], times: int, *, cold: bool = True) -> tuple[float, int]:
    """Return the CPU time (ms) and the statements of one call; a single one is measured with empty caches."""
    if times == 1 and cold:
        server.app.caches.invalidate_all()
    statements = 0
    run = server.app.db._run

    def counted(*arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return run(*arguments)

    server.app.db._run = counted  # type: ignore[method-assign]  # the one place where all statements pass
    begin = time.process_time()
    try:
        for _ in range(times):
            call()
    finally:
        server.app.db._run = run  # type: ignore[method-assign]  # the one place where all statements pass
    return 1000 * (time.process_time() - begin) / times, statements // times


def _crowd(server: RunningApp) -> tuple[Client, Any]:
    """Return somebody and a channel that they share with a crowd."""
    me, friend = server.create_user("me"), server.create_user("friend")
    channel = server.create_channel("talk", owner=me, members=(friend,))
    server.settle()
    ids = [new_id() for _ in range(MEMBERS - 2)]
    names: dict[str, Callable[[int], Any]] = {
        "id": lambda number: ids[number],
        "username": lambda number: f"friend{number:05}",
        "email": lambda number: f"friend{number}@example.com",
    }
    db = server.app.db
    with db.transaction():
        copy_rows(db, "users", "id = ?", [friend.id], len(ids), names)
        where, who = "channelid = ? AND userid = ?", {"userid": lambda number: ids[number]}
        copy_rows(db, "channelmembers", where, (channel["id"], friend.id), len(ids), who)
    server.app.caches.invalidate_all()
    return me, channel
