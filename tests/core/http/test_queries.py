"""Query values: texts, numbers, truth values, pages."""

from typing import Any

import pytest


@pytest.fixture
def query(server: Any) -> Any:
    router = server.router
    router.get("/api/v4/text", lambda req: req.query("q", "none"))
    router.get("/api/v4/all", lambda req: req.query_list("q"))
    router.get("/api/v4/int", lambda req: req.query_int("since", 7, minimum=0))
    router.get("/api/v4/bool", lambda req: req.query_bool("flag", True))
    router.get("/api/v4/page", lambda req: [req.page().page, req.page().per_page])
    return lambda path, text: server.call("GET", f"/api/v4/{path}", query=text)


def test_of_repeated_values_the_first_counts(query: Any) -> None:
    assert query("text", "q=a&q=b").json == "a"
    assert query("all", "q=a&q=b,c").json == ["a", "b,c"]
    assert query("text", "").json == "none"
    assert query("text", "q=").json == ""


def test_text_is_utf8_and_never_fails(query: Any) -> None:
    assert query("text", "q=%C3%A9+%26").json == "é &"
    assert query("text", "q=%ff%fe").json == "\ufffd\ufffd"
    assert query("text", "q=%zz").json == "%zz"


@pytest.mark.parametrize("text", ["x", "1.5", "1_0", "%D9%A3", "9223372036854775808", "9" * 2000, "-1", "+ 1", "0x1"])
def test_a_number_that_is_none_is_a_400_that_names_it(query: Any, text: str) -> None:
    answer = query("int", f"since={text}")
    assert (answer.status, answer.error_id) == (400, "api.context.invalid_url_param.app_error")
    assert " since " in answer.json["message"]


def test_numbers_within_bounds(query: Any) -> None:
    assert query("int", "since=9223372036854775807").json == 2**63 - 1
    assert query("int", "since=").json == 7


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False), ("yes", True)]
)
def test_truth_values(query: Any, text: str, value: bool) -> None:
    assert query("bool", f"flag={text}").json is value


@pytest.mark.parametrize(
    ("text", "page", "per_page"),
    [
        ("", 0, 60),
        ("page=2&per_page=10", 2, 10),
        ("page=-1&per_page=-1", 0, 60),
        ("page=x&per_page=y", 0, 60),
        ("per_page=0", 0, 0),
        ("per_page=201", 0, 200),
        ("per_page=99999999999999999999999", 0, 60),
        ("page=9223372036854775807", 2**31 - 1, 60),
    ],
)
def test_a_page_is_never_an_error(query: Any, text: str, page: int, per_page: int) -> None:
    assert query("page", text).json == [page, per_page]
