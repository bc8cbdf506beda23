"""The frame parser: every rule of RFC 6455 that a client can break, however its bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.realtime.frames import Parser, ProtocolError, check_close, close_frame, frame, header, unmask
from hubbub.tests.core.realtime.raw import client_frame

LIMIT = 8192


def parse(data: bytes, limit: int = LIMIT) -> list[tuple[int, bytes]]:
    return Parser(limit).feed(data)


def error_of(data: bytes, limit: int = LIMIT) -> int:
    parser = Parser(limit)
    parser.feed(data)
    assert parser.error is not None
    return parser.error.code


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 8192])
def test_message_of_any_length(size: int) -> None:
    assert parse(client_frame(b"x" * size)) == [(1, b"x" * size)]


def test_length_of_eight_bytes() -> None:
    assert parse(client_frame(b"x" * 70_000, 2), limit=100_000) == [(2, b"x" * 70_000)]


def test_several_frames_in_one_piece() -> None:
    data = client_frame(b"one") + client_frame(b"ping", 9) + client_frame(b"two", 2)
    assert parse(data) == [(1, b"one"), (9, b"ping"), (2, b"two")]


def test_control_frame_between_fragments() -> None:
    data = (
        client_frame(b"a", final=False)
        + client_frame(b"p", 9)
        + client_frame(b"b", 0, final=False)
        + client_frame(b"", 0, final=False)
        + client_frame(b"c", 0)
    )
    assert parse(data) == [(9, b"p"), (1, b"abc")]


def test_byte_by_byte() -> None:
    data = client_frame(b"x" * 300) + client_frame(b"a", 2, final=False) + client_frame(b"b", 0)
    parser = Parser(LIMIT)
    got = [message for index in range(len(data)) for message in parser.feed(data[index : index + 1])]
    assert got == [(1, b"x" * 300), (2, b"ab")]
    assert parser.is_empty


def test_parser_is_not_empty_within_a_message() -> None:
    parser = Parser(LIMIT)
    parser.feed(client_frame(b"a", final=False))
    assert not parser.is_empty


@given(
    st.lists(st.tuples(st.sampled_from([1, 2]), st.lists(st.binary(max_size=300), min_size=1, max_size=4)), max_size=5),
    st.lists(st.integers(1, 50), min_size=1),
)
def test_whatever_is_sent_comes_out_however_it_is_cut(messages: list[tuple[int, list[bytes]]], cuts: list[int]) -> None:
    data = b""
    for opcode, parts in messages:
        for index, part in enumerate(parts):
            data += client_frame(part, 0 if index else opcode, final=index == len(parts) - 1)
    parser, got, position, turn = Parser(LIMIT), [], 0, 0
    while position < len(data):
        size = cuts[turn % len(cuts)]
        got += parser.feed(data[position : position + size])
        position, turn = position + size, turn + 1
    assert got == [(opcode, b"".join(parts)) for opcode, parts in messages]
    assert parser.is_empty


@given(st.binary(max_size=200))
def test_rubbish_never_raises(data: bytes) -> None:
    whole, cut = Parser(LIMIT), Parser(LIMIT)
    expected = whole.feed(data)
    got = [message for index in range(len(data)) for message in cut.feed(data[index : index + 1])]
    assert got == expected
    assert (whole.error and whole.error.code) == (cut.error and cut.error.code)


@given(st.binary(max_size=1000), st.binary(min_size=4, max_size=4))
def test_unmask_is_its_own_inverse(data: bytes, key: bytes) -> None:
    assert unmask(unmask(data, key), key) == data
    assert unmask(data, key) == bytes(byte ^ key[index % 4] for index, byte in enumerate(data))


@pytest.mark.parametrize(
    "data",
    [
        client_frame(b"x", masked=False),
        client_frame(b"x", rsv=4),
        client_frame(b"x", 3),
        client_frame(b"x", 11),
        client_frame(b"x", 0),
        client_frame(b"x", 9, final=False),
        client_frame(b"x" * 126, 9),
        client_frame(b"a", final=False) + client_frame(b"b"),
        b"\x81\xff" + (1 << 63).to_bytes(8, "big"),
    ],
    ids=["unmasked", "rsv", "opcode", "control", "continuation", "split ping", "long ping", "interrupted", "negative"],
)
def test_broken_rules_are_protocol_errors(data: bytes) -> None:
    assert error_of(data) == 1002


def test_too_big_is_refused_by_its_header() -> None:
    assert error_of(client_frame(b"x" * 8193)[:4]) == 1009


def test_fragments_that_add_up_to_too_much() -> None:
    data = client_frame(b"x" * 5000, final=False)
    assert error_of(data + client_frame(b"x" * 3193, 0)) == 1009
    assert parse(data + client_frame(b"x" * 3192, 0)) == [(1, b"x" * 8192)]


def test_what_came_before_an_error_is_kept_and_nothing_after() -> None:
    parser = Parser(LIMIT)
    assert parser.feed(client_frame(b"good") + client_frame(b"bad", rsv=1) + client_frame(b"later")) == [(1, b"good")]
    assert parser.feed(client_frame(b"later")) == []


def test_frames_we_send() -> None:
    assert frame(b"hi") == b"\x81\x02hi"
    assert header(126) == b"\x81\x7e\x00\x7e"
    assert header(65_536) == b"\x81\x7f" + (65_536).to_bytes(8, "big")
    assert close_frame() == b"\x88\x00"
    assert close_frame(1001, "bye") == b"\x88\x05\x03\xe9bye"


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4001, 4999])
def test_close_codes_that_are_allowed(code: int) -> None:
    assert check_close(code.to_bytes(2, "big") + b"why") == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535])
def test_close_codes_that_are_not(code: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        check_close(code.to_bytes(2, "big"))
    assert caught.value.code == 1002


def test_close_with_one_byte_or_a_broken_reason() -> None:
    with pytest.raises(ProtocolError, match="bad close"):
        check_close(b"\x03")
    with pytest.raises(ProtocolError) as caught:
        check_close(b"\x03\xe8\xff")
    assert caught.value.code == 1007
    assert check_close(b"") is None
