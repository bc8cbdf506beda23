"""Signing in by SAML with a browser: the button, the provider's own pages, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.plugins.auth_saml.idp import ATTRIBUTES, IDP, Idp, pair
from hubbub.tests.plugins.auth_saml.idp_site import IdpSite
from hubbub.tests.webclient.browser import Chromium


@pytest.fixture
def provider() -> Iterator[IdpSite]:
    """Yield a provider's pages."""
    site = IdpSite()
    yield site
    site.stop()


@pytest.fixture
def site(provider: IdpSite, tmp_path: Path) -> Iterator[LiveServer]:
    """Yield a server whose people sign in there, with a team that is open to them."""
    certificate = tmp_path / "idp.crt"
    certificate.write_text(pair("idp").certificate)
    with LiveServer({"TeamSettings": {"EnableOpenServer": True}}, workers=1) as server:
        admin = server.create_user("admin")
        server.create_team("crew", owner=admin, allow_open_invite=True)
        settings = {
            "Enable": True,
            "Encrypt": False,
            "IdpURL": provider.url,
            "IdpDescriptorURL": IDP,
            "ServiceProviderIdentifier": "hubbub",
            "AssertionConsumerServiceURL": f"{server.url}/login/sso/saml",
            "IdpCertificateFile": str(certificate),
            "LoginButtonText": "Sign in with Acme",
            **ATTRIBUTES,
        }
        admin.put("/config/patch", {"SamlSettings": settings, "ServiceSettings": {"SiteURL": server.url}}, expect=200)
        metadata = server.client().get("/saml/metadata").body.decode()
        provider.idp = Idp(tmp_path / "idp", metadata, pair("idp"), url=provider.url)
        yield server


def test_somebody_signs_in_at_the_provider(site: LiveServer, provider: IdpSite, chromium: Chromium) -> None:
    with chromium.page(site.url) as page:
        page.open("/login")
        page.click("a", "Sign in with Acme")
        page.wait("document.title === 'Who are you?'")
        page.fill("[name=user]", "wanda")
        page.click("button", "Sign in")
        page.wait(f"location.origin === {site.url!r}")
        page.sees("Crew")
        me = page.run("fetch('/api/v4/users/me').then((answer) => answer.json())")
        assert (me["username"], me["auth_service"]) == ("wanda", "saml")
