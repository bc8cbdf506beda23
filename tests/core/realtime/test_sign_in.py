"""The three ways to authenticate, and what happens without."""

from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed

from hubbub.core.realtime import HubSettings
from hubbub.tests.core.realtime.world import Client, Server, World, wait_for


def closed_without_a_frame(client: Client) -> bool:
    with pytest.raises(ConnectionClosed) as caught:
        client.next()
    return caught.value.rcvd is None


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "token"])
def test_header_signs_in(server: Server, world: World, scheme: str) -> None:
    session = world.sign_in()
    hello = server.connect(headers={"Authorization": f"{scheme} {session.token}"}).next()
    assert hello["broadcast"]["user_id"] == session.user_id


def test_cookie_signs_in_and_beats_the_header(server: Server, world: World) -> None:
    session, other = world.sign_in(), world.sign_in()
    headers = {"Cookie": f"a=b; MMAUTHTOKEN={session.token}", "Authorization": f"Bearer {other.token}"}
    assert server.connect(headers=headers).next()["broadcast"]["user_id"] == session.user_id


def test_hello_has_the_shape_clients_expect(server: Server, world: World) -> None:
    session = world.sign_in()
    hello = server.connect(session).next()
    connection_id = hello["data"]["connection_id"]
    assert len(connection_id) == 26
    assert hello == {
        "event": "hello",
        "data": {
            "server_version": "11.6.0.1.hash.true",
            "connection_id": connection_id,
            "server_hostname": "host-1",
        },
        "broadcast": {
            "omit_users": None,
            "user_id": session.user_id,
            "channel_id": "",
            "team_id": "",
            "connection_id": "",
            "omit_connection_id": "",
        },
        "seq": 0,
    }


def test_challenge_gets_hello_before_its_reply(server: Server, world: World) -> None:
    session = world.sign_in()
    client = server.connect()
    client.say("authentication_challenge", {"token": session.token})
    assert client.next()["event"] == "hello"
    assert client.next() == {"status": "OK", "seq_reply": 1}
    assert server.hub.is_connected(session.user_id)


def test_challenge_with_a_wrong_token_closes_without_a_word(server: Server) -> None:
    client = server.connect()
    client.say("authentication_challenge", {"token": "wrong"})
    assert closed_without_a_frame(client)


def test_challenge_without_a_token_closes_without_a_word(server: Server) -> None:
    client = server.connect()
    client.say("authentication_challenge", {})
    assert closed_without_a_frame(client)


def test_challenge_of_a_signed_in_connection_is_ignored(server: Server) -> None:
    client = server.user()
    client.say("authentication_challenge", {"token": "wrong"})
    assert client.marker()["data"]["text"] == "pong"


def test_invalid_token_still_upgrades_and_may_be_followed_by_a_challenge(server: Server, world: World) -> None:
    session = world.sign_in()
    client = server.connect(headers={"Authorization": "Bearer wrong"})
    client.say("authentication_challenge", {"token": session.token})
    assert client.next()["event"] == "hello"


def test_nobody_gets_no_replies_and_no_events(server: Server, world: World) -> None:
    client = server.connect()
    client.say("ping")
    client.say("")
    client.say("presence", {"channel_id": "x"})
    server.event("config_changed")
    session = world.sign_in()
    client.say("authentication_challenge", {"token": session.token})
    assert client.next()["event"] == "hello"
    assert client.next() == {"status": "OK", "seq_reply": 4}


def test_token_must_come_in_time(make_server: Callable[..., Server], world: World) -> None:
    server = make_server("own", world, settings=HubSettings(authentication_time=0.2, sweep_interval=0.05))
    late = server.connect()
    signed_in = server.user()
    assert closed_without_a_frame(late)
    assert signed_in.marker()["status"] == "OK"
    assert server.hub.stats.timeouts == 1


def test_token_that_is_looked_up_slowly_for_a_client_that_left(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.connect()
    world.slow = 0.1
    client.say("authentication_challenge", {"token": session.token})
    client.cut()
    wait_for(lambda: own.hub.connected_count == 0)
    world.slow = 0.0
    assert not own.hub.is_connected(session.user_id)
    assert own.hub.registry.by_id == {}


def test_database_that_is_down_during_a_challenge_closes(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.connect()
    world.down = True
    client.say("authentication_challenge", {"token": session.token})
    assert closed_without_a_frame(client)


def test_mfa_that_is_missing_withholds_events_and_actions(own: Server, world: World) -> None:
    session = world.sign_in()
    world.mfa_missing.add(session.user_id)
    client = own.user(session)
    own.event(user_id=session.user_id)
    reply = client.act("ping")
    assert (reply["status"], reply["error"]["id"]) == ("FAIL", "api.web_socket_router.not_authenticated.app_error")


def test_plugins_hear_of_the_first_and_the_last_connection(own: Server, world: World) -> None:
    session = world.sign_in()
    first, second = own.user(session), own.user(session)
    first.cut()
    wait_for(lambda: len(world.said) == 3)
    second.cut()
    wait_for(lambda: len(world.said) == 4)
    user = session.user_id
    assert world.said == [("connect", user)] * 2 + [("disconnect", user, "False"), ("disconnect", user, "True")]
