"""Rubbish from the network: always an answer, never a 500."""

import random
from typing import Any

import msgspec
import pytest


class Thing(msgspec.Struct):
    name: str
    count: int = 0
    props: dict[str, Any] = msgspec.field(default_factory=dict)


@pytest.fixture
def target(server: Any) -> Any:
    def show(req: Any, **fields: str) -> object:
        return [fields, req.query("q"), req.query_int("n"), req.query_bool("b"), req.page(), req.ip, req.connection_id]

    server.router.get("/api/v4/users/{user_id}", show)
    server.router.get("/api/v4/names/{name:text}", show, auth="optional")
    server.router.get("/files/{rest:path}", show, auth="none")
    server.router.post("/api/v4/things", lambda req: req.read(Thing))
    server.router.post("/api/v4/lists", lambda req: req.read_list(str, max_items=10))
    server.router.post("/api/v4/maps", lambda req: req.read_map())
    return server


@pytest.mark.parametrize("path", ["/api/v4/names/a\x00b", "/files/\x00", "/\x00"])
def test_a_nul_in_the_path_is_a_400(target: Any, path: str) -> None:
    assert target.call("GET", path).status == 400


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "%00=1", "q=\x00"])
def test_a_nul_in_the_query_is_a_400(target: Any, query: str) -> None:
    assert target.call("GET", "/api/v4/users/me", query=query).status == 400


@pytest.mark.parametrize("query", ["q=" + "x" * 3000, "&".join(["a=1"] * 1000)])
def test_an_address_that_is_too_long_is_a_414(target: Any, query: str) -> None:
    answer = target.call("GET", "/api/v4/users/me", query=query)
    assert (answer.status, answer.error_id) == (414, "basic_security_check.url.too_long_error")


@pytest.mark.parametrize(
    "path", ["", "//", "/api/v4/names/\xff\xfe", "/api/v4/names/\xed\xa0\x80", "/" * 500, "*", "x"]
)
def test_odd_paths_get_an_answer(target: Any, path: str) -> None:
    assert target.call("GET", path).status in (200, 404)


@pytest.mark.parametrize("name", ["cookie", "authorization", "if_none_match", "accept_encoding", "origin", "host"])
def test_odd_headers_get_an_answer(target: Any, name: str) -> None:
    for value in (
        "\xff\x80",
        "",
        ";;;=",
        "," * 3000,
        "MMAUTHTOKEN=\xff",
        '"' * 99,
        "Bearer \xff",
        "gzip;q=" + "9" * 99,
    ):
        for method, path in (("GET", "/api/v4/users/me"), ("POST", "/api/v4/things"), ("OPTIONS", "/api/v4/things")):
            assert target.call(method, path, **{name: value}).status < 500


@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=utf-16", "x", "", "\xff"])
def test_the_content_type_is_not_believed(target: Any, content_type: str) -> None:
    answer = target.call("POST", "/api/v4/things", {"name": "é"}, content_type=content_type)
    assert answer.json["name"] == "é"


QUERY_PIECES = "q= n= b= page= per_page= % %ff & = -1 999999999999999999999999 %f0%9f%98%80 ; + é".split()


def mutations(seed: int) -> list[bytes]:
    """Return broken variants of a good body."""
    dice = random.Random(seed)
    good = msgspec.json.encode({"name": "x\u00e9\\", "count": 3, "props": {"a": [1, None, {"b": "\u20ac"}]}})
    broken = []
    for _ in range(150):
        body = bytearray(good)
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(body))
            body[place : place + dice.randrange(3)] = dice.choice(
                [
                    b"\\u0000",
                    b"\\ud800",
                    b"\xff",
                    b"[" * 200,
                    b"null",
                    b"1e400",
                    b"9" * 40,
                    b'"',
                    b"{",
                    b"",
                    b"\x00",
                    b"-",
                ]
            )
        broken.append(bytes(body))
    return broken


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_broken_bodies_are_refused_or_understood(target: Any, seed: int) -> None:
    for body in mutations(seed):
        for path in ("/api/v4/things", "/api/v4/lists", "/api/v4/maps"):
            answer = target.call("POST", path, body=body)
            assert answer.status in (200, 400), body


def test_broken_queries_are_refused_or_understood(target: Any) -> None:
    dice = random.Random(7)
    for _ in range(300):
        query = "".join(dice.choice(QUERY_PIECES) for _ in range(8)).encode().decode("latin-1")
        assert target.call("GET", "/api/v4/users/me", query=query).status in (200, 400)


def test_an_environ_that_falcon_cannot_read_is_still_answered(target: Any) -> None:
    answer = target.send({"PATH_INFO": "/api/v4/users/me", "REQUEST_METHOD": "GET"})
    assert (answer.status, answer.error_id) == (500, "api.context.internal.app_error")
