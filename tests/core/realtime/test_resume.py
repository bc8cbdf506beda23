"""A client that comes back: nothing lost, nothing twice, or a new start that it can see."""

import _socket
import socket
from collections.abc import Callable
from typing import Any

import gevent
import pytest
from websockets.exceptions import ConnectionClosed

from hubbub.core.contracts.sessions import Session
from hubbub.core.ids import new_id
from hubbub.core.realtime import HubSettings
from hubbub.core.realtime.connection import DEAD_QUEUE, SEND_QUEUE
from hubbub.core.realtime.handshake import UpgradeQuery
from hubbub.tests.core.realtime.raw import RawClient
from hubbub.tests.core.realtime.world import Client, Server, World, wait_for


def notify(server: Server, session: Session, *numbers: int) -> None:
    for number in numbers:
        server.event("preferences_changed", {"n": number}, user_id=session.user_id)


def cut(server: Server, client: Client) -> None:
    """Cut the connection and wait until the server knows."""
    client.cut()
    connection = server.hub.registry.by_id[client.connection_id]
    wait_for(lambda: not connection.is_open)


def resume(server: Server, session: Session, client: Client, sequence: object) -> Client:
    return server.connect(session, query=f"connection_id={client.connection_id}&sequence_number={sequence}")


def numbers(events: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(event["seq"], event["data"]["n"]) for event in events]


def queued(server: Server, client: Client, count: int) -> None:
    connection = server.hub.registry.by_id[client.connection_id]
    wait_for(lambda: len(connection.queue or ()) == count)


@pytest.mark.parametrize("seen", range(7))
def test_every_position_resumes_without_loss_or_doubles(server: Server, world: World, seen: int) -> None:
    """Six events were written, three more wait; the client has seen some of the six."""
    session = world.sign_in()
    client = server.user(session)
    notify(server, session, 1, 2, 3, 4, 5, 6)
    client.events(6)
    cut(server, client)
    notify(server, session, 7, 8, 9)
    queued(server, client, 3)
    back = resume(server, session, client, seen + 1)
    assert numbers(back.events(9 - seen)) == [(n, n) for n in range(seen + 1, 10)]
    notify(server, session, 10)
    assert numbers(back.events(1)) == [(10, 10)]
    assert server.hub.stats.resumed == 1


def test_nothing_missed_means_no_hello(server: Server, world: World) -> None:
    session = world.sign_in()
    client = server.user(session)
    cut(server, client)
    back = resume(server, session, client, 1)
    assert back.marker()["status"] == "OK"


def test_number_zero_brings_the_same_hello_again(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    notify(own, session, 1)
    client.events(1)
    cut(own, client)
    back = resume(own, session, client, 0)
    hello, event = back.events(2)
    assert (hello["event"], hello["seq"], hello["data"]["connection_id"]) == ("hello", 0, client.connection_id)
    assert event["seq"] == 1


@pytest.mark.parametrize("missed", [1, 127, 128])
def test_dead_queue_holds_the_last_128(own: Server, world: World, missed: int) -> None:
    session = world.sign_in()
    client = own.user(session)
    total = 300
    notify(own, session, *range(1, total + 1))
    client.events(total)
    cut(own, client)
    back = resume(own, session, client, total + 1 - missed)
    assert numbers(back.events(missed)) == [(n, n) for n in range(total + 1 - missed, total + 1)]


@pytest.mark.parametrize("sequence", [-5, 0, 299 - DEAD_QUEUE, 301, 1000])
def test_number_that_is_not_there_starts_anew(own: Server, world: World, sequence: int) -> None:
    session = world.sign_in()
    client = own.user(session)
    notify(own, session, *range(1, 300))
    client.events(299)
    cut(own, client)
    notify(own, session, 300)
    queued(own, client, 1)
    back = resume(own, session, client, sequence)
    hello = back.next()
    assert (hello["event"], hello["seq"]) == ("hello", 0)
    assert hello["data"]["connection_id"] != client.connection_id
    assert numbers([back.next()]) == [(1, 300)]
    assert own.hub.stats.resume_failed == 1
    assert client.connection_id not in own.hub.registry.by_id


def test_new_start_can_be_resumed_by_its_new_id(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    cut(own, client)
    again = resume(own, session, client, 99)
    again.connection_id = again.next()["data"]["connection_id"]
    notify(own, session, 1)
    again.events(1)
    cut(own, again)
    back = resume(own, session, again, 1)
    assert numbers(back.events(1)) == [(1, 1)]


def test_resuming_twice(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    first = client
    for round_ in range(3):
        cut(own, first)
        notify(own, session, round_)
        first = resume(own, session, client, 1 + round_)
        first.connection_id = client.connection_id
        assert numbers(first.events(1)) == [(1 + round_, round_)]
    assert own.hub.connected_count == 1


@pytest.mark.parametrize(
    "query",
    [
        f"connection_id={'a' * 26}",
        f"connection_id={'a' * 26}&sequence_number=x",
        f"connection_id={'a' * 26}&sequence_number=",
        "connection_id=short&sequence_number=1",
        f"connection_id={'-' * 26}&sequence_number=1",
    ],
)
def test_unusable_parameters_close_at_once(server: Server, world: World, query: str) -> None:
    client = RawClient(server, query, world.sign_in().token)
    assert " 101 " in client.head
    assert client.ended_without_close_frame
    assert server.hub.connected_count == 0


def test_unknown_id_starts_anew(server: Server, world: World) -> None:
    session = world.sign_in()
    client = Client.__new__(Client)
    client.connection_id = new_id()
    assert resume(server, session, client, 5).next()["seq"] == 0


def test_id_of_another_user_starts_anew(own: Server, world: World) -> None:
    session, thief = world.sign_in(), world.sign_in()
    client = own.user(session)
    notify(own, session, 1)
    client.events(1)
    cut(own, client)
    hello = resume(own, thief, client, 1).next()
    assert (hello["event"], hello["broadcast"]["user_id"]) == ("hello", thief.user_id)
    assert resume(own, session, client, 2).marker()["status"] == "OK"


def test_id_that_is_still_connected_starts_anew(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    hello = resume(own, session, client, 1).next()
    assert hello["data"]["connection_id"] != client.connection_id
    assert client.marker()["status"] == "OK"


def test_challenge_never_resumes(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    cut(own, client)
    back = own.connect(query=f"connection_id={client.connection_id}&sequence_number=1")
    back.say("authentication_challenge", {"token": session.token})
    assert back.next()["data"]["connection_id"] != client.connection_id


def test_resume_with_another_session_of_the_user(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    cut(own, client)
    other = world.sign_in(session.user_id)
    del world.sessions[session.token]
    own.hub.forget_session(session.id)
    back = resume(own, other, client, 1)
    notify(own, session, 1)
    assert numbers(back.events(1)) == [(1, 1)]


def test_waiting_events_are_limited_and_then_the_connection_is_forgotten(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    cut(own, client)
    notify(own, session, *range(1, SEND_QUEUE + 1))
    queued(own, client, SEND_QUEUE)
    notify(own, session, SEND_QUEUE + 1)
    wait_for(lambda: client.connection_id not in own.hub.registry.by_id)
    assert own.hub.stats.overflows == 1
    assert resume(own, session, client, 1).next()["event"] == "hello"


def test_full_queue_comes_after_the_dead_queue(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    notify(own, session, *range(1, 129))
    client.events(128)
    cut(own, client)
    notify(own, session, *range(129, 129 + SEND_QUEUE))
    queued(own, client, SEND_QUEUE)
    back = resume(own, session, client, 1)
    assert numbers(back.events(384)) == [(n, n) for n in range(1, 385)]


def test_connection_nobody_resumes_is_forgotten(make_server: Callable[..., Server], world: World) -> None:
    server = make_server("own", world, settings=HubSettings(resume_time=0.2, sweep_interval=0.02))
    client = server.user(world.sign_in())
    cut(server, client)
    wait_for(lambda: not server.hub.registry.by_id)
    assert server.hub.registry.index.users == {}


def test_connection_that_was_resumed_in_time_is_kept(make_server: Callable[..., Server], world: World) -> None:
    server = make_server("own", world, settings=HubSettings(resume_time=0.3, sweep_interval=0.02))
    session = world.sign_in()
    client = server.user(session)
    cut(server, client)
    back = resume(server, session, client, 1)
    gevent.sleep(0.5)
    assert back.marker()["status"] == "OK"


def test_client_that_said_goodbye_can_come_back_too(server: Server, world: World) -> None:
    session = world.sign_in()
    client = server.user(session)
    client.inner.close(4001)
    wait_for(lambda: server.hub.connected_count == 0)
    notify(server, session, 1)
    assert numbers(resume(server, session, client, 1).events(1)) == [(1, 1)]


def test_lost_bus_messages_make_everybody_start_anew(own: Server, world: World) -> None:
    session = world.sign_in()
    clients = [own.user(session), own.user()]
    gone = own.user(session)
    cut(own, gone)
    own.hub.disconnect_all("a test")
    for client in clients:
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001
        assert resume(own, session, client, 1).next()["event"] == "hello"
    assert resume(own, session, gone, 1).next()["event"] == "hello"


def test_revoked_session_cannot_resume(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    cut(own, client)
    notify(own, session, 1)
    del world.sessions[session.token]
    back = own.connect(session, query=f"connection_id={client.connection_id}&sequence_number=1")
    back.say("ping")
    with pytest.raises(TimeoutError):
        back.next(timeout=0.3)


def test_client_that_is_gone_again_while_it_resumes_is_told_as_gone(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    notify(own, session, 1)
    client.events(1)
    cut(own, client)
    ours, theirs = socket.socketpair()
    theirs.close()
    raw = _socket.socket(ours.family, ours.type, 0, ours.detach())
    raw.setblocking(False)
    own.hub.accept(raw, session=session, query=UpgradeQuery(connection_id=client.connection_id, sequence=1))
    wait_for(lambda: len(world.said) == 4)
    assert [what for what, *_rest in world.said] == ["connect", "disconnect", "connect", "disconnect"]
    assert not own.hub.is_connected(session.user_id)
    assert numbers(resume(own, session, client, 1).events(1)) == [(1, 1)]


def test_presence_is_told_anew_after_a_resume(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    client.act("presence", {"channel_id": "c" * 26})
    cut(own, client)
    world.channels[session.user_id] = {"d" * 26}
    own.hub.forget_memberships(session.user_id)
    back = resume(own, session, client, 1)
    own.event("typing", channel_id="d" * 26)
    assert back.next()["event"] == "typing"
