"""A server that is a service provider, an identity provider that knows it, and a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.app import create_app
from hubbub.core.config import ConfigStore
from hubbub.tests.plugins.auth_saml.idp import ACS, ATTRIBUTES, IDP, IDP_URL, SITE, Browser, Idp, Pair, pair
from hubbub.tests.plugins.conftest import Server, write_config
from hubbub.tests.services.databases import DatabaseSource

ONLY = (
    "roles",
    "users",
    "auth_password",
    "sessions",
    "teams",
    "channels",
    "preferences",
    "system",
    "audits",
    "auth_saml",
)
Make = Callable[..., Any]


def settings(**more: Any) -> dict[str, Any]:
    """Return SamlSettings that work with the files of `write_files`."""
    return {
        "Enable": True,
        "Verify": True,
        "Encrypt": True,
        "IdpURL": IDP_URL,
        "IdpDescriptorURL": IDP,
        "ServiceProviderIdentifier": "hubbub",
        "AssertionConsumerServiceURL": ACS,
        "IdpCertificateFile": "saml-idp.crt",
        "PublicCertificateFile": "saml-public.crt",
        "PrivateKeyFile": "saml-private.key",
        **ATTRIBUTES,
        **more,
    }


def write_files(folder: Path, idp: Pair, site: Pair) -> None:
    """Put the three files beside config.json."""
    (folder / "saml-idp.crt").write_text(idp.certificate)
    (folder / "saml-public.crt").write_text(site.certificate)
    (folder / "saml-private.key").write_text(site.key)


def sections(folder: Path, saml: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return what stands in the config.json of a site over TLS behind a proxy, with other keys of SamlSettings."""
    return {
        "ServiceSettings": {"SiteURL": SITE, "ExperimentalEnableAuthenticationTransfer": True},
        "HubbubSettings": {"DataDirectory": str(folder), "TrustedProxies": ["127.0.0.1"]},
        "RateLimitSettings": {"Enable": False},
        "SamlSettings": settings(**(saml or {})),
    }


@pytest.fixture
def make_site(make_server: Any, tmp_path: Path) -> Make:
    """Return `make(source, saml, **sections)`: a server with SAML on, over TLS behind a proxy."""
    made = iter(range(99))

    def make(source: Any, saml: dict[str, Any] | None = None, **more: dict[str, Any]) -> Any:
        folder = tmp_path / f"server{next(made)}"
        folder.mkdir()
        write_files(folder, pair("idp"), pair("site"))
        base = sections(folder, saml)
        for name, values in more.items():
            base[name] = {**base.get(name, {}), **values}
        return make_server(source, ONLY, **base)

    return make


class Site(Server):
    """A server with an administrator and a member."""

    def client_of_admin(self) -> Any:
        """Return a client of the administrator."""
        client = self.client()
        assert client.login("admin").status == 200
        return client


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a site on SQLite, which all tests share that don't set it up in their own way."""
    folder = tmp_path_factory.mktemp("site")
    write_files(folder, pair("idp"), pair("site"))
    source = DatabaseSource("sqlite", str(folder / "hubbub.db"))
    path = write_config(folder, source, ONLY, sections(folder))
    server = Site(create_app(ConfigStore(path)).hubbub_app)
    server.app.migrate()
    server.app.start()
    server.sign_up("admin")
    server.sign_up("member")
    yield server
    server.stop()


@pytest.fixture(scope="package")
def idp(site: Server, tmp_path_factory: pytest.TempPathFactory) -> Idp:
    """Return the shared site's identity provider."""
    return idp_of(site, tmp_path_factory.mktemp("idp"))


@pytest.fixture
def make_idp(tmp_path: Path) -> Callable[[Server], Idp]:
    """Return `make(site)`: an identity provider that knows the site."""
    return lambda site: idp_of(site, tmp_path / "idp")


@pytest.fixture
def browser(site: Server) -> Browser:
    """Return a browser at the shared site."""
    return Browser(site.client())


def idp_of(site: Server, folder: Path) -> Idp:
    """Return an identity provider with the key that the site knows, which has the site's metadata."""
    return Idp(folder, site.client().get("/saml/metadata").body.decode(), pair("idp"))
