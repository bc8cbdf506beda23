"""HTTP/1.1 and WSGI as any server has to do them: the same tests against our worker and gunicorn's."""

import json

import pytest

from hubbub.tests.core.worker_kit import GunicornServer, either, eventually, hubbub, servers

__all__ = ["either", "hubbub", "servers"]


def test_list_body_gets_a_length(hubbub: GunicornServer) -> None:
    answer = hubbub.get("/ignore")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"ignored", "7")


def test_answer_has_a_date(either: GunicornServer) -> None:
    assert either.get("/ignore").headers["date"].endswith(" GMT")


def test_connection_is_kept_for_the_next_request(either: GunicornServer) -> None:
    client = either.client()
    assert [client.get("/ignore").text, client.get("/stream").text] == ["ignored", "onetwothree"]


def test_close_is_honoured(either: GunicornServer) -> None:
    client = either.client()
    assert client.get("/ignore", "Connection: close").headers["connection"] == "close"
    assert client.ended


def test_pipelined_requests_are_answered_in_order(either: GunicornServer) -> None:
    client = either.client()
    post = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b"
    client.send(b"".join(post % (len(text), text) for text in (b"one", b"", b"three")))
    assert [client.answer().text for _ in range(3)] == ["one", "", "three"]


def test_head_split_into_single_bytes(either: GunicornServer) -> None:
    client = either.client()
    for byte in b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok":
        client.send(bytes([byte]))
    assert client.answer().text == "ok"


def test_http_1_0_closes(either: GunicornServer) -> None:
    client = either.client().send(b"GET /ignore HTTP/1.0\r\n\r\n")
    assert client.answer().text == "ignored"
    assert client.ended


def test_head_has_no_body(either: GunicornServer) -> None:
    client = either.client()
    assert client.get("/sized_stream", method="HEAD").headers["content-length"] == "6"
    assert client.get("/ignore").text == "ignored"


def test_head_of_a_stream_has_neither_length_nor_chunks(either: GunicornServer) -> None:
    client = either.client()
    assert not {"content-length", "transfer-encoding"} & set(client.get("/stream", method="HEAD").headers)
    assert client.get("/ignore").text == "ignored"


def test_no_content_has_neither_body_nor_length(either: GunicornServer) -> None:
    client = either.client()
    answer = client.get("/no_content")
    assert (answer.status, answer.headers.get("content-length")) == (204, None)
    assert client.get("/ignore").text == "ignored"


def test_not_modified_has_no_body(either: GunicornServer) -> None:
    client = either.client()
    answer = client.get("/not_modified")
    assert (answer.status, answer.headers["etag"]) == (304, '"x"')
    assert client.get("/ignore").text == "ignored"


def test_iterator_is_sent_in_chunks_and_closed(either: GunicornServer) -> None:
    before = either.trace.count("closed")
    answer = either.get("/stream")
    assert (answer.headers["transfer-encoding"], answer.text) == ("chunked", "onetwothree")
    assert eventually(lambda: either.trace.count("closed") == before + 1)


def test_iterator_with_a_length_is_sent_plain(either: GunicornServer) -> None:
    answer = either.get("/sized_stream")
    assert ("transfer-encoding" in answer.headers, answer.text) == (False, "onetwo")


def test_body_longer_than_its_length_is_cut(either: GunicornServer) -> None:
    client = either.client()
    assert client.get("/too_long").text == "one"
    assert client.get("/ignore").text == "ignored"


def test_body_shorter_than_its_length_ends_the_connection(hubbub: GunicornServer) -> None:
    answer = hubbub.get("/too_short")
    assert (answer.body, answer.complete) == (b"one", False)


def test_write_of_start_response(either: GunicornServer) -> None:
    assert either.get("/written").text == "onetwo"


def test_exc_info_replaces_the_head(hubbub: GunicornServer) -> None:
    answer = hubbub.get("/replaced")
    assert (answer.status, answer.headers["x-new"], "x-old" in answer.headers) == (503, "1", False)


@pytest.mark.parametrize("path", ["/file", "/file_unsized"])
def test_file_wrapper_sends_the_file(either: GunicornServer, path: str) -> None:
    client = either.client()
    assert client.get(path).body == bytes(range(256)) * 2000
    assert client.get("/ignore").text == "ignored"


def test_large_answer_arrives_whole(either: GunicornServer) -> None:
    assert either.get("/big").body == b"x" * 20_000_000


def test_small_body(either: GunicornServer) -> None:
    client = either.client().send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
    assert client.send(b"hello").answer().text == "hello"


def test_small_body_is_in_the_environ_as_bytes(hubbub: GunicornServer) -> None:
    client = hubbub.client()
    for odd in (b"", b"X_Odd: 1\r\n"):
        client.send(b"POST /small HTTP/1.1\r\nHost: x\r\n%bContent-Length: 5\r\n\r\nhello" % odd)
        assert client.answer().text == "b'hello'"
    client.send(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n" + b"x" * 65537)
    assert client.answer().text == "None"


def test_large_body_is_streamed(either: GunicornServer) -> None:
    size = 5_000_000
    client = either.client().send(b"POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
    client.send(b"x" * size + b"GET /ignore HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [client.answer().text, client.answer().text] == [str(size), "ignored"]


def test_large_body_can_be_read_by_lines(either: GunicornServer) -> None:
    body = b"first\n" + b"x" * 70_000 + b"\nlast"
    client = either.client().send(b"POST /lines HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
    assert json.loads(client.send(body).answer().text) == ["first\n", "last"]


@pytest.mark.parametrize("size", [5, 70_000])
def test_body_nobody_reads_is_thrown_away(either: GunicornServer, size: int) -> None:
    client = either.client().send(b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
    assert client.send(b"x" * size).answer().text == "ignored"
    assert client.get("/stream").text == "onetwothree"


def test_answer_to_a_huge_body_nobody_reads_arrives_and_the_connection_ends(hubbub: GunicornServer) -> None:
    client = hubbub.client().send(
        b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n" + b"x" * 100_000
    )
    answer = client.answer()
    assert (answer.text, answer.headers["connection"]) == ("ignored", "close")


def test_chunked_body_and_what_follows_it(either: GunicornServer) -> None:
    client = either.client().send(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    client.send(b"3\r\none\r\n5;x=y\r\n, two\r\n0\r\n\r\nGET /ignore HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [client.answer().text, client.answer().text] == ["one, two", "ignored"]


def test_expect_100_continue(either: GunicornServer) -> None:
    client = either.client()
    client.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert client.answer().status == 100
    assert client.send(b"ok").answer().text == "ok"
    assert client.get("/ignore").text == "ignored"


@pytest.mark.parametrize("path", ["/boom", "/boom_timeout", "/boom_exit", "/split", "/split_name", "/silent", "/text"])
def test_failing_application_is_a_500_and_the_worker_lives(hubbub: GunicornServer, path: str) -> None:
    pid = hubbub.get("/pid").text
    client = hubbub.client()
    answer = client.get(path)
    assert (answer.status, answer.headers["connection"], "x-evil" in answer.headers) == (500, "close", False)
    assert client.ended
    assert hubbub.get("/pid").text == pid


@pytest.mark.parametrize("odd", ["X-Odd: 1", "X_Odd: 1"])
def test_os_error_of_the_application_is_a_500(hubbub: GunicornServer, odd: str) -> None:
    assert hubbub.get("/boom_os", odd).status == 500


@pytest.mark.parametrize("path", ["/boom", "/split", "/split_name"])
def test_gunicorn_agrees_on_failures(either: GunicornServer, path: str) -> None:
    assert either.client().send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()).statuses() == [500]


def test_failure_is_logged_with_its_stack(hubbub: GunicornServer) -> None:
    hubbub.get("/boom?which=this-one")
    assert "GET /boom?which=this-one" in hubbub.log
    assert 'raise RuntimeError("boom")' in hubbub.log


def test_failure_after_the_head_cuts_the_answer_and_closes_the_iterable(either: GunicornServer) -> None:
    before = either.trace.count("closed")
    answer = either.get("/boom_later")
    assert (answer.body, answer.complete) == (b"one", False)
    assert eventually(lambda: either.trace.count("closed") == before + 1)


ORDINARY = {
    "path": ["GET /a%20b/%C3%A9%2f..;p=1//c?q=%20&r HTTP/1.1", "Host: x:80"],
    "two slashes": ["GET //evil.example/a?b=//c HTTP/1.1", "Host: x"],
    "empty query": ["DELETE /? HTTP/1.1", "Host: x"],
    "odd characters": ['PUT /"<>[]{}|\\^`?"<>[]{}|\\^`? HTTP/1.1', "Host: x"],
    "broken escape": ["PATCH /%zz%1 HTTP/1.1", "Host: x"],
    "repeated": ["GET / HTTP/1.1", "Host: x", "X-A: 1", "Cookie: a=1", "x-a:2", "cookie: b=2"],
    "space": ["GET / HTTP/1.1", "Host:  x \t", "X-A: \t a  b \t ", "X-Empty:", "X-Blank:   "],
    "latin-1": ["GET / HTTP/1.1", "Host: x", "X-A: caf\xe9"],
    "types": ["POST / HTTP/1.1", "Host: x", "Content-Type: text/plain", "Content-Length: 000"],
    "names": ["GET / HTTP/1.1", "Host: x", "wsgi.input: 1", "Remote-Addr: 1", "!#$%&'*+.^`|~9: 2", "HTTP-X: 3"],
    "websocket": ["GET / HTTP/1.1", "Host: x", "Upgrade: WebSocket", "Connection: keep-alive, Upgrade"],
}


def environ_of(server: GunicornServer, lines: list[str]) -> dict[str, object]:
    client = server.client().send("\r\n".join([*lines, "", ""]).encode("latin-1"))
    environ: dict[str, object] = json.loads(client.answer().body)
    for own in ("hubbub.body", "hubbub.detach", "wsgi.early_hints", "wsgi.input", "wsgi.errors", "REMOTE_PORT"):
        environ.pop(own, None)
    environ.pop("SERVER_PORT")
    return environ


@pytest.mark.parametrize("name", ORDINARY)
def test_environ_is_gunicorns(servers: dict[str, GunicornServer], name: str) -> None:
    ours, stock = (environ_of(server, ORDINARY[name]) for server in servers.values())
    assert ours == stock


@pytest.mark.parametrize("name", ORDINARY)
def test_environ_is_the_same_on_the_way_through_gunicorns_parser(hubbub: GunicornServer, name: str) -> None:
    assert environ_of(hubbub, ORDINARY[name]) == environ_of(hubbub, [*ORDINARY[name], "X_Odd: dropped"])


@pytest.mark.parametrize("header", ["X-Forwarded-Proto: https", "X-Forwarded-Ssl: on", "SCRIPT_NAME: /show_environ"])
def test_no_path_believes_forwarding_headers(hubbub: GunicornServer, header: str) -> None:
    for odd in ("X-Odd: 1", "X_Odd: 1"):
        environ = environ_of(hubbub, ["GET /show_environ HTTP/1.1", "Host: x", header, odd])
        assert (environ["wsgi.url_scheme"], environ["SCRIPT_NAME"]) == ("http", "")
