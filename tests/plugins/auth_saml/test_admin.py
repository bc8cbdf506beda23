"""Operations of administrators: certificates, metadata, accounts; and what is said where SAML can't work."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from gevent.pywsgi import WSGIServer
from lxml import etree

from hubbub.core.contracts.users import UserService
from hubbub.plugins.auth_saml import library
from hubbub.tests.plugins.auth_saml.idp import ACS, IDP, IDP_URL, Pair, pair

pytestmark = pytest.mark.engines("sqlite")
BOUNDARY = "a-boundary"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
NAMES = {"idp": "saml-idp.crt", "public": "saml-public.crt", "private": "saml-private.key"}


def form(data: bytes, name: str = "certificate") -> bytes:
    """Return a multipart form with one file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="any.pem"\r\n\r\n'
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def off(make_site: Any, database: Any) -> Any:
    """Return a site whose SAML is not set up yet, with an administrator `admin`."""
    empty = dict.fromkeys(("IdpCertificateFile", "PublicCertificateFile", "PrivateKeyFile"), "")
    site = make_site(database, {"Enable": False, **empty})
    for name in NAMES.values():
        (site.app.config_store.path.parent / name).unlink(missing_ok=True)
    site.admin = site.sign_up("admin")
    return site


def upload(client: Any, kind: str, data: bytes, **headers: str) -> Any:
    """Upload a file."""
    return client.post(f"/saml/certificate/{kind}", form(data), headers={**FORM, **headers})


def contents() -> dict[str, bytes]:
    """Return what each of the three files may hold."""
    made: Pair = pair("idp")
    return {
        "idp": made.certificate.encode(),
        "public": pair("site").certificate.encode(),
        "private": pair("site").key.encode(),
    }


# --- certificates ---


def test_certificates_are_uploaded_told_of_and_removed(off: Any) -> None:
    folder: Path = off.app.config_store.path.parent
    for kind, data in contents().items():
        assert upload(off.admin, kind, data).json == {"status": "OK"}
        assert (folder / NAMES[kind]).read_bytes().strip() == data.strip()
        assert (folder / NAMES[kind]).stat().st_mode & 0o077 == 0
    status = off.admin.get("/saml/certificate/status").json
    assert status == dict.fromkeys(("idp_certificate_file", "public_certificate_file", "private_key_file"), True)
    off.configure(SamlSettings={"Enable": True})
    written = json.loads(off.app.config_store.path.read_text())["SamlSettings"]
    assert (written["IdpCertificateFile"], written["PrivateKeyFile"]) == ("saml-idp.crt", "saml-private.key")
    assert off.admin.delete("/saml/certificate/private").status == 200
    now = off.app.config_store.current.SamlSettings
    assert (now.PrivateKeyFile, now.Encrypt, now.Enable) == ("", False, True)
    assert off.admin.delete("/saml/certificate/idp").status == 200
    assert off.app.config_store.current.SamlSettings.Enable is False
    assert off.admin.get("/saml/certificate/status").json["idp_certificate_file"] is False
    assert sorted(path.name for path in folder.glob("saml-*")) == ["saml-public.crt"]


def test_a_file_that_was_not_uploaded_is_not_removed(off: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.crt"
    elsewhere.write_bytes(contents()["idp"])
    off.configure(SamlSettings={"IdpCertificateFile": str(elsewhere)})
    assert off.admin.delete("/saml/certificate/idp").status == 200
    assert elsewhere.exists()


def test_other_forms_of_a_certificate(off: Any) -> None:
    made = pair("idp")
    der = x509.load_pem_x509_certificate(made.certificate.encode()).public_bytes(Encoding.DER)
    assert upload(off.admin, "idp", der).status == 200
    body, headers = made.body.encode(), {"Content-Type": "application/x-pem-file"}
    assert off.admin.post("/saml/certificate/idp", body, headers=headers).status == 200
    path = off.app.config_store.path.parent / "saml-idp.crt"
    assert path.read_text() == made.certificate


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("idp", b""),
        ("idp", b"no certificate"),
        ("idp", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("public", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        ("private", b"no key"),
        ("private", b"\x00\xff" * 100),
    ],
)
def test_files_that_are_no_certificate_or_key(off: Any, kind: str, data: bytes) -> None:
    answer = upload(off.admin, kind, data)
    assert (answer.status, answer.error) == (400, "api.admin.add_certificate.parseform.app_error")
    assert not (off.app.config_store.path.parent / NAMES[kind]).exists()


def test_forms_without_the_file_and_too_large_ones(off: Any) -> None:
    answer = off.admin.post("/saml/certificate/idp", form(b"x", "other"), headers=FORM)
    assert answer.error == "api.admin.add_certificate.no_file.app_error"
    assert upload(off.admin, "idp", b"x" * (1 << 20) + b"x").status in (400, 413)
    assert off.admin.post("/saml/certificate/idp", b"{}").status == 400


def test_a_key_is_never_told(off: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        secret = contents()["private"]
        upload(off.admin, "private", secret)
        upload(off.admin, "private", secret[:-200])
        told = off.admin.get("/config").body + off.admin.get("/saml/certificate/status").body
        told += upload(off.admin, "private", secret[:-200]).body
    line = secret.splitlines()[3]
    assert line not in told
    assert line.decode() not in caplog.text


# --- metadata ---


def test_metadata_of_the_site(site: Any) -> None:
    answer = site.client().get("/saml/metadata")
    assert answer.headers["content-type"].startswith("application/xml")
    root = etree.fromstring(answer.body)
    md = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}
    assert root.get("entityID") == "hubbub"
    assert root.get("validUntil") is None  # or providers that were given a file would forget us
    assert [end.get("Location") for end in root.iterfind(".//md:AssertionConsumerService", md)] == [ACS]
    assert pair("site").body in {text.text.replace("\n", "") for text in root.iterfind(".//ds:X509Certificate", md)}


def test_metadata_before_there_is_a_provider(off: Any) -> None:
    off.configure(SamlSettings={"Encrypt": False})
    assert b"AssertionConsumerService" in off.client().get("/saml/metadata").body
    off.configure(SamlSettings={"ServiceProviderIdentifier": ""})
    answer = off.client().get("/saml/metadata")
    assert (answer.status, answer.error) == (501, "api.admin.saml.metadata.app_error")
    assert "ServiceProviderIdentifier" in answer.json["message"]


def descriptor(*certificates: str, binding: str = "HTTP-Redirect", start: str = "") -> bytes:
    """Return metadata of a provider."""
    keys = "".join(
        f'<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{text}</ds:X509Certificate>'
        "</ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        for text in certificates
    )
    return (
        f'{start}<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"'
        f' xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{IDP}">'
        f'<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
        f'<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{IDP_URL}"/>'
        "</IDPSSODescriptor></EntityDescriptor>"
    ).encode()


class Page:
    """A web server with one page."""

    def __init__(self) -> None:
        self.body = b""
        self.status = "200 OK"
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/metadata"

    def _answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(self.status, [("Content-Type", "application/samlmetadata+xml")])
        return [self.body]

    def stop(self) -> None:
        """Stop it."""
        self._server.stop()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    made = Page()
    yield made
    made.stop()


def take(site: Any, page: Page, body: bytes, status: str = "200 OK") -> Any:
    """Have the site read a provider's metadata."""
    page.body, page.status = body, status
    site.configure(ServiceSettings={"AllowedUntrustedInternalConnections": "127.0.0.1"})
    return site.client_of_admin().post("/saml/metadatafromidp", {"saml_metadata_url": page.url})


def test_metadata_of_a_provider(site: Any, page: Page) -> None:
    taken = take(site, page, descriptor(pair("idp").body)).json
    assert taken == {
        "idp_descriptor_url": IDP,
        "idp_url": IDP_URL,
        "idp_public_certificate": pair("idp").body,
    }


def test_a_provider_with_two_certificates(site: Any, page: Page) -> None:
    taken = take(site, page, descriptor(pair("older").body, pair("idp").body)).json
    assert taken["idp_public_certificate"] == pair("older").certificate + pair("idp").certificate


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", "200 OK", "XML"),
        (b"<html></html>", "200 OK", "EntityDescriptor"),
        (descriptor(), "200 OK", "certificate"),
        (descriptor("AAAA", binding="SOAP"), "200 OK", "HTTP-Redirect"),
        (descriptor("AAAA", start='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "200 OK", "declaration"),
        (descriptor("AAAA"), "404 Not Found", "404"),
        (b" " * (5 << 20), "200 OK", ""),
    ],
)
def test_metadata_that_can_not_be_used(site: Any, page: Page, body: bytes, status: str, said: str) -> None:
    answer = take(site, page, body, status)
    assert answer.status == 400, answer
    assert said in answer.json["message"]


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://127.0.0.1:1/", "http://169.254.169.254/x", "x"])
def test_the_inside_is_not_reached_by_addresses_of_metadata(site: Any, url: str) -> None:
    site.configure(ServiceSettings={"AllowedUntrustedInternalConnections": ""})
    assert site.client_of_admin().post("/saml/metadatafromidp", {"saml_metadata_url": url}).status == 400


# --- accounts ---


def test_accounts_move_to_saml_and_are_known_by_their_addresses(make_site: Any, database: Any) -> None:
    site = make_site(database)
    admin, bob, carol = (site.sign_up(name) for name in ("admin", "bob", "carol"))
    body = {"from": "email", "auto": False, "matches": {"Bob@example.com": "bob.builder"}}
    assert admin.post("/users/migrate_auth/saml", body).json == {"status": "OK"}
    users = site.app.services.get(UserService)
    moved = users.get(bob.id)
    assert (moved.auth_service, moved.auth_data, moved.username) == ("saml", "bob@example.com", "bob.builder")
    assert bob.get("/users/me").status == 401
    assert users.get(carol.id).auth_service == ""
    assert admin.post("/users/migrate_auth/saml", {"from": "email", "auto": True, "matches": {}}).status == 200
    assert users.get(carol.id).auth_service == "saml"
    assert admin.get("/users/me").json["auth_service"] == "saml"  # whose own session goes on


@pytest.mark.parametrize(
    "body",
    [{}, {"from": "email"}, {"from": "carrier pigeons", "auto": True}, {"from": "email", "matches": [], "auto": 1}],
)
def test_migrations_that_make_no_sense(site: Any, body: dict[str, Any]) -> None:
    assert site.client_of_admin().post("/users/migrate_auth/saml", body).status == 400


def test_nobody_moves_to_what_is_off(off: Any) -> None:
    answer = off.admin.post("/users/migrate_auth/saml", {"from": "email", "auto": True, "matches": {}})
    assert answer.status == 501
    assert off.admin.get("/users/me").json["auth_service"] == ""


def test_ids_go_back_to_addresses(make_site: Any, database: Any) -> None:
    site = make_site(database)
    admin = site.sign_up("admin")
    users = site.app.services.get(UserService)
    people = [site.sign_up(name).id for name in ("bob", "carol", "dave")]
    for number, user_id in enumerate(people):
        users.set_auth(user_id, "saml", f"id-{number}")
    users.set_active(people[2], False)
    path = "/saml/reset_auth_data"
    assert admin.post(path, {"dry_run": True}).json == {"num_affected": 2}
    assert admin.post(path, {"user_ids": [people[0]]}).json == {"num_affected": 1}
    assert [users.get(user_id).auth_data for user_id in people] == ["bob@example.com", "id-1", "id-2"]
    assert admin.post(path, {"include_deleted": True}).json == {"num_affected": 2}
    assert admin.post(path, {}).json == {"num_affected": 0}


# --- who may, and what is told ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/saml/metadatafromidp"),
        ("GET", "/saml/certificate/status"),
        ("POST", "/saml/reset_auth_data"),
        ("POST", "/users/migrate_auth/saml"),
        *((method, f"/saml/certificate/{kind}") for method in ("POST", "DELETE") for kind in NAMES),
    ],
)
def test_only_administrators_may(site: Any, method: str, path: str) -> None:
    assert site.client().request(method, path, {}).status == 401
    member = site.client()
    assert member.login("member").status == 200
    assert member.request(method, path, {}).status == 403


def test_clients_are_told_of_the_button(site: Any) -> None:
    told = site.client().get("/config/client?format=old").json
    assert (told["EnableSaml"], told["SamlLoginButtonText"]) == ("true", "SAML")
    mine = site.client_of_admin().get("/config/client?format=old").json
    assert (mine["SamlFirstNameAttributeSet"], mine["SamlNicknameAttributeSet"]) == ("true", "false")


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have python3-saml not be installed."""
    monkeypatch.setattr(library, "is_installed", lambda: False)


def test_without_the_extra_the_server_starts_and_says_what_to_install(
    no_extra: None, make_site: Any, database: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(database)
    assert "pip install 'hubbub[saml]'" in caplog.text
    for path in ("/login/sso/saml", "/api/v4/saml/metadata"):
        answer = site.client().get(path, raw_path=True)
        assert answer.status == 501
        assert "hubbub[saml]" in answer.json["message"]
    assert site.client().get("/config/client?format=old").json["EnableSaml"] == "false"
    admin = site.sign_up("admin")
    health = admin.get("/system/ping?get_server_status=true").body
    assert b"hubbub[saml]" in health


def test_a_missing_file_is_said_at_the_start(make_site: Any, database: Any, caplog: pytest.LogCaptureFixture) -> None:
    site = make_site(database, {"IdpCertificateFile": "missing.crt"})
    assert "SamlSettings.IdpCertificateFile" in caplog.text
    answer = site.client().get("/login/sso/saml", raw_path=True)
    assert answer.status == 501
    assert "missing.crt" not in answer.json["message"]


FALSE_KEYS = {
    "none": lambda: "no key",
    "broken": lambda: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "of another certificate": lambda: pair("stranger").key,
}


@pytest.mark.parametrize("kind", FALSE_KEYS)
def test_a_key_that_is_none_is_said_at_the_start_and_fails_nobody_s_browser(
    make_site: Any, database: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    text = FALSE_KEYS[kind]()
    key = tmp_path / "any.key"
    key.write_text(text)
    site = make_site(database, {"SignRequest": True, "PrivateKeyFile": str(key)})
    assert "nobody can sign in with SAML" in caplog.text
    answer = site.client().get("/login/sso/saml", raw_path=True)
    assert (answer.status, answer.error) == (501, "api.admin.saml.metadata.app_error")
    assert text.splitlines()[-2:-1] == [] or text.splitlines()[-2] not in caplog.text + str(answer)


def test_a_provider_whose_host_has_no_dots(make_site: Any, database: Any) -> None:
    site = make_site(database, {"IdpURL": "https://idp/sso"})
    assert site.client().get("/login/sso/saml", raw_path=True).status == 302


def test_signatures_are_checked_whatever_verify_says(
    make_site: Any, database: Any, make_idp: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from hubbub.tests.plugins.auth_saml.idp import Browser

    site = make_site(database, {"Verify": False})
    assert "always checked" in caplog.text
    browser = Browser(site.client())
    request, state = browser.leave()
    xml = make_idp(site).respond(request, sign_assertion=False)
    assert browser.come_back(xml, state).status == 401
