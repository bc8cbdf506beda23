"""Signing in as browsers do: by cookie, with a token against forged requests, for HTTP and for the WebSocket."""

from collections.abc import Callable

import pytest

from hubbub.core.testing import PASSWORD, LiveServer, Refused
from hubbub.tests.clients.kit import Browser

NOT_FROM_OUR_PAGE = {"X-Requested-With": ""}
"""What a form on another site can send: cookies, but none of our headers."""


@pytest.fixture
def browser(server: LiveServer, new_name: Callable[[str], str]) -> Browser:
    """Return a signed-in browser."""
    name = new_name("ann")
    server.create_user(name)
    browser = Browser(server)
    assert browser.login(name).status == 200
    return browser


def test_only_a_login_from_a_page_sets_cookies(server: LiveServer, new_name: Callable[[str], str]) -> None:
    name = new_name("ann")
    server.create_user(name)
    by_script = server.client().post("/users/login", {"login_id": name, "password": PASSWORD})
    assert by_script.cookies == []
    assert by_script.headers["token"]
    by_page = Browser(server).login(name)
    cookies = {cookie.partition("=")[0]: cookie.lower() for cookie in by_page.cookies}
    assert set(cookies) == {"MMAUTHTOKEN", "MMUSERID", "MMCSRF"}
    assert all("path=/" in cookie for cookie in cookies.values())
    assert {name for name, cookie in cookies.items() if "httponly" in cookie} == {"MMAUTHTOKEN"}
    assert not any("secure" in cookie for cookie in cookies.values())  # this site has no TLS


def test_the_cookie_is_enough_to_read(browser: Browser) -> None:
    assert browser.request("GET", "/users/me").json["id"] == browser.user["id"]
    assert browser.request("GET", "/users/me", headers=NOT_FROM_OUR_PAGE).status == 200


def test_a_page_that_begins_gets_cookies_that_last_as_long_as_its_session_does_now(browser: Browser) -> None:
    again = browser.request("GET", "/users/me")
    assert {cookie.partition("=")[0] for cookie in again.cookies} == {"MMAUTHTOKEN", "MMUSERID", "MMCSRF"}
    assert f"MMAUTHTOKEN={browser.cookies['MMAUTHTOKEN']};" in again.cookies[0]
    assert "Max-Age=" in again.cookies[0]
    assert browser.request("GET", "/users/me", headers=NOT_FROM_OUR_PAGE).cookies == []
    assert browser.request("GET", "/users/me/teams").cookies == []


def test_what_changes_something_needs_the_csrf_token(browser: Browser) -> None:
    team = {"name": f"t{browser.user['username']}", "display_name": "Team", "type": "O"}
    forged = browser.request("POST", "/teams", team, csrf=False, headers=NOT_FROM_OUR_PAGE)
    assert forged.status == 401
    guessed = browser.request(
        "POST", "/teams", team, csrf=False, headers={**NOT_FROM_OUR_PAGE, "X-CSRF-Token": "a" * 26}
    )
    assert guessed.status == 401
    assert browser.request("GET", "/users/me/teams").json == []
    assert browser.request("POST", "/teams", team, headers=NOT_FROM_OUR_PAGE).status == 201


def test_a_token_in_the_header_needs_no_csrf_token(browser: Browser) -> None:
    bearer = {"Authorization": f"Bearer {browser.cookies['MMAUTHTOKEN']}"}
    browser.cookies.clear()
    change = {"nickname": "Annie"}
    assert browser.request("PUT", "/users/me/patch", change, headers=NOT_FROM_OUR_PAGE).status == 401
    assert browser.request("PUT", "/users/me/patch", change, headers=bearer | NOT_FROM_OUR_PAGE).status == 200


def test_the_cookie_opens_a_websocket_for_our_own_pages_only(server: LiveServer, browser: Browser) -> None:
    cookie = {"Cookie": browser.cookie_header}
    with server.websocket(headers=cookie | {"Origin": server.url}) as socket:
        assert socket.wait_for("hello")["broadcast"]["user_id"] == browser.user["id"]
    for origin in ("https://elsewhere.example", "null"):
        with pytest.raises(Refused, match="400"):
            server.websocket(headers=cookie | {"Origin": origin})


def test_signing_out_takes_the_cookies_away_and_ends_the_session(browser: Browser) -> None:
    stolen = dict(browser.cookies)
    assert browser.request("POST", "/users/logout").status == 200
    assert set(browser.cookies.values()) == {""}
    browser.cookies = stolen
    assert browser.request("GET", "/users/me").error == "api.context.session_expired.app_error"
