"""Rate limits: the algorithm on a clock that stands still, and who is counted together."""

from typing import Any

import pytest

from hubbub.core.http import OK
from hubbub.core.http.ratelimit import RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_the_average() -> None:
    clock = Clock()
    limiter = RateLimiter(2, 3, 100, clock)
    assert [limiter.hit("a").remaining for _ in range(4)] == [3, 2, 1, 0]
    refused = limiter.hit("a")
    assert (refused.allowed, refused.limit, refused.reset, refused.retry_after) == (False, 4, 2, 1)
    clock.now += 0.5
    assert limiter.hit("a").allowed
    assert not limiter.hit("a").allowed
    clock.now += 60
    assert limiter.hit("a").remaining == 3


def test_refused_calls_are_not_counted() -> None:
    clock = Clock()
    limiter = RateLimiter(1, 0, 100, clock)
    assert limiter.hit("a").allowed
    for _ in range(50):
        assert not limiter.hit("a").allowed
    clock.now += 1
    assert limiter.hit("a").allowed


def test_the_oldest_caller_is_forgotten_first() -> None:
    limiter = RateLimiter(1, 0, 2, Clock())
    for key in "abc":
        assert limiter.hit(key).allowed
    assert not limiter.hit("b").allowed
    assert limiter.hit("a").allowed


@pytest.fixture
def limited(server: Any) -> Any:
    server.configure(RateLimitSettings={"Enable": True, "PerSec": 1, "MaxBurst": 1})
    server.router.get("/api/v4/x", lambda req: OK)
    return server


def test_over_the_limit_is_a_429_as_text(limited: Any) -> None:
    answers = [limited.call("GET", "/api/v4/x") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[2].body == b"limit exceeded\n"
    assert answers[2].headers["content-type"] == "text/plain; charset=utf-8"
    assert answers[2].headers["retry-after"] == "1"
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["x-ratelimit-limit"] == "2"
    assert "x-ratelimit-reset" in answers[0].headers


def test_each_address_is_counted_for_itself(limited: Any) -> None:
    for peer in ("1.1.1.1", "2.2.2.2"):
        assert [limited.call("GET", "/api/v4/x", peer=peer).status for _ in range(3)] == [200, 200, 429]


def test_unknown_routes_count_too(limited: Any) -> None:
    assert [limited.call("GET", "/nothing").status for _ in range(3)] == [404, 404, 429]


def test_users_are_counted_by_session_and_made_up_tokens_by_address(limited: Any) -> None:
    limited.configure(RateLimitSettings={"VaryByUser": True})
    other = limited.sessions.add()
    for token in (limited.session.token, other.token):
        bearer = f"Bearer {token}"
        assert [limited.call("GET", "/api/v4/x", authorization=bearer).status for _ in range(3)] == [200, 200, 429]
    made_up = [limited.call("GET", "/api/v4/x", authorization=f"Bearer {n}").status for n in range(3)]
    assert made_up == [401, 401, 429]


def test_a_header_may_tell_callers_apart(limited: Any) -> None:
    limited.configure(RateLimitSettings={"VaryByRemoteAddr": False, "VaryByHeader": "X-Tenant"})
    for tenant in ("a", "b"):
        assert [limited.call("GET", "/api/v4/x", x_tenant=tenant).status for _ in range(3)] == [200, 200, 429]


def test_a_route_has_its_own_limit_where_limits_are_on(server: Any) -> None:
    server.router.post("/api/v4/users/login", lambda req: OK, auth="none", rate_limit=(5, 1))
    assert [server.call("POST", "/api/v4/users/login").status for _ in range(4)] == [200] * 4
    server.configure(RateLimitSettings={"Enable": True})
    assert [server.call("POST", "/api/v4/users/login").status for _ in range(3)] == [200, 200, 429]
    assert server.call("POST", "/api/v4/users/login", peer="2.2.2.2").status == 200
