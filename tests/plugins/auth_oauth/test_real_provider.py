"""A real OpenID provider, and everything that people do with it."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from hubbub.tests.plugins.auth_oauth.conftest import ONLY
from hubbub.tests.plugins.auth_oauth.kit import SITE, Browser, said
from hubbub.tests.services.oidc import OidcServer


@pytest.fixture
def real(make_server: Any, database: Any, oidc: OidcServer) -> Any:
    """Return a server that the provider knows."""
    section = oidc.register(f"{SITE}/signup/openid/complete")
    server = make_server(database, ONLY, ServiceSettings={"SiteURL": SITE}, OpenIdSettings=section)
    server.sign_up("admin")
    return server


def sign_in(server: Any, oidc: OidcServer, name: str, path: str = "/oauth/openid/login") -> tuple[Browser, Any]:
    """Return a browser that went the whole way, and the last answer."""
    browser = Browser(server)
    return browser, browser.open(oidc.sign_in(browser.leave(path), name))


def test_the_whole_way_twice(real: Any, oidc: OidcServer) -> None:
    browser, answer = sign_in(real, oidc, "wanda", "/oauth/openid/login?redirect_to=/crew")
    assert (answer.status, answer.headers["location"]) == (302, "/crew")
    me = browser.me
    assert (me["username"], me["email"], me["last_name"]) == ("wanda", "wanda@corp.example", "Berg")
    again, _ = sign_in(real, oidc, "wanda")
    assert again.me["id"] == me["id"]
    assert real.app.db.fetch_one("SELECT COUNT(*) FROM {tokens} WHERE type = 'oauth'")[0] == 0, "nothing is left over"


@pytest.mark.engines("sqlite")
def test_each_way_of_proving_who_the_site_is(real: Any, oidc: OidcServer) -> None:
    for method in ("client_secret_basic", "client_secret_post", "none"):
        section = oidc.register(f"{SITE}/signup/openid/complete", token_endpoint_auth_method=method)
        real.configure(OpenIdSettings=section)
        assert bool(section["Secret"]) == (method != "none")
        assert sign_in(real, oidc, "wanda")[1].status == 302, method


@pytest.mark.engines("sqlite")
def test_who_says_no_there_is_told_so(real: Any, oidc: OidcServer) -> None:
    browser = Browser(real)
    back = oidc.abort(browser.leave())
    answer = browser.open(back)
    assert (answer.status, "access_denied" in said(answer)) == (400, True)


@pytest.mark.engines("sqlite")
def test_it_works_again_after_the_provider_was_away_and_changed_its_keys(
    real: Any, own_oidc: OidcServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubbub.plugins.auth_oauth.discovery.ROTATION_S", 0.0)
    redirect_uri = f"{SITE}/signup/openid/complete"
    real.configure(OpenIdSettings=own_oidc.register(redirect_uri))
    assert sign_in(real, own_oidc, "wanda")[1].status == 302
    browser = Browser(real)
    back = own_oidc.sign_in(browser.leave(), "wanda")
    own_oidc.kill()
    assert browser.open(back).status == 503
    own_oidc.start()
    real.configure(OpenIdSettings=own_oidc.register(redirect_uri))
    assert sign_in(real, own_oidc, "wanda")[1].status == 302


@pytest.mark.engines("sqlite")
def test_a_mobile_app_gets_its_session(real: Any, oidc: OidcServer) -> None:
    browser, answer = sign_in(real, oidc, "wanda", "/oauth/openid/mobile_login?redirect_to=mmauth%3A%2F%2Fcallback")
    page = said(answer)
    target = page.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert urlsplit(target).scheme == "mmauth"
    token = target.partition("MMAUTHTOKEN=")[2].partition("&")[0]
    me = real.client().get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json["username"] == "wanda"
    assert browser.me == {}, "the browser itself stays signed out"
