"""Mobile and desktop apps that take a session over from the browser, over the whole way."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest

from hubbub.tests.plugins.auth_oauth.idp import Idp, query_of
from hubbub.tests.plugins.auth_oauth.kit import Browser, said

pytestmark = pytest.mark.engines("sqlite")
VERIFIER = "the-verifier-of-an-app-" + "x" * 40
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
APP = "mmauth://callback"


def opened(browser: Browser, **query: str) -> tuple[Any, str]:
    """Go the whole way for a mobile app; return the answer and the app's address on its page."""
    answer = browser.sign_in(f"/oauth/openid/mobile_login?{urlencode({'redirect_to': APP, **query})}")
    return answer, said(answer).partition('href="')[2].partition('"')[0].replace("&amp;", "&")


def test_a_mobile_app_gets_its_session_and_the_browser_none(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    answer, target = opened(browser)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert target.startswith(f"{APP}?MMAUTHTOKEN=")
    given = query_of(target)
    me = server.client().get("/users/me", headers={"Authorization": f"Bearer {given['MMAUTHTOKEN']}"})
    assert me.json["username"] == "anna"
    row = server.app.db.fetch_one("SELECT props FROM {sessions} WHERE token = ?", (given["MMAUTHTOKEN"],))
    assert '"isMobile":"true"' in row[0].replace(" ", "")
    assert given["MMCSRF"] in row[0]
    assert browser.me == {}


def test_a_mobile_app_exchanges_its_code(server: Any, idp: Idp) -> None:
    server.configure(FeatureFlags={"MobileSSOCodeExchange": True})
    asked = {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "of-the-app"}
    _, target = opened(Browser(server), **asked)
    code = query_of(target)["login_code"]
    assert "MMAUTHTOKEN" not in target
    body = {"login_code": code, "code_verifier": VERIFIER, "state": "of-the-app"}
    session = server.client().post("/users/login/sso/code-exchange", body)
    assert session.status == 200
    me = server.client().get("/users/me", headers={"Authorization": f"Bearer {session.json['token']}"})
    assert me.json["username"] == "anna"


@pytest.mark.parametrize(
    "query", [{"code_challenge": CHALLENGE}, {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}]
)
def test_a_challenge_is_hashed_or_refused(server: Any, idp: Idp, query: dict[str, str]) -> None:
    address = f"/oauth/openid/mobile_login?{urlencode({'redirect_to': APP, **query})}"
    answer = server.client().get(address, raw_path=True)
    assert (answer.status, answer.json["id"]) == (400, "api.context.invalid_url_param.app_error")


def test_schemes_of_apps_that_nobody_named_are_refused(server: Any, idp: Idp) -> None:
    server.configure(NativeAppSettings={"AppCustomURLSchemes": ["ourapp://"]})
    assert Browser(server).open(f"/oauth/openid/mobile_login?redirect_to={APP}").status == 400
    assert Browser(server).open("/oauth/openid/mobile_login?redirect_to=ourapp://callback").status == 302


def test_the_desktop_app_takes_the_session_over(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    answer = browser.sign_in(f"/oauth/openid/login?desktop_token={'d' * 64}&redirect_to=/crew")
    assert answer.status == 302
    halves = query_of(answer.headers["location"])
    assert answer.headers["location"].startswith("/login/desktop?")
    assert (halves["client_token"], halves["redirect_to"]) == ("d" * 64, "/crew")
    assert browser.me == {}, "the browser itself stays signed out"
    taken = server.client().post("/users/login/desktop_token", {"token": halves["server_token"]})
    assert taken.json["username"] == "anna"
    assert server.client().post("/users/login/desktop_token", {"token": halves["server_token"]}).status == 401
    assert server.client().post("/users/login/desktop_token", {"token": halves["client_token"]}).status == 401


def test_over_tls_the_cookie_is_this_hosts_alone(server: Any, idp: Idp) -> None:
    server.configure(HubbubSettings={"TrustedProxies": ["127.0.0.1"]})
    browser = Browser(server, **{"X-Forwarded-Proto": "https"})
    answer = browser.open("/oauth/openid/login")
    (cookie,) = answer.cookies
    assert cookie.startswith("__Host-MMOAUTH=")
    assert "; Secure" in cookie
    back = browser.visit(answer.headers["location"])
    planted = Browser(server, **{"X-Forwarded-Proto": "https"})
    planted.cookies = {"MMOAUTH": browser.cookies["__Host-MMOAUTH"]}
    assert planted.open(back).status == 400, "what another host of the domain can set doesn't count"
    assert browser.open(back).status == 302


def test_errors_are_pages_for_people_and_json_for_programs(server: Any, idp: Idp) -> None:
    for person, kind in ((True, "text/html; charset=utf-8"), (False, "application/json")):
        headers = {} if person else {"Accept": "application/json"}
        answer = Browser(server).open("/signup/openid/complete?state=x", **headers)
        assert (answer.status, answer.headers["content-type"]) == (400, kind)
    page = said(Browser(server).open("/signup/openid/complete?state=x"))
    assert 'href="/login"' in page
    assert "api.user.authorize_oauth_user.invalid_state.app_error" in page
