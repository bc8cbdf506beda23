"""LDAP and SAML are set up and tried in the console; certificates and the site's picture are kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from hubbub.core.testing import Client
from hubbub.tests.plugins.auth_saml.idp import IDP, IDP_URL, pair
from hubbub.tests.plugins.auth_saml.test_admin import Page as Metadata
from hubbub.tests.plugins.auth_saml.test_admin import descriptor
from hubbub.tests.services.ldap import PASSWORD, LdapServer
from hubbub.tests.webclient.kit import OpenPage


def row(setting: str) -> str:
    """Return the selector of a file's row."""
    return f".site-file:has([name={setting}])"


def test_a_directory_is_tried_before_it_is_used(open_page: OpenPage, admin: Client, ldap_server: LdapServer) -> None:
    settings = ldap_server.settings() | {"Enable": False, "EnableSync": False}
    wrong = settings | {"LdapPort": 1}
    admin.put("/config/patch", {"LdapSettings": wrong}, expect=200)
    with open_page(admin, "/admin_console/settings/LdapSettings") as page:
        page.click(".trial button", "with what is here")
        page.sees("", ".trial-outcome.bad")
        page.fill("[name='LdapSettings.LdapPort']", str(ldap_server.port))
        page.click(".trial button", "with what is here")
        page.sees("password", ".trial-outcome.bad")  # the stored one doesn't go to another server
        page.fill("[name='LdapSettings.BindPassword']", PASSWORD)
        page.click(".trial button", "with what is here")
        page.sees("It works.", ".trial-outcome.good")
        page.click(".trial button", "Find people")
        page.sees("(objectClass=inetOrgPerson)", ".trial-outcome td")
        page.sees("300", ".trial-outcome td")
        page.click(".save-bar button", "Discard")
        page.click("dialog button", "Discard")
    admin.put("/config/patch", {"LdapSettings": {"LdapServer": "", "LdapPort": 389, "BaseDN": "", "UserFilter": ""}})


@pytest.fixture
def metadata() -> Iterator[Metadata]:
    """Yield a page with the metadata of an identity provider."""
    page = Metadata()
    page.body = descriptor(pair("idp").body)
    yield page
    page.stop()


def test_a_provider_is_set_up_from_its_metadata(
    open_page: OpenPage, admin: Client, metadata: Metadata, tmp_path: Path
) -> None:
    key = tmp_path / "own.key"
    key.write_text(pair("sp").key)
    with open_page(admin, "/admin_console/settings/SamlSettings") as page:
        page.sees("Missing", row("IdpCertificateFile"))
        page.fill("[name='SamlSettings.IdpMetadataURL']", metadata.url)
        page.click(".trial button", "metadata")
        page.sees(IDP, ".trial-outcome")
        page.click(".trial-outcome button", "Take")
        page.sees("saml-idp.crt", row("IdpCertificateFile"))
        page.wait(f"document.querySelector(\"[name='SamlSettings.IdpURL']\").value === {IDP_URL!r}")
        page.choose(f"{row('PublicCertificateFile')} input", key)
        page.sees("X.509", ".toast.error")
        page.choose(f"{row('PrivateKeyFile')} input", key)
        page.sees("saml-private.key", row("PrivateKeyFile"))
        page.click(".save-bar button", "Save")
        page.sees("Saved", ".toast")
        kept = admin.get("/config").json["SamlSettings"]
        assert (kept["IdpURL"], kept["IdpDescriptorURL"], kept["PrivateKeyFile"]) == (IDP_URL, IDP, "saml-private.key")
        for setting in ("IdpCertificateFile", "PrivateKeyFile"):
            page.click(f"{row(setting)} button", "Remove")
            page.click("dialog .danger", "Remove")
            page.sees("Missing", row(setting))
    empty = dict.fromkeys(("IdpURL", "IdpDescriptorURL", "IdpMetadataURL"), "")
    admin.put("/config/patch", {"SamlSettings": empty}, expect=200)


def test_the_site_has_its_picture(open_page: OpenPage, admin: Client, tmp_path: Path) -> None:
    picture = tmp_path / "site.png"
    Image.new("RGB", (60, 40), "teal").save(picture)
    with open_page(admin, "/admin_console/settings/TeamSettings") as page:
        page.sees("There is none.", ".picture-choice")
        page.choose(".picture-choice input", picture)
        page.wait("document.querySelector('.brand-picture')?.naturalWidth === 60")
        page.click(".picture-choice button", "Remove it")
        page.sees("There is none.", ".picture-choice")
    assert admin.get("/brand/image", expect=404)
