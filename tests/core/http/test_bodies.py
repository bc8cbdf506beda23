"""Bodies: decoded into records; what is wrong is named."""

from typing import Any

import msgspec
import pytest


class Props(msgspec.Struct):
    text: str = ""
    tags: list[str] = []


class Draft(msgspec.Struct):
    message: str
    root_id: str = ""
    count: int = 0
    note: str | None = "absent"
    props: Props = msgspec.field(default_factory=Props)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


@pytest.fixture
def drafts(server: Any) -> Any:
    server.router.post("/api/v4/drafts", lambda req: req.read(Draft), status=201)
    server.router.post("/api/v4/ids", lambda req: req.read_list(str, max_items=3, name="ids"))
    server.router.post("/api/v4/map", lambda req: req.read_map())
    return server


def test_a_body_becomes_a_record(drafts: Any) -> None:
    answer = drafts.call("POST", "/api/v4/drafts", {"message": "hi", "props": {"tags": ["a"]}, "unknown": 1})
    assert answer.status == 201
    assert (answer.json["message"], answer.json["props"]["tags"]) == ("hi", ["a"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": None}, "message"),
        ({"message": 1}, "message"),
        ({"message": "x", "count": "1"}, "count"),
        ({"message": "x", "count": 1.5}, "count"),
        ({"message": "x", "props": {"text": 3}}, "props.text"),
        ({"message": "x", "props": {"tags": ["a", 1]}}, "props.tags"),
        ({"message": "x", "props": {"tags": ["a", None]}}, "props.tags"),
        ({"message": "x", "props": [], "count": None}, "props"),
    ],
)
def test_a_wrong_field_is_a_400_that_names_it(drafts: Any, body: Any, field: str) -> None:
    answer = drafts.call("POST", "/api/v4/drafts", body)
    assert (answer.status, answer.error_id) == (400, "api.context.invalid_body_param.app_error")
    assert f" {field} " in answer.json["message"]


def test_null_counts_as_absent_where_it_has_no_meaning(drafts: Any) -> None:
    body = {"message": "x", "root_id": None, "count": None, "note": None, "props": {"text": None, "tags": None}}
    answer = drafts.call("POST", "/api/v4/drafts", {**body, "extra": {"kept": None}})
    assert answer.status == 201
    assert answer.json["props"] == {"text": "", "tags": []}
    assert answer.json["extra"] == {"kept": None}
    assert answer.json["note"] is None


def test_a_body_full_of_nulls_is_no_burden(drafts: Any) -> None:
    drafts.router.post("/api/v4/many", lambda req: len(req.read(list[Draft])))
    drafts.app.rebuild()
    body = [{"message": "x", "root_id": None, "count": None}] * 200
    assert drafts.call("POST", "/api/v4/many", body).json == 200


@pytest.mark.parametrize("body", [b"", b"{", b"nope", b"\xff\xfe", b'{"message":"\xff"}', b"[]", b"null", b"3"])
def test_a_body_that_is_no_object_is_a_400(drafts: Any, body: bytes) -> None:
    answer = drafts.call("POST", "/api/v4/drafts", body=body)
    assert (answer.status, answer.error_id) == (400, "api.payload.parse.error")


@pytest.mark.parametrize("body", [{"a": 1}, ["a", 1], [None], ["a"] * 4, "a"])
def test_a_wrong_list_is_a_400_that_names_it(drafts: Any, body: Any) -> None:
    answer = drafts.call("POST", "/api/v4/ids", body)
    assert (answer.status, answer.error_id) == (400, "api.context.invalid_body_param.app_error")
    assert " ids " in answer.json["message"]


def test_a_map_holds_strings_and_forgets_nulls(drafts: Any) -> None:
    assert drafts.call("POST", "/api/v4/map", {"a": "b", "c": None}).json == {"a": "b"}
    answer = drafts.call("POST", "/api/v4/map", {"a": "b", "login_id": 3})
    assert (answer.status, " login_id " in answer.json["message"]) == (400, True)


def test_a_nul_in_a_string_is_refused_but_not_the_text_of_one(drafts: Any) -> None:
    assert drafts.call("POST", "/api/v4/drafts", body=rb'{"message":"a\u0000b"}').status == 400
    assert drafts.call("POST", "/api/v4/drafts", body=rb'{"message":"a","extra":{"\u0000":1}}').status == 400
    assert drafts.call("POST", "/api/v4/drafts", body=rb'{"message":"a\\\u0000b"}').status == 400
    assert drafts.call("POST", "/api/v4/drafts", body=rb'{"message":"a\\u0000b"}').json["message"] == "a\\u0000b"


def test_an_integer_that_no_column_holds_is_refused(drafts: Any) -> None:
    for number in (2**63, -(2**63) - 1, 10**30):
        answer = drafts.call("POST", "/api/v4/drafts", body=b'{"message":"x","count":%d}' % number)
        assert (answer.status, " count " in answer.json["message"]) == (400, True)
    assert drafts.call("POST", "/api/v4/drafts", {"message": "x", "count": 2**63 - 1}).status == 201
    assert drafts.call("POST", "/api/v4/drafts", {"message": "1" * 40}).status == 201


def test_deep_nesting_is_refused_long_before_the_stack_ends(drafts: Any) -> None:
    def nested(levels: int) -> bytes:
        return b'{"message":"x","extra":{"a":' + b"[" * levels + b"]" * levels + b"}}"

    assert drafts.call("POST", "/api/v4/drafts", body=nested(50)).status == 201
    for levels in (101, 5_000, 100_000):
        assert drafts.call("POST", "/api/v4/drafts", body=nested(levels)).status == 400
    assert drafts.call("POST", "/api/v4/drafts", {"message": "[" * 5000}).status == 201


def test_of_duplicate_keys_the_last_counts(drafts: Any) -> None:
    assert drafts.call("POST", "/api/v4/drafts", body=b'{"message":"a","message":"b"}').json["message"] == "b"


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_body_over_the_limit_is_a_413(drafts: Any, in_memory: bool) -> None:
    drafts.configure(ServiceSettings={"MaximumPayloadSizeBytes": 1000})
    fits = {"message": "x" * 1400}
    assert drafts.call("POST", "/api/v4/drafts", fits, in_memory=in_memory).status == 201
    answer = drafts.call("POST", "/api/v4/drafts", {"message": "x" * 1600}, in_memory=in_memory)
    assert (answer.status, answer.error_id) == (413, "api.context.request_body_too_large.app_error")


def test_a_body_that_says_it_is_too_large_is_refused_before_the_handler_runs(drafts: Any) -> None:
    called: list[Any] = []
    drafts.router.post("/api/v4/unread", called.append)
    drafts.app.rebuild()
    answer = drafts.call("POST", "/api/v4/unread", body=b"{}", in_memory=False, content_length="400000")
    assert (answer.status, called) == (413, [])


def test_a_chunked_body_is_read_to_the_limit(drafts: Any) -> None:
    def chunked(size: int) -> int:
        body = msgspec.json.encode({"message": "x" * size})
        headers = {"content_length": "", "transfer_encoding": "chunked"}
        return int(drafts.call("POST", "/api/v4/drafts", body=body, in_memory=False, **headers).status)

    assert chunked(200_000) == 201
    assert chunked(400_000) == 413


def test_a_route_may_take_larger_bodies(drafts: Any) -> None:
    drafts.router.post("/api/v4/up", lambda req: len(req.read_bytes()), body_limit=lambda c: c.FileSettings.MaxFileSize)
    drafts.router.post("/api/v4/small", lambda req: len(req.read_bytes()), body_limit=10)
    drafts.app.rebuild()
    assert drafts.call("POST", "/api/v4/up", body=b"x" * 1_000_000).json == 1_000_000
    assert drafts.call("POST", "/api/v4/small", body=b"x" * 11).status == 413


def test_a_large_body_is_read_in_pieces(drafts: Any) -> None:
    drafts.router.post("/api/v4/up", lambda req: [len(c) for c in req.read_chunks(10**6)], body_limit=10**6)
    drafts.app.rebuild()
    pieces = drafts.call("POST", "/api/v4/up", body=b"x" * 150_000, in_memory=False).json
    assert pieces == [65_536, 65_536, 18_928]


@pytest.mark.parametrize("length", ["-1", "abc", "1 ", "٣", "1" * 30])
def test_a_false_length_is_refused(drafts: Any, length: str) -> None:
    answer = drafts.call("POST", "/api/v4/drafts", body=b"{}", in_memory=False, content_length=length)
    assert answer.status in (400, 413)


def test_an_error_repeats_little_of_what_was_sent(drafts: Any) -> None:
    assert len(drafts.call("POST", "/api/v4/map", {"k" * 100_000: 1}).body) < 1000
    body = b'{"message":"x","extra":{"%s":%d}}' % (b"k" * 100_000, 10**30)
    assert len(drafts.call("POST", "/api/v4/drafts", body=body).body) < 1000
