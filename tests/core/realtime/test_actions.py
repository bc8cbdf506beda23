"""Messages of clients and their replies."""

from typing import Any

import gevent
import pytest

from hubbub.core.contracts.errors import NotFound
from hubbub.core.realtime import ActionClash, Connection, InvalidActionParam
from hubbub.tests.core.realtime.raw import RawClient, client_frame
from hubbub.tests.core.realtime.world import Server, World, wait_for


def test_ping_answers_with_version_and_time(server: Server) -> None:
    reply = server.user().act("ping")
    time = reply["data"].pop("server_time")
    assert reply == {"status": "OK", "seq_reply": 1, "data": {"text": "pong", "version": "11.6.0", "node_id": ""}}
    assert time > 1_700_000_000_000


def test_acknowledgement_of_a_notification_is_just_ok(own: Server) -> None:
    assert own.user().act("posted_notify_ack", {"post_id": "x"}) == {"status": "OK", "seq_reply": 1}


@pytest.mark.parametrize(
    ("action", "seq", "error", "status"),
    [
        ("", 1, "api.web_socket_router.no_action.app_error", 400),
        ("ping", 0, "api.web_socket_router.bad_seq.app_error", 400),
        ("ping", -1, "api.web_socket_router.bad_seq.app_error", 400),
        ("nonsense", 5, "api.web_socket_router.bad_action.app_error", 500),
    ],
)
def test_routing_errors(own: Server, action: str, seq: int, error: str, status: int) -> None:
    reply = own.user().act(action, seq=seq)
    assert (reply["status"], reply["seq_reply"]) == ("FAIL", seq)
    assert (reply["error"]["id"], reply["error"]["status_code"]) == (error, status)
    assert reply["error"]["message"]
    assert reply["error"]["detailed_error"] == ""


def test_plugins_add_actions(own: Server) -> None:
    def statuses(connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
        gevent.sleep(0)
        return {data["who"]: "online", "asked_by": connection.user_id, "session": connection.session_id}

    own.hub.actions_of("statuses").add("get_statuses", statuses)
    session = own.world.sign_in()
    reply = own.user(session).act("get_statuses", {"who": "x"})
    assert reply["data"] == {"x": "online", "asked_by": session.user_id, "session": session.id}


def test_action_without_data_gets_just_ok(own: Server) -> None:
    own.hub.action("user_typing", lambda _connection, _data: None)
    assert own.user().act("user_typing") == {"status": "OK", "seq_reply": 1}


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (InvalidActionParam("channel_id"), "api.websocket_handler.invalid_param.app_error"),
        (NotFound(), "api.context.404.app_error"),
        (ZeroDivisionError("secret"), "api.context.internal.app_error"),
    ],
)
def test_failures_of_an_action_are_replies(own: Server, raised: Exception, error: str) -> None:
    def fail(_connection: Connection, _data: dict[str, Any]) -> None:
        raise raised

    own.hub.action("fail", fail)
    client = own.user()
    reply = client.act("fail")
    assert reply["error"]["id"] == error
    assert "secret" not in str(reply)
    assert client.marker()["status"] == "OK"


def test_two_plugins_with_one_action_are_told_who(own: Server) -> None:
    own.hub.actions_of("first").add("wave", lambda _connection, _data: None)
    with pytest.raises(ActionClash, match=r"'second'.*'wave'.*'first'"):
        own.hub.actions_of("second").add("wave", lambda _connection, _data: None)
    with pytest.raises(ActionClash, match="core"):
        own.hub.actions_of("second").add("authentication_challenge", lambda _connection, _data: None)
    with pytest.raises(ActionClash, match="custom_"):
        own.hub.actions_of("second").add("custom_x", lambda _connection, _data: None)


def test_actions_of_a_plugin_that_was_turned_off_are_gone(own: Server) -> None:
    own.hub.actions_of("first").add("wave", lambda _connection, _data: None)
    own.hub.remove_actions_of("first")
    assert own.user().act("wave")["error"]["id"] == "api.web_socket_router.bad_action.app_error"
    own.hub.actions_of("second").add("wave", lambda _connection, _data: None)


def test_slow_action_keeps_the_order_of_replies(own: Server) -> None:
    own.hub.action("slow", lambda _connection, _data: gevent.sleep(0.1))
    client = own.user()
    client.say("slow")
    client.say("ping")
    client.say("presence")
    assert [client.next()["seq_reply"] for _ in range(3)] == [1, 2, 3]


def test_slow_action_of_one_client_delays_no_other(own: Server) -> None:
    own.hub.action("slow", lambda _connection, _data: gevent.sleep(0.5))
    busy, other = own.user(), own.user()
    busy.say("slow")
    other.say("ping")
    assert other.next(timeout=0.3)["status"] == "OK"


def test_flood_behind_a_slow_action_is_read_later_not_dropped(own: Server) -> None:
    own.hub.action("slow", lambda _connection, _data: gevent.sleep(0.05))
    client = own.user()
    for _ in range(200):
        client.say("slow" if client.number == 0 else "ping")
    assert [client.next()["seq_reply"] for _ in range(200)] == list(range(1, 201))


def test_client_that_leaves_during_its_action_gets_no_reply(own: Server) -> None:
    done = []
    own.hub.action("slow", lambda _connection, _data: done.append(gevent.sleep(0.1)))
    client = own.user()
    client.say("slow")
    gevent.sleep(0.02)
    client.cut()
    wait_for(lambda: done)
    assert own.hub.connected_count == 0


def test_custom_actions_go_to_the_hook_and_get_no_reply(own: Server, world: World) -> None:
    client = own.user()
    client.say("custom_myplugin_do", {"a": 1})
    assert client.act("ping")["seq_reply"] == 2
    wait_for(lambda: ("message", "ping") in world.said)
    assert ("message", "custom_myplugin_do") in world.said


def test_challenge_never_reaches_the_hook(own: Server, world: World) -> None:
    client = own.connect()
    client.say("authentication_challenge", {"token": world.sign_in().token})
    client.events(2)
    client.say("authentication_challenge", {"token": "again"})
    client.act("ping")
    wait_for(lambda: ("message", "ping") in world.said)
    assert ("message", "authentication_challenge") not in world.said


def test_null_data_is_no_data(own: Server) -> None:
    client = RawClient(own, token=own.world.sign_in().token)
    client.json()
    client.send(client_frame(b'{"seq":1,"action":"presence","data":null,"more":[]}'))
    assert client.json() == {"status": "OK", "seq_reply": 1}
