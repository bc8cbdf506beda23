"""Pages of other origins."""

from typing import Any

import pytest

from hubbub.core.http import OK

PREFLIGHT = {"access_control_request_method": "POST", "access_control_request_headers": "authorization,content-type"}


def call(server: Any, method: str = "GET", **headers: str) -> Any:
    server.router.get("/api/v4/x", lambda req: OK)
    return server.call(method, "/api/v4/x", signed_in=method != "OPTIONS", **headers)


def cors(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control")}


def test_by_default_no_other_origin_may_read(server: Any) -> None:
    assert cors(call(server, origin="https://a.example")) == {}


def test_a_named_origin_may_read(server: Any) -> None:
    server.configure(
        ServiceSettings={
            "AllowCorsFrom": "https://a.example https://b.example",
            "CorsExposedHeaders": "X-One X-Two",
            "CorsAllowCredentials": True,
        }
    )
    answer = call(server, origin="https://b.example")
    assert cors(answer) == {
        "access-control-allow-origin": "https://b.example",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-One, X-Two",
    }
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", ["https://evil.example", "https://a.example.evil", "null", "", "https://xa.example"])
def test_another_origin_may_not(server: Any, origin: str) -> None:
    server.configure(ServiceSettings={"AllowCorsFrom": "https://a.example https://*.corp.example"})
    answer = call(server, origin=origin)
    assert cors(answer) == {}
    assert "Origin" in answer.headers["vary"]


def test_an_origin_may_hold_one_star(server: Any) -> None:
    server.configure(ServiceSettings={"AllowCorsFrom": "https://*.corp.example"})
    assert cors(call(server, origin="https://it.corp.example"))
    assert not cors(server.call("GET", "/api/v4/x", origin="https://corp.example"))
    server.configure(ServiceSettings={"AllowCorsFrom": "https://ab*b.example"})
    assert not cors(server.call("GET", "/api/v4/x", origin="https://ab.example"))


def test_any_origin_never_gets_credentials(server: Any) -> None:
    server.configure(ServiceSettings={"AllowCorsFrom": "*", "CorsAllowCredentials": True})
    assert cors(call(server, origin="https://a.example")) == {"access-control-allow-origin": "*"}


def test_a_preflight_is_answered_without_session_or_route(server: Any) -> None:
    server.configure(ServiceSettings={"AllowCorsFrom": "https://a.example"})
    answer = call(server, "OPTIONS", origin="https://a.example", **PREFLIGHT)
    assert answer.status == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type"
    assert answer.headers["access-control-max-age"] == "86400"


def test_a_preflight_of_another_origin_allows_nothing(server: Any) -> None:
    server.configure(ServiceSettings={"AllowCorsFrom": "https://a.example"})
    assert cors(call(server, "OPTIONS", origin="https://evil.example", **PREFLIGHT)) == {}


def test_errors_can_be_read_by_allowed_pages_too(server: Any) -> None:
    server.configure(ServiceSettings={"AllowCorsFrom": "https://a.example"})
    answer = server.call("GET", "/api/v4/nothing", origin="https://a.example")
    assert cors(answer)["access-control-allow-origin"] == "https://a.example"
