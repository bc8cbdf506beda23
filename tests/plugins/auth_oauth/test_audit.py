"""Sign-ins at a provider that end without an identity are audited: from where, with whom, why; no secrets."""

from typing import Any
from urllib.parse import urlencode

import gevent
import pytest

from hubbub.core.testing import PASSWORD
from hubbub.tests.plugins.auth_oauth.conftest import ONLY
from hubbub.tests.plugins.auth_oauth.idp import Idp, query_of
from hubbub.tests.plugins.auth_oauth.kit import Browser

pytestmark = pytest.mark.engines("sqlite")
STATE = "api.user.authorize_oauth_user.invalid_state.app_error"


@pytest.fixture
def only() -> tuple[str, ...]:
    """Return which plugins the server has."""
    return (*ONLY, "audits")


def refused(server: Any) -> list[dict[str, Any]]:
    """Return the records of refused sign-ins, newest first."""
    server.settle()
    admin = server.client()
    admin.login("admin", PASSWORD)
    found = [dict(row) for row in admin.get("/audits").json if row["action"] == "/api/v4/users/login"]
    return [row for row in found if row["extra_info"].startswith("fail")]


def complete(service: str = "openid", **query: str) -> str:
    return f"/signup/{service}/complete?{urlencode(query)}"


def test_each_way_to_be_refused_is_recorded_once(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    used = query_of(browser.visit(browser.leave()))
    assert browser.open(complete(**used)).status == 302
    assert refused(server) == []
    fresh = query_of(browser.leave())["state"]
    denied = query_of(browser.leave())["state"]
    for query, error in (
        ({"state": "made-up", "code": "a-code"}, STATE),
        ({"state": fresh, "code": used["code"]}, "api.user.authorize_oauth_user.token_failed.app_error"),
        ({"state": denied, "error": "access_denied"}, "api.user.authorize_oauth_user.denied.app_error"),
    ):
        before = len(refused(server))
        assert browser.open(complete(**query)).status >= 400
        (newest, *_), after = refused(server), len(refused(server))
        assert after == before + 1, query
        words = newest["extra_info"].split()
        assert words[-1] == "provider=openid"
        assert words[1].startswith("error=api.user.authorize_oauth_user."), words
        assert error.split(".")[-2] in words[1] or "error" in query, words
        assert (newest["ip_address"], newest["user_id"]) == ("127.0.0.1", "")
    texts = str(refused(server))
    assert not any(secret in texts for secret in (used["code"], fresh, denied, "a-code", "made-up"))


def test_a_service_that_is_off_and_a_refused_account_count_right(server: Any, idp: Idp) -> None:
    assert Browser(server).open(complete("google", state="x")).status == 501
    assert refused(server) == [], "nobody can try what isn't there"
    server.configure(TeamSettings={"EnableUserCreation": False})
    assert Browser(server).sign_in().status == 501
    (record,) = refused(server)
    assert record["extra_info"].split()[1:] == [
        "error=api.user.create_user.disabled.app_error", "status=501", "provider=openid"
    ]  # fmt: skip


def test_sessions_that_apps_wanted_to_take_over(server: Any, idp: Idp) -> None:
    assert server.client().post("/users/login/desktop_token", {"token": "made-up"}).status == 401
    gevent.sleep(0.002)  # records of one millisecond come in any order
    server.configure(FeatureFlags={"MobileSSOCodeExchange": True})
    body = {"login_code": "made-up", "code_verifier": "v" * 43, "state": "s"}
    assert server.client().post("/users/login/sso/code-exchange", body).status == 400
    gevent.sleep(0.002)
    server.configure(TeamSettings={"EnableUserCreation": False})
    path = f"/oauth/openid/login?{urlencode({'desktop_token': 'd' * 32})}"
    assert Browser(server).sign_in(path).status == 501
    errors = [record["extra_info"].split()[1] for record in refused(server)]
    assert errors == [
        "error=api.user.create_user.disabled.app_error",
        "error=api.oauth.get_access_token.bad_request.app_error",
        "error=app.desktop_token.validate.invalid",
    ]
