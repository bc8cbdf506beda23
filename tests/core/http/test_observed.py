"""What operators see: the access log and the metrics."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from hubbub.core.http import OK, Reply
from hubbub.core.ids import new_id
from hubbub.core.log import JsonFormatter, access_log, request_id


@pytest.fixture
def lines() -> Iterator[Callable[[], list[str]]]:
    """The lines that the server's own JSON log has got so far."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(JsonFormatter())
    level = access_log.level
    access_log.setLevel(logging.INFO)
    access_log.addHandler(handler)
    yield lambda: output.getvalue().splitlines()
    access_log.removeHandler(handler)
    access_log.setLevel(level)


@pytest.fixture
def logged(server: Any) -> Any:
    server.configure(HubbubSettings={"LogAccess": True})
    server.router.get("/api/v4/x", lambda req: OK)
    return server


def test_each_request_is_one_json_line(logged: Any, lines: Callable[[], list[str]]) -> None:
    answer = logged.call("GET", "/api/v4/x", query="q=1")
    (line,) = lines()
    entry = msgspec.json.decode(line)
    assert entry.pop("ms") >= 0
    assert entry.pop("ts") > 1_600_000_000_000
    assert entry.pop("timestamp")
    assert entry == {
        "logger": "hubbub.access",
        "level": "info",
        "msg": "request",
        "caller": "access_log.py:0",
        "method": "GET",
        "path": "/api/v4/x",
        "status": 200,
        "bytes": len(answer.body),
        "ip": "203.0.113.9",
        "user_id": logged.session.user_id,
        "request_id": answer.headers["x-request-id"],
    }


def test_errors_and_unknown_routes_are_logged(logged: Any, lines: Callable[[], list[str]]) -> None:
    logged.call("GET", "/api/v4/x", signed_in=False)
    logged.call("GET", "/nothing\r\n\xff", signed_in=False)
    assert [msgspec.json.decode(line)["status"] for line in lines()] == [401, 404]
    assert all("\n" not in line for line in lines())


def test_no_token_is_ever_in_the_log(logged: Any, lines: Callable[[], list[str]]) -> None:
    token, hook = logged.session.token, new_id()
    logged.router.post("/hooks/{hook_id}", lambda req, hook_id: OK, auth="none")
    logged.app.rebuild()
    logged.call("GET", "/api/v4/x", query=f"access_token={token}", cookie=logged.cookie())
    logged.call("POST", f"/hooks/{hook}")
    assert len(lines()) == 2
    assert token not in "".join(lines())
    assert hook not in lines()[1]
    assert "/hooks/{hook_id}" in lines()[1]


def test_the_access_log_is_off_unless_asked_for(server: Any, lines: Callable[[], list[str]]) -> None:
    server.call("GET", "/api/v4/x")
    assert lines() == []


def test_records_that_handlers_write_carry_the_request_id(server: Any) -> None:
    server.router.get("/api/v4/x", lambda req: request_id.get())
    answer = server.call("GET", "/api/v4/x")
    assert answer.json == answer.headers["x-request-id"]
    assert request_id.get() == ""


def counted(server: Any) -> dict[tuple[str, ...], float]:
    families = {family.name: family for family in server.metrics.snapshot()}
    return {sample.labels: sample.value for sample in families["hubbub_http_requests_total"].samples}


def test_requests_are_counted_by_template_method_and_status(server: Any) -> None:
    server.router.get("/api/v4/posts/{post_id}", lambda req, post_id: Reply({}, etag="v"))
    for _ in range(2):
        server.call("GET", f"/api/v4/posts/{new_id()}")
    server.call("GET", f"/api/v4/posts/{new_id()}", if_none_match='"v"')
    server.call("GET", "/api/v4/posts/bad")
    template = "/api/v4/posts/{post_id}"
    assert counted(server) == {
        (template, "GET", "200"): 2,
        (template, "GET", "304"): 1,
        (template, "GET", "400"): 1,
    }
    families = {family.name: family for family in server.metrics.snapshot()}
    (sample,) = families["hubbub_http_request_duration_seconds"].samples
    assert (sample.labels, sum(sample.counts)) == ((template, "GET"), 4)


def test_made_up_paths_and_methods_make_no_new_series(server: Any) -> None:
    for number in range(20):
        server.call(f"M{number}", f"/api/v4/{number}")
    assert counted(server) == {("unknown", "other", "404"): 20}
