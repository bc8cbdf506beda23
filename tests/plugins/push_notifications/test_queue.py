"""What waits for the proxy survives: full buffers, stops, and workers that die. Nobody's phone rings twice."""

from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.notifications import PushNotification
from hubbub.core.contracts.sessions import Device
from hubbub.core.ids import new_id
from hubbub.plugins.push_notifications import keeper, outbox
from hubbub.plugins.push_notifications.store import Queued
from hubbub.tests.plugins.push_notifications.conftest import settings, until
from hubbub.tests.services.push_proxy import ScriptedProxy


@pytest.fixture
def make_pushing(make_server: Any, proxy: ScriptedProxy) -> Iterator[Any]:
    """Return `make(source, buffer)`: a server whose pushes wait in a database."""
    proxy.reset()

    def make(source: Any, buffer: int = 1_000) -> Any:
        config = settings(proxy)
        config["EmailSettings"]["PushNotificationBuffer"] = buffer
        return make_server(source, (), **config)

    yield make
    proxy.reset()


def box(server: Any) -> Any:
    return server.plugin("push_notifications").pushes.outbox


def offer(server: Any, *texts: str, users: int = 1) -> None:
    """Have pushes sent, each to so many people."""
    pushes = server.plugin("push_notifications").pushes
    for text in texts:
        devices = [Device(session_id="", user_id=f"u{n}", device_id=f"apple_rn:{n}") for n in range(users)]
        box(server).offer(users, lambda t=text, d=devices: pushes._parcels(PushNotification(message=t), d))


def rest(*servers: Any) -> None:
    until(lambda: all(box(server).is_idle for server in servers))


def rows(server: Any) -> list[Any]:
    """Return (message, claim, nextat) of what waits."""
    found = server.app.db.fetch_all("SELECT payload, claim, nextat FROM {hb_push_queue} ORDER BY createat, number")
    return [(row[0].partition('"message":"')[2].partition('"')[0], row[1], row[2]) for row in found]


def said(proxy: ScriptedProxy) -> list[str]:
    return [one["message"] for one in proxy.of("message")]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_two_workers_send_each_push_once_and_leave_nothing(
    make_pushing: Any, database: Any, proxy: ScriptedProxy
) -> None:
    servers = [make_pushing(database, buffer=7), make_pushing(database, buffer=7)]
    proxy.delay_s = 0.005
    for number, server in enumerate(servers):
        offer(server, *(f"{number}-{text}" for text in range(4)), users=6)
    rest(*servers)
    for server in servers:
        box(server).run()
    rest(*servers)
    got = [(one["device_id"], one["message"]) for one in proxy.of("message")]
    assert sorted(got) == sorted((f"{u}", f"{n}-{t}") for u in range(6) for n in range(2) for t in range(4))
    assert rows(servers[0]) == []
    acks = [one["ack_id"] for one in proxy.of("message")]
    assert len(set(acks)) == len(acks)


@pytest.mark.engines("sqlite")
def test_what_does_not_fit_waits_in_the_table_in_order(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy
) -> None:
    server = make_pushing(sqlite_database, buffer=2)
    proxy.delay_s = 0.01
    texts = [str(number) for number in range(25)]
    offer(server, *texts)
    rest(server)
    assert said(proxy) == texts
    assert rows(server) == []


@pytest.mark.engines("sqlite")
def test_nothing_overtakes_what_waits_in_the_table(make_pushing: Any, sqlite_database: Any) -> None:
    server = make_pushing(sqlite_database)
    pushes, keep = server.plugin("push_notifications").pushes, box(server)._keeper
    device = Device(session_id="", user_id="u", device_id="apple_rn:1")
    first, second = (list(pushes._parcels(PushNotification(message=text), [device])) for text in ("one", "two"))
    assert keep.keep(first, room=0) == []
    assert keep.keep(second, room=9) == []
    assert [parcel.content.push.message for parcel in keep.take(9)] == ["one", "two"]
    assert not keep.is_behind


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_stop_leaves_what_waits_to_the_next_worker(
    make_pushing: Any, database: Any, proxy: ScriptedProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, texts = make_pushing(database), ["one", "two", "three"]
    proxy.answer = lambda _body: ("503 Service Unavailable", [], b"")
    offer(server, *texts)
    until(lambda: len(rows(server)) == 3 and proxy.got)
    proxy.reset()
    box(server).stop()
    second = make_pushing(database)
    assert [(row[0], row[1]) for row in rows(second)] == [(text, "") for text in texts]
    box(second).run()
    rest(second)
    assert said(proxy) == texts
    assert rows(second) == []


@pytest.mark.engines("sqlite")
def test_what_is_on_its_way_at_the_stop_is_not_sent_by_another(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "STOP_S", 0.05)
    server, second = make_pushing(sqlite_database), make_pushing(sqlite_database)
    proxy.delay_s = 0.5
    offer(server, "on its way", "behind it")
    until(lambda: len(rows(server)) == 2 and proxy.got)
    box(server).stop()
    proxy.delay_s = 0.0
    box(second).run()
    rest(second)
    assert said(proxy) == ["on its way", "behind it"]
    rest(server)
    assert rows(second) == [], "it arrived after all, before its lease ended"


@pytest.mark.engines("sqlite")
def test_what_a_worker_had_is_another_s_when_the_lease_ends(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep, other = make_pushing(sqlite_database), make_pushing(sqlite_database)
    proxy.answer = lambda _body: ("503 Service Unavailable", [], b"")
    offer(asleep, "one", "two")
    until(lambda: len(rows(other)) == 2 and proxy.got)
    box(other).run()
    assert box(other).is_idle, "the first has them"
    asleep.app.db.execute("UPDATE {hb_push_queue} SET nextat = ?", (now_ms(),))
    box(asleep)._keeper._lease_ends = now_ms()
    proxy.reset()
    box(other).run()
    rest(other)
    box(asleep).run()
    rest(asleep, other)
    assert said(proxy) == ["one", "two"]


@pytest.mark.engines("sqlite")
def test_the_lease_is_lengthened_while_the_proxy_is_down(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy
) -> None:
    server = make_pushing(sqlite_database)
    proxy.answer = lambda _body: ("503 Service Unavailable", [], b"")
    offer(server, "one")
    until(lambda: rows(server))
    server.app.db.execute("UPDATE {hb_push_queue} SET nextat = 7")
    box(server)._keeper.renew()
    assert rows(server)[0][2] > now_ms()


@pytest.mark.engines("sqlite")
def test_what_waited_for_an_hour_is_dropped_with_a_line_in_the_log(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy, caplog: pytest.LogCaptureFixture
) -> None:
    server = make_pushing(sqlite_database)
    queued = Queued(PushNotification(message="old"), Device(session_id="", user_id="u", device_id="apple_rn:1"))
    old = now_ms() - keeper.TOO_OLD_MS - 1
    box(server)._keeper._store.insert([(new_id(), old, queued)], "", old)
    box(server).run()
    rest(server)
    assert (rows(server), proxy.got) == ([], [])
    assert "1 pushes waited for an hour and are given up" in caplog.text


@pytest.mark.engines("sqlite")
def test_what_can_not_be_read_or_ends_workers_is_given_up(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy, caplog: pytest.LogCaptureFixture
) -> None:
    server = make_pushing(sqlite_database)
    queued = Queued(PushNotification(message="text"), Device(session_id="", user_id="u", device_id="apple_rn:1"))
    ids = [new_id() for _ in range(3)]
    box(server)._keeper._store.insert([(id, now_ms(), queued) for id in ids], "", 0)
    server.app.db.execute("UPDATE {hb_push_queue} SET payload = '{' WHERE id = ?", (ids[0],))
    server.app.db.execute("UPDATE {hb_push_queue} SET attempts = 5 WHERE id = ?", (ids[1],))
    box(server).run()
    rest(server)
    assert [one["ack_id"] for one in proxy.of("message")] == [ids[2]]
    assert rows(server) == []
    assert caplog.text.count("it is given up") == 2


@pytest.mark.engines("sqlite")
def test_a_post_that_reaches_a_thousand_costs_two_statements(
    make_pushing: Any, sqlite_database: Any, proxy: ScriptedProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make_pushing(sqlite_database)
    store, inserts = box(server)._keeper._store, []
    insert = store.insert
    monkeypatch.setattr(store, "insert", lambda pushes, *rest: (inserts.append(len(pushes)), insert(pushes, *rest)))
    for _ in range(2):
        offer(server, "to all", users=500)
    rest(server)
    assert inserts == [500, 500]
    assert len(proxy.of("message")) == 1_000
    gevent.sleep(0)
    assert rows(server) == []
