"""A client that keeps to RFC 6455 (`websockets`), and one that does not, against a running server."""

import json
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.utils import apply_mask

from hubbub.core.testing import Client, LiveServer

PING_ACTION = json.dumps({"seq": 1, "action": "ping"})
MASK = b"\x01\x02\x03\x04"


@pytest.fixture
def ann(server: LiveServer, new_name: Callable[[str], str]) -> Client:
    """Return somebody with an account."""
    return server.create_user(new_name("ann"))


@pytest.fixture
def socket(server: LiveServer, ann: Client) -> Iterator[ClientConnection]:
    """Yield a WebSocket of hers that has said hello."""
    address = f"ws://{server.host}:{server.port}/api/v4/websocket"
    with connect(address, additional_headers={"Authorization": f"Bearer {ann.token}"}, max_size=None) as socket:
        assert json.loads(socket.recv(20))["event"] == "hello"
        yield socket


def reply(socket: ClientConnection) -> dict[str, object]:
    """Return the next message that is a reply."""
    while "seq_reply" not in (message := json.loads(socket.recv(20))):
        pass
    found: dict[str, object] = message
    return found


def frame(opcode: Opcode, payload: bytes, *, fin: bool = True, rsv1: bool = False, mask: bool = True) -> bytes:
    """Return a frame as it is on the wire, with flaws if wanted: the library refuses to make those."""
    length, bit = len(payload), 0x80 if mask else 0
    head = bytes([(0x80 if fin else 0) | (0x40 if rsv1 else 0) | opcode])
    head += bytes([bit | length]) if length < 126 else bytes([bit | 126]) + length.to_bytes(2, "big")
    return head + MASK + apply_mask(payload, MASK) if mask else head + payload


def closed_with(socket: ClientConnection, raw: bytes) -> int | None:
    """Put bytes on the wire and return the code of the close frame that comes back; None if there is none."""
    socket.socket.sendall(raw)
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            assert "seq_reply" not in json.loads(socket.recv(20))
    return ended.value.rcvd.code if ended.value.rcvd is not None else None


def test_a_message_in_fragments_with_a_ping_in_between_is_one_message(socket: ClientConnection) -> None:
    data = PING_ACTION.encode()
    socket.socket.sendall(frame(Opcode.TEXT, data[:7], fin=False) + frame(Opcode.CONT, data[7:9], fin=False))
    assert socket.ping().wait(20)
    socket.socket.sendall(frame(Opcode.CONT, data[9:]))
    assert reply(socket)["seq_reply"] == 1


def test_the_clients_own_fragments_and_pings_are_answered(socket: ClientConnection) -> None:
    socket.send(PING_ACTION[at : at + 3] for at in range(0, len(PING_ACTION), 3))
    assert reply(socket)["data"]["text"] == "pong"  # type: ignore[index]  # a reply's data is an object
    assert all(socket.ping().wait(20) for _ in range(3))


def test_a_message_byte_by_byte_is_one_message(socket: ClientConnection) -> None:
    for byte in frame(Opcode.TEXT, PING_ACTION.encode()):
        socket.socket.sendall(bytes([byte]))
    assert reply(socket)["status"] == "OK"


def test_a_close_is_answered_with_the_same_code(socket: ClientConnection) -> None:
    assert closed_with(socket, frame(Opcode.CLOSE, (4001).to_bytes(2, "big") + b"bye")) == 4001


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(frame(Opcode.TEXT, b'{"seq":1,"action":"\xff\xfe"}'), 1007, id="invalid UTF-8"),
        pytest.param(
            frame(Opcode.TEXT, b'"\xe2\x82', fin=False) + frame(Opcode.CONT, b'"'), 1007, id="half a character"
        ),
        pytest.param(frame(Opcode.TEXT, b" " * 8193), 1009, id="too large"),
        pytest.param(
            frame(Opcode.TEXT, b" " * 5000, fin=False) + frame(Opcode.CONT, b" " * 5000), 1009, id="too many parts"
        ),
        pytest.param(b"\x81\xff" + (2**62).to_bytes(8, "big") + MASK, 1009, id="a length that nobody has"),
        pytest.param(b"\x81\xff" + (2**63).to_bytes(8, "big") + MASK, 1002, id="a length with the sign bit"),
        pytest.param(frame(Opcode.TEXT, PING_ACTION.encode(), mask=False), 1002, id="not masked"),
        pytest.param(frame(Opcode.TEXT, PING_ACTION.encode(), rsv1=True), 1002, id="a reserved bit"),
        pytest.param(b"\x83\x80" + MASK, 1002, id="an unknown opcode"),
        pytest.param(frame(Opcode.CONT, b"x"), 1002, id="continues nothing"),
        pytest.param(
            frame(Opcode.TEXT, b"x", fin=False) + frame(Opcode.TEXT, b"y"), 1002, id="a message within a message"
        ),
        pytest.param(b"\x09\x80" + MASK, 1002, id="a ping in fragments"),
        pytest.param(b"\x89\xfe\x00\x7e" + MASK + b"x" * 126, 1002, id="a ping that is too long"),
        pytest.param(b"\x88\x81" + MASK + b"x", 1002, id="a close code of one byte"),
        pytest.param(frame(Opcode.CLOSE, (1005).to_bytes(2, "big")), 1002, id="close code 1005"),
        pytest.param(frame(Opcode.CLOSE, (999).to_bytes(2, "big")), 1002, id="close code 999"),
        pytest.param(frame(Opcode.CLOSE, (2000).to_bytes(2, "big")), 1002, id="close code 2000"),
        pytest.param(frame(Opcode.CLOSE, (1000).to_bytes(2, "big") + b"\xff"), 1007, id="a reason that is not UTF-8"),
    ],
)
def test_what_the_protocol_forbids_closes_with_its_code(
    socket: ClientConnection, server: LiveServer, ann: Client, raw: bytes, code: int
) -> None:
    assert closed_with(socket, raw) == code
    with server.websocket(ann) as another:
        assert another.call("ping")["data"]["text"] == "pong"


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY])
def test_what_cannot_be_decoded_closes_without_a_reply(socket: ClientConnection, opcode: Opcode) -> None:
    closed_with(socket, frame(opcode, b"\x7bnonsense"))


def test_pings_are_answered_with_their_payload_while_events_flow(
    socket: ClientConnection, server: LiveServer, ann: Client
) -> None:
    channel = server.create_channel(owner=ann)
    pongs = []
    for number in range(20):
        pongs.append(socket.ping(f"payload {number}"))
        ann.create_post(channel, f"message {number}")
    heard = []
    while len(heard) < 20:
        event = json.loads(socket.recv(20))
        if event.get("event") == "posted" and "message " in event["data"]["post"]:
            heard.append(json.loads(event["data"]["post"])["message"])
    assert heard == [f"message {number}" for number in range(20)]
    assert all(pong.wait(20) for pong in pongs)


def test_a_raw_ping_frame_gets_its_own_bytes_back(socket: ClientConnection) -> None:
    seen = []
    receive = socket.protocol.recv_frame
    socket.protocol.recv_frame = lambda frame: (seen.append(frame), receive(frame))
    socket.socket.sendall(frame(Opcode.PING, b"\x00\xffany"))
    assert socket.ping().wait(20)
    assert b"\x00\xffany" in [bytes(frame.data) for frame in seen]
