"""Messages on the wire between workers."""

import struct

import pytest

from hubbub.plugins.cluster_local.frames import MAX_FRAME, BrokenStream, Unpacker, pack

MESSAGES = [("events", b"hello"), ("", b""), ("plugin:x:ü", bytes(range(256))), ("cache", b"x" * 100_000)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 65536, 10**6])
def test_messages_come_out_whole_however_the_bytes_are_cut(size: int) -> None:
    stream = b"".join(pack(topic, payload) for topic, payload in MESSAGES)
    if size == 1:
        stream = stream[:2000]
    unpacker = Unpacker()
    seen = [m for start in range(0, len(stream), size) for m in unpacker.feed(stream[start : start + size])]
    assert seen == (MESSAGES[:3] if size == 1 else MESSAGES)


@pytest.mark.parametrize(
    "garbage",
    [
        struct.pack(">IH", MAX_FRAME + 1, 1),
        struct.pack(">IH", 4, 100),
        struct.pack(">IH", 0, 0),
        struct.pack(">IH", 4, 2) + b"\xff\xfe",
        b"GET / HTTP/1.1\r\n",
    ],
)
def test_what_cannot_be_a_message_breaks_the_stream(garbage: bytes) -> None:
    with pytest.raises(BrokenStream):
        list(Unpacker().feed(garbage))


def test_a_message_that_is_too_large_is_refused_by_its_sender() -> None:
    with pytest.raises(ValueError, match="too large"):
        pack("events", bytes(MAX_FRAME))
