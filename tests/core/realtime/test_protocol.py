"""The wire as hostile and as ordinary clients use it, in both seats."""

import socket
import struct
import urllib.request
from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

import gevent
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from hubbub.core.realtime import HubSettings
from hubbub.tests.core.realtime.raw import HANDSHAKE_KEY, RawClient, client_frame, upgrade_request
from hubbub.tests.core.realtime.world import SEATS, Server, World, wait_for

PING = b'{"seq":1,"action":"ping"}'


def signed_in(server: Server, **options: object) -> RawClient:
    client = RawClient(server, token=server.world.sign_in().token, **options)
    assert client.json()["event"] == "hello"
    return client


def test_handshake_answers_as_the_rfc_says(server: Server) -> None:
    head = RawClient(server).head.lower()
    assert head.startswith("http/1.1 101 ")
    assert "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=" in head
    assert "upgrade: websocket" in head
    assert "sec-websocket-extensions" not in head


def test_trailing_slash_is_accepted(server: Server, world: World) -> None:
    server.url += "/"
    assert server.user(world.sign_in()).connection_id


def test_compression_is_not_negotiated(server: Server, world: World) -> None:
    client = server.connect(world.sign_in(), compression="deflate")
    assert client.inner.protocol.extensions == []


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (upgrade_request(version="8"), 400),
        (upgrade_request(key="short"), 400),
        (upgrade_request(key="!" * 24), 400),
        (b"GET /api/v4/websocket HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (upgrade_request().replace(b"GET", b"POST"), 404),
    ],
    ids=["version", "short key", "no base64", "no upgrade", "method"],
)
def test_bad_handshakes_are_refused(own: Server, request_: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", own.port), timeout=5) as sock:
        sock.sendall(request_)
        assert sock.recv(100).split()[1] == str(status).encode()


@pytest.mark.parametrize(("upgrade", "status"), [("websocket", "501"), ("", "400")])
def test_server_that_offers_no_seat(own: Server, upgrade: str, status: str) -> None:
    answer: dict[str, str] = {}
    environ = {"PATH_INFO": "/api/v4/websocket", "REMOTE_ADDR": "127.0.0.1", "HTTP_CONNECTION": "Upgrade"}
    environ |= {"HTTP_UPGRADE": upgrade, "HTTP_SEC_WEBSOCKET_VERSION": "13", "HTTP_SEC_WEBSOCKET_KEY": HANDSHAKE_KEY}
    environ["SERVER_PROTOCOL"] = "HTTP/1.1"
    setup_testing_defaults(environ)
    body = b"".join(own.app(environ, lambda line, headers, exc=None: answer.update(status=line)))
    assert answer["status"].startswith(status)
    assert msgspec.json.decode(body)["id"] == "api.web_socket.connect.upgrade.app_error"


def test_bytes_sent_with_the_handshake_are_not_lost(server: Server, world: World) -> None:
    session = world.sign_in()
    challenge = b'{"seq":1,"action":"authentication_challenge","data":{"token":"%b"}}' % session.token.encode()
    client = RawClient(server, early=client_frame(challenge))
    assert client.json()["event"] == "hello"
    assert client.json()["seq_reply"] == 1


def test_half_a_frame_sent_with_the_handshake(server: Server) -> None:
    data = client_frame(PING)
    client = RawClient(server, token=server.world.sign_in().token, early=data[:5])
    client.send(data[5:])
    assert client.json()["event"] == "hello"
    assert client.json()["data"]["text"] == "pong"


def test_fragments_with_a_ping_in_between(server: Server) -> None:
    client = signed_in(server)
    client.send(client_frame(PING[:5], final=False) + client_frame(b"now?", 9) + client_frame(PING[5:], 0))
    assert client.frame() == (10, b"now?")
    assert client.json()["data"]["text"] == "pong"


def test_frames_byte_by_byte(server: Server) -> None:
    client = signed_in(server)
    for byte in client_frame(PING):
        client.send(bytes([byte]))
        gevent.sleep(0)
    assert client.json()["status"] == "OK"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (client_frame(b"\xff\xfe"), 1007),
        (client_frame(b'"\xc3', final=False) + client_frame(b'\x28"', 0), 1007),
        (client_frame(b"x" * 8193), 1009),
        (client_frame(PING, masked=False), 1002),
        (client_frame(PING, rsv=4), 1002),
        (client_frame(b"", 5), 1002),
        (client_frame(struct.pack("!H", 1005), 8), 1002),
        (client_frame(b"x", 8), 1002),
        (client_frame(struct.pack("!H", 1000) + b"\xff", 8), 1007),
    ],
    ids=[
        "utf-8",
        "utf-8 in fragments",
        "too big",
        "unmasked",
        "rsv",
        "opcode",
        "close 1005",
        "close byte",
        "close text",
    ],
)
def test_broken_rules_get_a_close_frame(server: Server, data: bytes, code: int) -> None:
    client = signed_in(server)
    client.send(data)
    assert client.close_code() == code


def test_largest_message_is_accepted(server: Server) -> None:
    client = signed_in(server)
    client.send(client_frame(b'{"seq":1,"action":"ping"' + b" " * (8192 - 25) + b"}"))
    assert client.json()["status"] == "OK"


def test_close_frame_survives_bytes_that_nobody_read(server: Server) -> None:
    client = signed_in(server)
    client.send(client_frame(b"", 5) + client_frame(b"x" * 8000) * 50)
    assert client.close_code() == 1002


@pytest.mark.parametrize("code", [1000, 4001])
def test_close_of_the_client_is_echoed(server: Server, code: int) -> None:
    client = signed_in(server)
    client.send(client_frame(struct.pack("!H", code) + b"bye", 8))
    assert client.close_code() == code


def test_close_without_a_code_is_echoed_empty(server: Server) -> None:
    client = signed_in(server)
    client.send(client_frame(b"", 8))
    assert client.close_code() is None


def test_close_handshake_of_a_real_client(server: Server) -> None:
    client = server.user()
    client.inner.close(4000, "ping timeout")
    assert client.inner.protocol.close_code == 4000
    wait_for(lambda: server.hub.connected_count == 0)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'"x"', b'{"seq":"1"}', b'{"seq":1,"action":3}', b"[" * 4000])
def test_undecodable_text_closes_without_a_word(server: Server, text: bytes) -> None:
    client = signed_in(server)
    client.send(client_frame(text))
    assert client.ended_without_close_frame


def test_binary_messages_are_messagepack(server: Server) -> None:
    client = signed_in(server)
    client.send(client_frame(msgspec.msgpack.encode({"seq": 7, "action": "ping", "data": {"x": 1}}), 2))
    assert client.json()["seq_reply"] == 7


def test_binary_rubbish_closes_without_a_word(server: Server) -> None:
    client = signed_in(server)
    client.send(client_frame(b"\xc1\xff\x00", 2))
    assert client.ended_without_close_frame


def test_silence_is_pinged_and_a_client_without_pongs_is_dropped(
    make_server: Callable[..., Server], world: World
) -> None:
    settings = HubSettings(ping_interval=0.2, pong_deadline=0.5, sweep_interval=0.05)
    server = make_server("own", world, settings=settings)
    dead, alive = signed_in(server), server.user()
    assert dead.frame() == (9, b"")
    assert dead.ended_without_close_frame
    assert alive.marker()["status"] == "OK"
    assert server.hub.connected_count == 1


def test_half_open_connection_is_noticed(server: Server) -> None:
    client = signed_in(server)
    client.sock.shutdown(1)
    wait_for(lambda: server.hub.connected_count == 0)


def test_http_goes_on_beside_websockets(server: Server) -> None:
    signed_in(server)
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/v4/hello", timeout=5) as answer:
        assert answer.read() == b'{"hello":"http"}'


@pytest.mark.parametrize("seat", SEATS)
def test_stop_sends_1001_to_everybody(make_server: Callable[..., Server], world: World, seat: str) -> None:
    server = make_server(seat, world)
    clients = [server.user() for _ in range(5)] + [server.connect()]
    stopping = gevent.spawn(server.hub.stop, 3)
    for client in clients:
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001
    stopping.get(timeout=2)
    assert server.hub.connected_count == 0


def test_stop_does_not_wait_for_clients_that_never_close(own: Server) -> None:
    client = signed_in(own)
    with gevent.Timeout(3):
        own.hub.stop(timeout=0.2)
    assert client.close_code() == 1001
