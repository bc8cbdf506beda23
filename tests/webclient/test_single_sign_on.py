"""Signing in by way of another site: the button, the provider's own pages, and back."""

from collections.abc import Iterator
from typing import Final

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.services.oidc import OidcServer
from hubbub.tests.webclient.browser import Chromium

DIRECTORY: Final = {
    "Enable": True,
    "LdapServer": "127.0.0.1",
    "BaseDN": "dc=example",
    "EmailAttribute": "mail",
    "UsernameAttribute": "uid",
    "IdAttribute": "uid",
    "LoginIdAttribute": "uid",
    "LoginFieldName": "Company name",
}
"""One that nobody is looked up in here: it has a name for what people write."""


@pytest.fixture
def site(oidc: OidcServer) -> Iterator[LiveServer]:
    """Yield a server whose people sign in at the provider, with a team that is open to them."""
    with LiveServer({"TeamSettings": {"EnableOpenServer": True}}, workers=1) as server:
        admin = server.create_user("admin")
        server.create_team("crew", owner=admin, allow_open_invite=True)
        section = oidc.register(f"{server.url}/signup/openid/complete")
        wanted = {
            "OpenIdSettings": {**section, "ButtonText": "Sign in with Acme"},
            "LdapSettings": DIRECTORY,
            "ServiceSettings": {"SiteURL": server.url},
        }
        admin.put("/config/patch", wanted, expect=200)
        yield server


def test_somebody_signs_in_at_the_provider(site: LiveServer, oidc: OidcServer, chromium: Chromium) -> None:
    with chromium.page(site.url) as page:
        page.open("/login")
        page.sees("E-mail or username or Company name", "label")
        page.click("a", "Sign in with Acme")
        page.wait(f"location.origin === {oidc.url!r} && document.querySelector('[name=login]') && true")
        page.fill("[name=login]", "wanda")
        page.fill("[name=password]", "any")
        page.click("button", "Sign-in")
        page.click("button", "Continue")
        page.wait(f"location.origin === {site.url!r}")
        page.sees("Crew")
        me = page.run("fetch('/api/v4/users/me').then((answer) => answer.json())")
        assert (me["username"], me["auth_service"]) == ("wanda", "openid")


def test_the_page_that_opens_the_desktop_app(chromium: Chromium, site: LiveServer) -> None:
    with chromium.page(site.url) as page:
        page.open("/login/desktop?client_token=abc&server_token=def")
        page.sees("Open the desktop app", "a")
        link = page.run("document.querySelector('.card a.primary').href")
        assert link == f"{site.url.replace('http', 'mattermost')}/login/desktop?client_token=abc&server_token=def"
        assert page.problems() == []


def test_after_a_change_of_the_way_one_is_told(chromium: Chromium, site: LiveServer) -> None:
    with chromium.page(site.url) as page:
        page.open("/login?extra=signin_change")
        page.sees("You sign in in another way from now on.")
