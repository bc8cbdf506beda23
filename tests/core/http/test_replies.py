"""Answers: content types, ETag and 304, gzip, HEAD, streams, the headers of every answer."""

import gzip
from typing import Any

import pytest

from hubbub.core.http import NDJSON, OK, Reply, redirect, stream

LARGE = {"posts": ["hello world"] * 300}


def get(server: Any, handler: Any, method: str = "GET", **headers: str) -> Any:
    server.router.get("/api/v4/x", handler)
    return server.call(method, "/api/v4/x", **headers)


def test_json_has_exactly_the_content_type_that_clients_compare(server: Any) -> None:
    answer = get(server, lambda req: OK)
    assert answer.headers["content-type"] == "application/json"
    assert answer.body == b'{"status":"OK"}'


def test_ready_json_is_sent_as_it_is(server: Any) -> None:
    assert get(server, lambda req: b'{"a": 1}').body == b'{"a": 1}'


def test_a_reply_sets_status_headers_and_type(server: Any) -> None:
    answer = get(server, lambda req: Reply("text", 202, {"X-Own": "yes"}, content_type="text/plain"))
    assert (answer.status, answer.body) == (202, b"text")
    assert (answer.headers["x-own"], answer.headers["content-type"]) == ("yes", "text/plain")


def test_a_redirection(server: Any) -> None:
    answer = get(server, lambda req: redirect("https://example.com/"))
    assert (answer.status, answer.headers["location"]) == (302, "https://example.com/")


def test_a_header_value_cannot_split_the_answer(server: Any) -> None:
    answer = get(server, lambda req: Reply({}, headers={"X-Name": "a\r\nSet-Cookie: x=1\x00\u20ac"}))
    assert answer.headers["x-name"] == "a  Set-Cookie: x=1 ?"


def test_every_answer_has_the_common_headers(server: Any) -> None:
    for path in ("/api/v4/x", "/api/v4/nothing", "/page"):
        answer = server.call("GET", path)
        assert answer.headers["x-version-id"] == "11.6.0.1.hash.true"
        assert len(answer.headers["x-request-id"]) == 26
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["permissions-policy"] == ""
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
        assert answer.headers["expires"] == "0"
        assert "strict-transport-security" not in answer.headers


def test_each_answer_has_its_own_request_id(server: Any) -> None:
    ids = {server.call("GET", "/api/v4/x").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_other_sites_may_be_allowed_to_frame_this_one(server: Any) -> None:
    server.configure(ServiceSettings={"FrameAncestors": "https://a.example  https://b.example"})
    headers = get(server, lambda req: OK).headers
    assert headers["content-security-policy"] == "frame-ancestors 'self' https://a.example https://b.example"
    assert "x-frame-options" not in headers


def test_strict_transport_is_asked_for_over_tls_only(server: Any) -> None:
    server.configure(ServiceSettings={"TLSStrictTransport": True, "TLSStrictTransportMaxAge": 100})
    server.router.get("/api/v4/x", lambda req: OK)
    assert server.call("GET", "/api/v4/x", scheme="https").headers["strict-transport-security"] == "max-age=100"
    assert "strict-transport-security" not in server.call("GET", "/api/v4/x").headers


def test_head_is_get_without_a_body(server: Any) -> None:
    answer = get(server, lambda req: {"a": 1}, "HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "7")


@pytest.mark.parametrize("sent", ['"v1"', 'W/"v1"', "v1", '"v0", "v1"', "*"])
def test_a_client_that_has_the_version_gets_a_304(server: Any, sent: str) -> None:
    answer = get(server, lambda req: Reply(LARGE, etag="v1"), if_none_match=sent)
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == '"v1"'
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("sent", ['"v2"', "v", "v11", '"v11"', "", '"'])
def test_a_client_with_another_version_gets_the_body(server: Any, sent: str) -> None:
    answer = get(server, lambda req: Reply({}, etag="v1"), if_none_match=sent)
    assert (answer.status, answer.headers["etag"]) == (200, '"v1"')


def test_a_handler_can_save_its_work_for_a_304(server: Any) -> None:
    def handler(req: Any) -> Reply:
        assert req.etag_matches("v1")
        return Reply(None, 304, etag="v1")

    assert get(server, handler, if_none_match='"v1"').status == 304


@pytest.mark.parametrize("accepts", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "*", "GZIP", "x-gzip"])
def test_a_large_text_is_compressed_for_who_takes_it(server: Any, accepts: str) -> None:
    answer = get(server, lambda req: LARGE, accept_encoding=accepts)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert b'"hello world"' in gzip.decompress(answer.body)
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepts", ["", "identity", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "br", "gzipped"])
def test_who_does_not_take_gzip_gets_the_text(server: Any, accepts: str) -> None:
    answer = get(server, lambda req: LARGE, accept_encoding=accepts)
    assert "content-encoding" not in answer.headers
    assert answer.json == LARGE
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"small": 1}),
        Reply(b"\x89PNG" * 1000, content_type="image/png"),
        Reply(b"x" * 5000, headers={"Content-Encoding": "br"}, content_type="text/css"),
        Reply(b"x" * 5000, 206, headers={"Content-Range": "bytes 0-4999/9000"}, content_type="text/plain"),
    ],
)
def test_what_gains_nothing_is_not_compressed(server: Any, reply: Reply) -> None:
    answer = get(server, lambda req: reply, accept_encoding="gzip")
    assert answer.headers.get("content-encoding") != "gzip"


def test_compression_can_be_turned_off(server: Any) -> None:
    server.configure(ServiceSettings={"WebserverMode": "uncompressed"})
    assert "content-encoding" not in get(server, lambda req: LARGE, accept_encoding="gzip").headers


def test_a_compressed_answer_has_a_weak_etag(server: Any) -> None:
    answer = get(server, lambda req: Reply(LARGE, etag="v1"), accept_encoding="gzip")
    assert answer.headers["etag"] == 'W/"v1"'


class Chunks:
    """An iterator that knows whether it was closed."""

    def __init__(self) -> None:
        self.left = [b'{"a":1}\n', b'{"a":2}\n']
        self.closed = False

    def __iter__(self) -> "Chunks":
        return self

    def __next__(self) -> bytes:
        if not self.left:
            raise StopIteration
        return self.left.pop(0)

    def close(self) -> None:
        self.closed = True


def test_a_stream_is_sent_piece_by_piece(server: Any) -> None:
    answer = get(server, lambda req: stream(Chunks()), accept_encoding="gzip")
    assert answer.headers["content-type"] == NDJSON
    assert answer.body == b'{"a":1}\n{"a":2}\n'
    assert "content-length" not in answer.headers


def test_a_stream_that_is_not_sent_is_closed(server: Any) -> None:
    chunks = Chunks()
    answer = get(server, lambda req: Reply(chunks, etag="v"), "HEAD")
    assert (answer.body, chunks.closed) == (b"", True)
    assert "content-length" not in answer.headers
