"""The hub's parts by themselves: index, lanes, pace, wheel, query."""

import random
from collections.abc import Callable

import gevent
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.metrics import Metrics
from hubbub.core.realtime import HubSettings
from hubbub.core.realtime.errors import TooManyUpgrades
from hubbub.core.realtime.handshake import UpgradeQuery, read_query
from hubbub.core.realtime.index import Index, UserEntry
from hubbub.core.realtime.keeper import Wheel
from hubbub.core.realtime.lanes import Lanes
from hubbub.core.realtime.pace import Pacer
from hubbub.tests.core.realtime.test_events import CHANNEL, member
from hubbub.tests.core.realtime.world import Server, World, wait_for


def test_index_agrees_with_a_simple_one_through_many_changes() -> None:
    rng = random.Random(7)
    index, simple = Index(), {}
    users = [index.add_user(f"u{number}") for number in range(600)]
    for step in range(3000):
        user = rng.choice(users[: 600 if step < 2000 else 20])
        channels = {f"c{int(rng.paretovariate(0.6)) % 12}" for _ in range(rng.randrange(5))}
        index.install(user, channels, ())
        simple[user] = channels
    for channel in {f"c{number}" for number in range(12)}:
        assert set(index.in_channel(channel)) == {user for user, channels in simple.items() if channel in channels}
        assert len(index.in_channel(channel)) == len(set(index.in_channel(channel)))
    for user in users:
        index.remove_user(user)
    assert (index.users, index._channels, index.stale) == ({}, {}, set())


def test_index_takes_the_same_memberships_twice() -> None:
    index = Index()
    first, second = index.add_user("a"), index.add_user("b")
    for _ in range(2):
        index.install(first, ["c", "c"], ["t"])
        index.install(second, ["c"], ["t"])
    assert sorted(user.user_id for user in index.in_channel("c")) == ["a", "b"]
    assert sorted(user.user_id for user in index.in_team("t")) == ["a", "b"]


def test_removed_entry_does_not_remove_its_successor() -> None:
    index = Index()
    index.add_user("a")
    index.remove_user(UserEntry("a"))
    assert "a" in index.users


def test_jobs_of_one_key_run_in_order_whatever_fails(caplog: pytest.LogCaptureFixture) -> None:
    lanes, done = Lanes("a test"), []

    def job(number: int) -> None:
        gevent.sleep(0.001 * (5 - number % 5))
        if number == 3:
            raise ValueError("three")
        done.append(number)

    for number in range(10):
        lanes.submit("key", job, number)
    wait_for(lambda: len(done) == 9)
    assert done == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert "A job of a test failed" in caplog.text


def test_thousand_jobs_need_eight_greenlets() -> None:
    lanes, running, most = Lanes("a test"), [0], [0]

    def job() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        gevent.sleep(0)
        running[0] -= 1

    for number in range(1000):
        lanes.submit(str(number), job)
    wait_for(lambda: lanes.waiting == 0)
    assert 1 < most[0] <= 8


def test_pace_lets_a_burst_through_and_makes_the_rest_wait() -> None:
    pacer, through = Pacer(200, 1000), []
    for number in range(80):
        gevent.spawn(lambda number=number: (pacer.wait(), through.append(number)))
    gevent.sleep(0)
    gevent.sleep(0)
    assert 40 <= len(through) <= 60
    wait_for(lambda: len(through) == 80)
    assert through == list(range(80))


def test_pace_turns_away_who_finds_too_many_waiting() -> None:
    pacer = Pacer(10, 2)
    waiters = [gevent.spawn(pacer.wait) for _ in range(5)]
    gevent.sleep(0)
    assert pacer.waiting == 2
    with pytest.raises(TooManyUpgrades):
        pacer.wait()
    gevent.killall(waiters)
    assert pacer.waiting == 0


def test_storm_beyond_the_limit_is_told_to_come_later(make_server: Callable[..., Server], world: World) -> None:
    settings = HubSettings(handshakes_per_second=1, waiting_handshakes=0)
    server = make_server("own", world, settings=settings)
    server.user()
    with pytest.raises(InvalidStatus) as caught:
        server.user()
    assert caught.value.response.status_code == 503


def test_wheel_yields_what_is_due_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("hubbub.core.realtime.keeper.monotonic", lambda: now[0])
    wheel: Wheel[str] = Wheel(60.0, 1.0)
    for item in "abc":
        wheel.add(item)
        now[0] += 0.4
    assert list(wheel.due(159.9)) == []
    assert list(wheel.due(161.0)) == ["a", "b"]
    assert list(wheel.due(162.0)) == ["c"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, UpgradeQuery()),
        ({"connection_id": "a" * 26, "sequence_number": "7"}, UpgradeQuery(connection_id="a" * 26, sequence=7)),
        ({"sequence_number": "-1"}, UpgradeQuery(sequence=-1)),
        ({"sequence_number": "٣"}, UpgradeQuery()),
        ({"sequence_number": "9" * 30}, UpgradeQuery()),
        ({"posted_ack": "true"}, UpgradeQuery(posted_ack=True)),
        ({"posted_ack": "1"}, UpgradeQuery()),
        ({"disconnect_err_code": "1006"}, UpgradeQuery(close_code=1006)),
        ({"disconnect_err_code": "4001"}, UpgradeQuery(close_code=4001)),
        ({"disconnect_err_code": "4002"}, UpgradeQuery()),
    ],
)
def test_query_of_the_upgrade(values: dict[str, str], expected: UpgradeQuery) -> None:
    assert read_query(values) == expected


def test_numbers_for_the_metrics_page(make_server: Callable[..., Server], world: World) -> None:
    metrics = Metrics()
    server = make_server("own", world, metrics=metrics)
    client = member(server, CHANNEL)
    server.event(channel_id=CHANNEL)
    client.next()
    server.connect(query="disconnect_err_code=4000")
    wait_for(lambda: server.hub.connected_count == 2)
    found = {family.name: family.samples for family in metrics.snapshot()}
    values = {name: samples[0].value for name, samples in found.items() if name.startswith("hubbub_websocket")}
    assert values["hubbub_websocket_connections"] == 2
    assert values["hubbub_websocket_events_total"] == 1
    assert values["hubbub_websocket_client_closes_total"] == 1


def test_tiny_slices_keep_the_order_of_every_connection(make_server: Callable[..., Server], world: World) -> None:
    server = make_server("own", world, settings=HubSettings(sends_per_slice=1))
    clients = [member(server, CHANNEL) for _ in range(5)]
    for number in range(20):
        server.event(data={"n": number}, channel_id=CHANNEL)
        gevent.sleep(0)
    for client in clients:
        assert [event["data"]["n"] for event in client.events(20)] == list(range(20))


def test_member_removed_in_the_middle_of_a_fan_out_does_not_get_it(
    make_server: Callable[..., Server], world: World
) -> None:
    server = make_server("own", world, settings=HubSettings(sends_per_slice=1))
    clients = [member(server, CHANNEL) for _ in range(6)]
    server.event("posted", channel_id=CHANNEL)
    server.hub._fan_out._run()
    reached = server.hub.stats.events
    assert reached < 6
    for client in clients:
        user = client.user_id
        world.channels[user] = set()
        server.hub.forget_memberships(user)
    for client in clients:
        client.say("ping")
    wait_for(lambda: not server.hub._fan_out._scheduled)
    server.settled()
    assert server.hub.stats.events == reached


def test_handshakes_at_a_time_are_limited() -> None:
    pacer, inside = Pacer(1_000_000, 10), []

    def shake() -> None:
        with pacer:
            inside.append(1)
            gevent.sleep(10)

    working = [gevent.spawn(shake) for _ in range(74)]
    gevent.sleep(0.01)
    assert (len(inside), pacer.waiting) == (64, 10)
    with pytest.raises(TooManyUpgrades), pacer:
        pass
    gevent.killall(working[:1])
    gevent.sleep(0)
    assert (len(inside), pacer.waiting) == (65, 9)
    gevent.killall(working)


def test_hello_does_not_wait_for_a_slow_reading_of_memberships(own: Server, world: World) -> None:
    session = world.sign_in()
    world.get_by_token = world.sessions.get
    world.slow = 0.5
    assert own.connect(session).next(timeout=0.3)["event"] == "hello"


def test_events_faster_than_sending_end_in_a_new_start(own: Server) -> None:
    """The bus can't wait; beyond 8,192 events everybody starts anew rather than losing some."""
    client = member(own, CHANNEL)
    event = Event(name="posted", broadcast=Broadcast(channel_id=CHANNEL))

    def flood() -> None:
        for _ in range(2 * 4096 + 1):
            own.hub.deliver(event)

    gevent.get_hub().loop.run_callback(flood)
    with pytest.raises(ConnectionClosed) as caught:
        client.events(10_000)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1001
    assert client.connection_id not in own.hub.registry.by_id


def test_publisher_waits_while_thousands_of_events_queue(own: Server) -> None:
    client = member(own, CHANNEL)
    for _ in range(4096 + 200):
        own.hub.deliver(Event(name="posted", broadcast=Broadcast(channel_id=CHANNEL)))
        assert own.hub._fan_out.waiting <= 4096
    assert client.events(4296)[-1]["seq"] == 4296
