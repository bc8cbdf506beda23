"""Security in the settings: another way to sign in, at a real provider and directory, and applications let in."""

from collections.abc import Iterator
from typing import Final

import pytest

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.services import ldap
from hubbub.tests.services.ldap import LdapServer
from hubbub.tests.services.oidc import OidcServer
from hubbub.tests.webclient.browser import PHONE, Chromium, Page
from hubbub.tests.webclient.kit import Findings
from hubbub.tests.webclient.test_hostile_texts import HOSTILE, NOTHING_RAN
from hubbub.tests.webclient.test_settings import open_settings

NEW: Final = "Another-horse-10"
CHANGED: Final = "You sign in in another way from now on."


@pytest.fixture
def site(oidc: OidcServer, ldap_server: LdapServer) -> Iterator[LiveServer]:
    """Yield a server with two other ways to sign in, and two people, in a team."""
    tree = ldap_server.new_tree()
    tree.add("dora")
    config = {"LdapSettings": tree.settings(), "ServiceSettings": {"EnableOAuthServiceProvider": True}}
    with LiveServer({"TeamSettings": {"EnableOpenServer": True}, **config}, workers=1) as server:
        admin = server.create_user("admin")
        sue, dora = server.create_user("sue"), server.create_user("dora")
        server.create_team("crew", owner=admin, members=(sue, dora))
        section = oidc.register(f"{server.url}/signup/openid/complete")
        wanted = {"OpenIdSettings": section, "ServiceSettings": {"SiteURL": server.url}}
        admin.put("/config/patch", wanted, expect=200)
        yield server


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign in by the form."""
    page.wait("location.pathname === '/login' && document.querySelector('[name=login]') && true")
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.press("Enter")
    page.sees("Crew")


def test_to_a_provider_and_back(site: LiveServer, oidc: OidcServer, chromium: Chromium) -> None:
    with chromium.page(site.url) as page:
        page.open("/login")
        sign_in(page, "sue")
        open_settings(page, "Security")
        page.sees("You sign in with: e-mail address and password")
        assert page.texts("[data-service]") == ["Use the directory (LDAP)", "Use OpenID Connect"]
        page.click("button", "Use OpenID Connect")
        page.press("Enter")
        page.sees("Fill in all of it", "[role=alert]")
        page.fill("dialog [name=password]", "wrong-Password-1")
        page.press("Enter")
        page.wait("/password/i.test(document.querySelector('dialog .problem:not([hidden])')?.textContent)")
        page.fill("dialog [name=password]", PASSWORD)
        page.press("Enter")
        page.wait(f"location.origin === {oidc.url!r} && document.querySelector('[name=login]') && true")
        page.fill("[name=login]", "susan")
        page.fill("[name=password]", "any")
        page.click("button", "Sign-in")
        page.click("button", "Continue")
        page.wait(f"location.origin === {site.url!r}")
        page.sees(CHANGED)
        site.client().login("sue", PASSWORD, expect=401)
        page.click("a", "OpenID Connect")
        page.sees("Crew")
        open_settings(page, "Security")
        page.sees("You sign in with: OpenID Connect")
        page.misses("Password", "[role=tab]")
        page.click("[role=tab]", "Profile")
        page.sees("It comes from OpenID Connect; change it there", "dialog .hint")
        assert page.run("document.querySelector('dialog [name=email]').readOnly")
        page.click("[role=tab]", "Security")
        page.click("button", "Use e-mail address and password")
        page.fill("dialog [name=new_password]", NEW)
        page.fill("dialog [name=again]", "Another-horse-11")
        page.press("Enter")
        page.sees("differ", "[role=alert]")
        page.fill("dialog [name=again]", NEW)
        page.press("Enter")
        page.sees(CHANGED)
        sign_in(page, "susan", NEW)  # the provider has said what she is called
        assert page.problems() == []


def test_to_the_directory_and_back_where_the_server_lets_one(site: LiveServer, chromium: Chromium) -> None:
    with chromium.page(site.url) as page:
        page.open("/login")
        sign_in(page, "dora")
        open_settings(page, "Security")
        page.click("button", "Use the directory")
        page.fill("dialog [name=password]", PASSWORD)
        page.fill("dialog [name=ldap_id]", "dora")
        page.fill("dialog [name=new_password]", ldap.PASSWORD)
        page.press("Enter")
        page.sees(CHANGED)
        sign_in(page, "dora", ldap.PASSWORD)
        open_settings(page, "Security")
        page.click("button", "Use e-mail address and password")
        page.fill("dialog [name=password]", ldap.PASSWORD)
        page.fill("dialog [name=new_password]", NEW)
        page.fill("dialog [name=again]", NEW)
        page.press("Enter")
        page.sees(CHANGED)
        sign_in(page, "dora", NEW)
        settings = {"ServiceSettings": {"ExperimentalEnableAuthenticationTransfer": False}}
        admin = site.client()
        admin.login("admin", PASSWORD)
        admin.put("/config/patch", settings, expect=200)
        page.open("/")
        page.sees("Crew")
        open_settings(page, "Security")
        page.sees("There is no other way for your account")
        assert page.texts("[data-service]") == []


@pytest.mark.parametrize("dark", [False, True])
def test_applications_are_let_in_no_longer(
    site: LiveServer,
    chromium: Chromium,
    findings: Findings,
    dark: bool,
) -> None:
    admin = site.client()
    admin.login("admin", PASSWORD)
    back = "https://zap.example/back"
    body = {"name": HOSTILE[1], "callback_urls": [back], "homepage": "https://zap.example", "description": HOSTILE[0]}
    app = admin.post("/oauth/apps", body, expect=201).json
    sue = site.client()
    sue.login("sue", PASSWORD)
    asked = {"response_type": "code", "client_id": app["id"], "redirect_uri": back, "state": "a"}
    sue.post("/oauth/authorize", asked, raw_path=True, expect=200)
    with chromium.page(site.url, PHONE, dark=dark) as page:
        page.open("/login")
        sign_in(page, "sue")
        page.click(".back")
        open_settings(page, "Security")
        page.sees(HOSTILE[1], ".session-list")
        assert page.run(NOTHING_RAN)
        assert findings(page) == []
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        page.click("button", "Take back")
        page.click("dialog .danger", "Take back")
        page.misses(HOSTILE[1], ".session-list")
    assert sue.get("/users/me/oauth/apps/authorized").json == []
