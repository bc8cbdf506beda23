"""Who is asking: tokens in cookie, header and query; CSRF; the cookies of a browser."""

from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.core.http import OK, Reply, clear_session_cookies, set_session_cookies


@pytest.fixture
def who(server: Any) -> Any:
    server.router.get("/api/v4/who", lambda req: req.user_id)
    server.router.post("/api/v4/who", lambda req: req.user_id)
    return server


def test_without_a_session_a_route_is_a_401(who: Any) -> None:
    answer = who.call("GET", "/api/v4/who", signed_in=False)
    assert (answer.status, answer.error_id) == (401, "api.context.session_expired.app_error")


@pytest.mark.parametrize("scheme", ["Bearer", "BEARER", "bearer", "token", "Token"])
def test_a_token_comes_in_the_header(who: Any, scheme: str) -> None:
    answer = who.call("GET", "/api/v4/who", authorization=f"{scheme} {who.session.token}")
    assert answer.json == who.session.user_id


@pytest.mark.parametrize("value", ["Basic abc", "Bearer", "Bearer ", "Bearer wrong", "x", ""])
def test_other_authorization_is_nobodys(who: Any, value: str) -> None:
    assert who.call("GET", "/api/v4/who", authorization=value).status == 401


def test_the_cookie_beats_the_header(who: Any) -> None:
    other = who.sessions.add()
    answer = who.call("GET", "/api/v4/who", cookie=who.cookie(other), authorization=f"Bearer {who.session.token}")
    assert answer.json == other.user_id


def test_a_cookie_whose_name_only_ends_alike_is_not_the_token(who: Any) -> None:
    assert who.call("GET", "/api/v4/who", cookie=f"XMMAUTHTOKEN={who.session.token}").status == 401


def test_an_invalid_cookie_is_taken_away(who: Any) -> None:
    answer = who.call("GET", "/api/v4/who", cookie="MMAUTHTOKEN=old; MMUSERID=x")
    assert answer.status == 401
    assert any(cookie.startswith("MMAUTHTOKEN=;") and "Max-Age=0" in cookie for cookie in answer.cookies)


def test_a_token_in_the_address_is_for_oauth_only(who: Any) -> None:
    answer = who.call("GET", "/api/v4/who", query=f"access_token={who.session.token}", signed_in=False)
    assert (answer.status, answer.error_id) == (401, "api.context.token_provided.app_error")
    app = who.sessions.add(is_oauth=True)
    answer = who.call("GET", "/api/v4/who", query=f"a=b&access_token={app.token}", signed_in=False)
    assert answer.json == app.user_id


def test_only_the_first_fifty_characters_of_a_token_count(who: Any) -> None:
    who.call("GET", "/api/v4/who", authorization="Bearer " + "a" * 5000)
    who.call("GET", "/api/v4/who", cookie="MMAUTHTOKEN=" + "b" * 5000)
    who.call("GET", "/api/v4/who", query="access_token=" + "c" * 1000, signed_in=False)
    assert who.sessions.asked == ["a" * 50, "b" * 50, "c" * 50]


def test_a_browsers_change_needs_the_csrf_token(who: Any) -> None:
    cookie = who.cookie()
    answer = who.call("POST", "/api/v4/who", cookie=cookie)
    assert (answer.status, answer.error_id) == (401, "api.context.session_expired.app_error")
    assert answer.cookies == []
    assert who.call("POST", "/api/v4/who", cookie=cookie, x_csrf_token="wrong").status == 401
    assert who.call("POST", "/api/v4/who", cookie=cookie, x_csrf_token="\xe9\xff").status == 401
    assert who.call("POST", "/api/v4/who", cookie=cookie, x_csrf_token=who.session.csrf_token).status == 200


def test_an_ajax_header_stands_in_for_the_csrf_token_unless_strict(who: Any) -> None:
    assert who.call("POST", "/api/v4/who", cookie=who.cookie(), x_requested_with="XMLHttpRequest").status == 200
    who.configure(ServiceSettings={"ExperimentalStrictCSRFEnforcement": True})
    assert who.call("POST", "/api/v4/who", cookie=who.cookie(), x_requested_with="XMLHttpRequest").status == 401


def test_a_session_without_csrf_token_is_not_opened_by_an_empty_one(who: Any) -> None:
    bare = who.sessions.add(props={})
    assert who.call("POST", "/api/v4/who", cookie=who.cookie(bare), x_csrf_token="").status == 401


def test_reading_and_tokens_in_headers_need_no_csrf_token(who: Any) -> None:
    assert who.call("GET", "/api/v4/who", cookie=who.cookie()).status == 200
    assert who.call("HEAD", "/api/v4/who", cookie=who.cookie()).status == 200
    assert who.call("POST", "/api/v4/who").status == 200


def test_a_route_may_do_without_csrf(who: Any) -> None:
    who.router.post("/api/v4/client_perf", lambda req: OK, csrf=False)
    assert who.call("POST", "/api/v4/client_perf", cookie=who.cookie()).status == 200


def test_an_optional_session_without_csrf_token_is_nobodys(who: Any) -> None:
    who.router.post("/api/v4/maybe", lambda req: req.session_or_none is not None, auth="optional")
    assert who.call("POST", "/api/v4/maybe", cookie=who.cookie()).json is False
    assert who.call("POST", "/api/v4/maybe").json is True
    assert who.call("POST", "/api/v4/maybe", signed_in=False).json is False


def test_a_route_for_nobody_looks_no_session_up(who: Any) -> None:
    who.router.post("/api/v4/login", lambda req: req.session_or_none is None, auth="none")
    assert who.call("POST", "/api/v4/login", cookie=who.cookie(), query="access_token=x").json is True
    assert who.sessions.asked == []


def login(server: Any) -> None:
    def handler(req: Any) -> Reply:
        reply = Reply({})
        if req.is_ajax:
            set_session_cookies(reply, server.session, req, server.store.current)
        return reply

    server.router.post("/api/v4/users/login", handler, auth="none")


def test_a_browser_gets_three_cookies(server: Any) -> None:
    login(server)
    server.configure(ServiceSettings={"SessionLengthWebInHours": 2, "ExtendSessionLengthWithActivity": False})
    token, user, csrf = server.call("POST", "/api/v4/users/login", x_requested_with="XMLHttpRequest").cookies
    assert token.startswith(f"MMAUTHTOKEN={server.session.token}; Path=/; Max-Age=7200; ")
    assert token.endswith("; HttpOnly")
    assert user.startswith(f"MMUSERID={server.session.user_id}; ")
    assert csrf.startswith(f"MMCSRF={server.session.csrf_token}; ")
    assert "HttpOnly" not in user + csrf
    assert "Secure" not in token


@pytest.mark.parametrize("seconds", [90, 40 * 86_400])
def test_cookies_live_as_long_as_their_session(server: Any, seconds: int) -> None:
    login(server)
    server.configure(ServiceSettings={"ExtendSessionLengthWithActivity": False})
    server.session = server.sessions.add(expires_at=now_ms() + seconds * 1000)
    for cookie in server.call("POST", "/api/v4/users/login", x_requested_with="XMLHttpRequest").cookies:
        left = int(cookie.partition("Max-Age=")[2].partition(";")[0])
        assert seconds - 30 <= left <= seconds
        expires = parsedate_to_datetime(cookie.partition("Expires=")[2].partition(";")[0]).timestamp() * 1000
        assert abs(expires - server.session.expires_at) < 30_000


def test_cookies_outlive_a_session_that_activity_prolongs(server: Any) -> None:
    login(server)
    server.configure(ServiceSettings={"ExtendSessionLengthWithActivity": True})
    server.session = server.sessions.add(expires_at=now_ms() + 3_600_000)
    token, *_ = server.call("POST", "/api/v4/users/login", x_requested_with="XMLHttpRequest").cookies
    assert f"; Max-Age={400 * 86_400};" in token


def test_the_cookie_of_a_session_that_just_ended_is_not_kept_for_ever(server: Any) -> None:
    login(server)
    server.configure(ServiceSettings={"ExtendSessionLengthWithActivity": False})
    server.session = server.sessions.add(expires_at=now_ms() - 5_000)
    token, *_ = server.call("POST", "/api/v4/users/login", x_requested_with="XMLHttpRequest").cookies
    assert "; Max-Age=1; " in token


def test_other_clients_get_no_cookies(server: Any) -> None:
    login(server)
    assert server.call("POST", "/api/v4/users/login").cookies == []


def test_cookies_follow_scheme_and_site_url(server: Any) -> None:
    login(server)
    server.configure(ServiceSettings={"SiteURL": "https://chat.example.com/sub", "AllowCookiesForSubdomains": True})
    answer = server.call("POST", "/api/v4/users/login", scheme="https", x_requested_with="XMLHttpRequest")
    for cookie in answer.cookies:
        assert "; Path=/sub; " in cookie
        assert "; Domain=chat.example.com; Secure" in cookie


def test_signing_out_takes_the_cookies_away(server: Any) -> None:
    def logout(req: Any) -> Reply:
        reply = Reply(OK)
        clear_session_cookies(reply, req, server.store.current)
        return reply

    server.router.post("/api/v4/users/logout", logout)
    cookies = server.call("POST", "/api/v4/users/logout").cookies
    assert [cookie.split(";")[0] for cookie in cookies] == ["MMAUTHTOKEN=", "MMUSERID=", "MMCSRF="]
    assert all("Max-Age=0; Expires=Thu, 01 Jan 1970" in cookie for cookie in cookies)
