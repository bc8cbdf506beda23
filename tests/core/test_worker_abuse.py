"""Requests made to be read in two ways, and oversized ones: one answer at most, and both parsers of one mind."""

import pytest

from hubbub.tests.core.worker_kit import GunicornServer, hubbub, servers

__all__ = ["hubbub", "servers"]

INNER = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + INNER
LENGTH = b"Content-Length: %d\r\n" % len(CHUNKED)
TE = b"Transfer-Encoding: chunked\r\n"


def post(*fields: bytes, line: bytes = b"POST /outer HTTP/1.1", body: bytes = CHUNKED) -> bytes:
    return line + b"\r\nHost: x\r\n" + b"".join(fields) + b"\r\n" + body


# Each ends with a hidden request that a server must not see, whatever it thinks of the outer one.
SMUGGLED = {
    "CL.TE": post(LENGTH, TE),
    "TE.CL": post(TE, LENGTH),
    "CL 0 and TE": post(b"Content-Length: 0\r\n", TE),
    "TE with space before the colon": post(b"Transfer-Encoding : chunked\r\n"),
    "TE with tab before the colon": post(LENGTH, b"Transfer-Encoding\t: chunked\r\n"),
    "TE of an unknown coding": post(b"Transfer-Encoding: xchunked\r\n"),
    "TE quoted": post(b'Transfer-Encoding: "chunked"\r\n'),
    "TE chunked twice": post(TE, TE),
    "TE chunked, identity": post(b"Transfer-Encoding: chunked, identity\r\n"),
    "TE identity": post(b"Transfer-Encoding: identity\r\n"),
    "TE with vertical tab": post(b"Transfer-Encoding: \x0bchunked\r\n"),
    "TE folded": post(b"Transfer-Encoding:\r\n chunked\r\n"),
    "TE in HTTP/1.0": post(TE, line=b"POST /outer HTTP/1.0"),
    "TE behind a bare LF": post(b"X-A: 1\nTransfer-Encoding: chunked\r\n"),
    "TE behind a bare CR": post(b"X-A: 1\rTransfer-Encoding: chunked\r\n"),
    "TE behind a NUL": post(b"X-A: 1\x00Transfer-Encoding: chunked\r\n"),
    "CL twice": post(b"Content-Length: 0\r\nContent-Length: 5\r\n"),
    "CL twice, the same": post(b"Content-Length: 0\r\nContent-Length: 0\r\n"),
    "CL list": post(b"Content-Length: 0, 0\r\n"),
    "CL with plus": post(b"Content-Length: +0\r\n"),
    "CL negative": post(b"Content-Length: -1\r\n"),
    "CL with a space inside": post(b"Content-Length: 0 0\r\n"),
    "CL with underscore": post(b"Content-Length: 0_0\r\n"),
    "CL hexadecimal": post(b"Content-Length: 0x0\r\n"),
    "CL empty": post(b"Content-Length:\r\n"),
    "CL in superscript": post(b"Content-Length: \xb2\r\n"),
    "CL with a space before the colon": post(b"Content-Length : 5\r\n"),
    "CL behind garbage on its line": post(b"X Content-Length: 5\r\n"),
    "CL folded": post(b"X-A: 1\r\n Content-Length: 5\r\n"),
    "CL behind a bare LF": post(b"X-A: 1\nContent-Length: 5\r\n"),
    "empty name": post(b": 5\r\n"),
    "no colon": post(b"Content-Length\r\n"),
    "NUL in a name": post(b"X\x00: 5\r\n"),
    "Host twice": post(b"Host: y\r\n"),
    "Content-Type twice": post(b"Content-Type: a/b\r\nContent-Type: c/d\r\n"),
    "head of bare LFs": b"POST /outer HTTP/1.1\nHost: x\n\n" + INNER,
    "request line ends with LF": b"POST /outer HTTP/1.1\nHost: x\r\n\r\n" + INNER,
    "head ends with LF CRLF": b"POST /outer HTTP/1.1\r\nHost: x\n\r\n" + INNER,
    "space in the path": post(line=b"POST /outer HTTP/1.1\tx HTTP/1.1"),
    "lower-case version": post(line=b"POST /outer http/1.1"),
    "HTTP/1.2 and more digits": post(line=b"POST /outer HTTP/1.10"),
    "HTTP/2.0": post(line=b"POST /outer HTTP/2.0"),
    "HTTP/0.9": post(line=b"POST /outer"),
    "raw bytes in the path": post(line=b"POST /\xc3\xa9 HTTP/1.1"),
    "NUL in the path": post(line=b"POST /\x00 HTTP/1.1"),
    "no slash": post(line=b"POST outer HTTP/1.1"),
    "bad method": post(line=b"P\x00ST /outer HTTP/1.1"),
    "space before the first field": b"POST /outer HTTP/1.1\r\n Host: x\r\n\r\n" + INNER,
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n" + INNER,
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_smuggled_request_is_not_served(servers: dict[str, GunicornServer], name: str) -> None:
    ours, stock = servers.values()
    seen = []
    for server in (ours, stock):
        client = server.client().send(SMUGGLED[name])
        client.sock.shutdown(1)
        seen.append(client.statuses())
        client.close()
    assert not any("smuggled" in line for line in ours.trace)
    assert seen[0] == seen[1]
    assert len(seen[0]) == 1


ECHO = b"POST /echo HTTP/1.1"
BAD_CHUNKS = {
    "chunk size negative": post(TE, line=ECHO, body=b"-1\r\n\r\n" + INNER),
    "chunk size with 0x": post(TE, line=ECHO, body=b"0x0\r\n\r\n" + INNER),
    "chunk size line ends with LF": post(TE, line=ECHO, body=b"0\n\n" + INNER),
    "chunk without its end": post(TE, line=ECHO, body=b"1\r\nab\r\n0\r\n\r\n" + INNER),
    "trailer with a length": post(TE, line=ECHO, body=b"0\r\nContent-Length: 5\r\n\r\n" + INNER),
}


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_malformed_chunks_end_the_connection(servers: dict[str, GunicornServer], name: str) -> None:
    for server in servers.values():
        assert server.client().send(BAD_CHUNKS[name]).statuses() == [400]
        server.close_clients()


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_malformed_chunks_nobody_read_end_the_connection_without_a_second_answer(
    hubbub: GunicornServer, name: str
) -> None:
    assert hubbub.client().send(BAD_CHUNKS[name].replace(b"/echo", b"/outer")).statuses() == [200]
    assert not any("smuggled" in line for line in hubbub.trace)


# Unusual but allowed: they take the way through gunicorn's parser, and the next request is served as ever.
UNUSUAL = {
    "empty line first": b"\r\nGET /ignore HTTP/1.1\r\nHost: x\r\n\r\n",
    "absolute form": b"GET http://x/ignore HTTP/1.1\r\nHost: x\r\n\r\n",
    "no Host": b"GET /ignore HTTP/1.1\r\n\r\n",
    "no Host but another field": b"GET /ignore HTTP/1.1\r\nX-A: 1\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "rare method": b"PROPFIND /ignore HTTP/1.1\r\nHost: x\r\n\r\n",
    "fragment": b"GET /ignore#x HTTP/1.1\r\nHost: x\r\n\r\n",
    "underscore": b"GET /ignore HTTP/1.1\r\nHost: x\r\nX_A: 1\r\n\r\n",
    "other upgrade": b"GET /ignore HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    "empty chunked body": b"POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unread chunks": b"POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    "thirteen digits": b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 0000000000003\r\n\r\nabc",
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_request_is_served_and_the_next_one_too(servers: dict[str, GunicornServer], name: str) -> None:
    for server in servers.values():
        client = server.client().send(UNUSUAL[name] + INNER.replace(b"smuggled", b"stream"))
        assert [client.answer().status, client.answer().text] == [200, "onetwothree"]
        client.close()


def test_request_line_limit(servers: dict[str, GunicornServer]) -> None:
    fits = len("GET / HTTP/1.1") + 4080
    assert fits == 4094
    for server in servers.values():
        statuses = []
        for extra in (0, 1):
            client = server.client()
            statuses.append(client.get("/" + "a" * (4080 + extra)).status)
            client.close()
        assert statuses == [200, 414]


def test_header_count_limit(servers: dict[str, GunicornServer]) -> None:
    for server in servers.values():
        fields = [f"X-{number}: 1" for number in range(99)]
        assert server.get("/ignore", *fields).status == 200
        assert server.get("/ignore", *fields, "X-99: 1").status == 431
        server.close_clients()


def test_header_size_limit(servers: dict[str, GunicornServer]) -> None:
    for server in servers.values():
        assert server.get("/ignore", "X-A: " + "a" * (8190 - 7)).status == 200
        assert server.get("/ignore", "X-A: " + "a" * (8190 - 6)).status == 431
        server.close_clients()


def test_head_over_64_kib_is_refused_while_it_comes(hubbub: GunicornServer) -> None:
    client = hubbub.client().send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    client.send(b"".join(b"X-%d: %b\r\n" % (number, b"a" * 4000) for number in range(17)))
    assert client.statuses() == [431]


def test_head_over_64_kib_is_refused_when_whole(hubbub: GunicornServer) -> None:
    client = hubbub.client()
    fields = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 4000) for number in range(17))
    assert client.send(b"GET / HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n").statuses() == [431]


def test_endless_request_line_is_refused_while_it_comes(hubbub: GunicornServer) -> None:
    assert hubbub.client().send(b"GET /" + b"a" * 70_000).statuses() == [414]


def test_head_of_spaces_does_not_stall_the_worker(hubbub: GunicornServer) -> None:
    fields = b"".join(b"X-%d:%b\x00\r\n" % (number, b" " * 8000) for number in range(7))
    client = hubbub.client().send(b"GET / HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n")
    assert client.statuses() == [400]


def test_refused_head_does_not_reach_the_application(hubbub: GunicornServer) -> None:
    before = len(hubbub.trace)
    hubbub.client().send(b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n").statuses()
    assert len(hubbub.trace) == before


def test_client_that_leaves_in_the_middle_of_a_body_is_no_error(hubbub: GunicornServer) -> None:
    for size in (10, 100_000):
        client = hubbub.client().send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nabc" % size)
        client.sock.shutdown(1)
        assert client.statuses() == []
    assert hubbub.get("/ignore").text == "ignored"
    assert "/echo" not in hubbub.log


def test_client_that_leaves_in_the_middle_of_a_chunked_body_gets_no_answer(hubbub: GunicornServer) -> None:
    client = hubbub.client().send(b"POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc")
    client.sock.shutdown(1)
    assert client.statuses() == []
