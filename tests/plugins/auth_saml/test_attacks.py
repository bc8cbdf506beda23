"""Answers that must not be accepted: real ones of a real provider, tampered with, and a provider that errs."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from lxml import etree

from hubbub.plugins.auth_saml import assertion, metadata, request
from hubbub.plugins.auth_saml.document import MAX_BYTES
from hubbub.plugins.auth_saml.errors import ProviderRefused, ResponseRefused, ResponseTooLong
from hubbub.plugins.auth_saml.parties import Parties
from hubbub.tests.plugins.auth_saml import forging
from hubbub.tests.plugins.auth_saml.forging import NAMES, Change, changed, resigned
from hubbub.tests.plugins.auth_saml.idp import ACS, IDP, IDP_URL, Idp, pair

SHA1 = {
    "sign_alg": "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "digest_alg": "http://www.w3.org/2000/09/xmldsig#sha1",
}


class Flow:
    """One request, and the provider that answers it."""

    def __init__(self, folder: Path) -> None:
        self.parties = Parties(
            entity_id="hubbub",
            acs_url=ACS,
            idp_entity_id=IDP,
            idp_url=IDP_URL,
            idp_certificates=(pair("older").certificate, pair("idp").certificate),
            certificate=pair("site").certificate,
            private_key=pair("site").key,
            decrypts=True,
        )
        self._folder = folder
        self._metadata = metadata.own_metadata(self.parties).decode()
        self.made = request.make(self.parties)
        self.asked = parse_qs(urlsplit(request.address(self.made, "state", self.parties)).query)["SAMLRequest"][0]
        self.idp = self.provider("idp")
        self.signed_assertion = self.idp.respond(self.asked)
        self.signed_response = self.idp.respond(self.asked, sign_response=True, sign_assertion=False)
        self.encrypted = self.idp.respond(self.asked, encrypt_assertion=True)

    def provider(self, name: str, **more: Any) -> Idp:
        """Return a provider with the key of a name."""
        return Idp(self._folder / name, self._metadata, pair(name), **more)

    def accept(self, xml: bytes, **more: Any) -> assertion.Accepted:
        """Check an answer; `more` are other settings."""
        parties = msgspec.structs.replace(self.parties, **more)
        return assertion.accept(base64.b64encode(xml).decode(), parties, self.made.id)

    def resign(self, change: Change) -> bytes:
        """Return the answer as the provider would have sent it after a change."""
        return resigned(self.signed_assertion, change, pair("idp"))


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    return Flow(tmp_path_factory.mktemp("idp"))


def refused(flow: Flow, xml: bytes, **more: Any) -> str:
    """Return why an answer is refused."""
    with pytest.raises(ResponseRefused) as caught:
        flow.accept(xml, **more)
    assert caught.value.status == 401
    assert caught.value.reason not in caught.value.text  # which people see
    return caught.value.reason


@pytest.mark.parametrize("which", ["signed_assertion", "signed_response", "encrypted"])
def test_what_comes_as_it_was_sent_is_accepted(flow: Flow, which: str) -> None:
    accepted = flow.accept(getattr(flow, which))
    assert accepted.assertion.attributes["username"] == ["wanda"]
    assert accepted.assertion.name_id == "n-1"


def test_a_document_that_was_only_written_anew_is_accepted(flow: Flow) -> None:
    assert flow.accept(changed(flow.signed_assertion, lambda root: None)).assertion.issuer == IDP
    assert flow.accept(flow.resign(lambda root: None)).assertion.issuer == IDP


@pytest.mark.parametrize("change", forging.WRAPPING, ids=lambda change: change.__name__)
def test_tampering_with_a_signed_assertion(flow: Flow, change: Change) -> None:
    refused(flow, changed(flow.signed_assertion, change))


@pytest.mark.parametrize("change", forging.OF_SIGNED_RESPONSES, ids=lambda change: change.__name__)
def test_tampering_with_a_signed_response(flow: Flow, change: Change) -> None:
    refused(flow, changed(flow.signed_response, change))


def test_signed_by_another_key_though_it_names_the_right_provider(flow: Flow) -> None:
    assert "Signature validation failed" in refused(flow, flow.provider("stranger").respond(flow.asked))


def test_a_certificate_inside_the_answer_is_not_believed(flow: Flow) -> None:
    stranger = flow.provider("stranger").respond(flow.asked)
    assert pair("stranger").body[:60].encode() in stranger.replace(b"\n", b"")
    refused(flow, stranger)


def test_of_another_provider(flow: Flow) -> None:
    xml = flow.provider("idp", entity_id="https://other.example.com").respond(flow.asked)
    assert "issuer" in refused(flow, xml).lower()


def at(seconds: int) -> str:
    """Return a time in the form of SAML."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def setting(path: str, name: str, value: str | None) -> Change:
    """Return a change of an attribute of the first element at a path; None takes it away."""

    def change(root: Any) -> None:
        element = root.find(path, NAMES)
        if value is None:
            element.attrib.pop(name, None)
        else:
            element.set(name, value)

    change.__name__ = f"{path.rpartition(':')[2]}-{name}-{'none' if value is None else 'other'}"
    return change


def removing(path: str) -> Change:
    """Return a change that removes the first element at a path."""

    def change(root: Any) -> None:
        element = root.find(path, NAMES)
        element.getparent().remove(element)

    change.__name__ = f"no-{path.rpartition(':')[2]}"
    return change


def other_audience(root: Any) -> None:
    """It is for somebody else."""
    root.find(".//a:Audience", NAMES).text = "another-site"


def other_audience_too(root: Any) -> None:
    """It is for us and, by a second restriction, for somebody else only."""
    conditions = root.find(".//a:Conditions", NAMES)
    restriction = etree.SubElement(conditions, f"{{{forging.A}}}AudienceRestriction")
    etree.SubElement(restriction, f"{{{forging.A}}}Audience").text = "another-site"


DATA = ".//a:SubjectConfirmationData"


@pytest.mark.parametrize(
    "change",
    [
        other_audience,
        other_audience_too,
        removing(".//a:AudienceRestriction"),
        removing(".//a:Conditions"),
        removing(".//a:SubjectConfirmation"),
        removing(DATA),
        setting(DATA, "Recipient", "https://evil.example.com/login/sso/saml"),
        setting(DATA, "Recipient", f"{ACS}/more"),
        setting(DATA, "Recipient", None),
        setting(DATA, "InResponseTo", "id-of-another-request"),
        setting(DATA, "InResponseTo", None),
        setting(DATA, "NotOnOrAfter", at(-1)),
        setting(DATA, "NotOnOrAfter", "tomorrow"),
        setting(DATA, "NotOnOrAfter", None),
        setting(DATA, "NotBefore", at(3600)),
        setting(".//a:SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
        setting(".//a:Conditions", "NotOnOrAfter", at(-600)),
        setting(".//a:Conditions", "NotBefore", at(600)),
        setting(".//a:AuthnStatement", "SessionNotOnOrAfter", at(-1)),
        setting(".", "InResponseTo", "id-of-another-request"),
        setting(".", "InResponseTo", None),
        setting(".", "Destination", "https://evil.example.com/login/sso/saml"),
        setting(".", "Destination", f"{ACS}/more"),
        setting(".", "Destination", ""),
        setting(".", "Version", "1.1"),
    ],
    ids=lambda change: change.__name__,
)
def test_signed_but_not_for_us_not_now_or_not_what_was_asked_for(flow: Flow, change: Change) -> None:
    assert "Signature validation failed" not in refused(flow, flow.resign(change))


def test_an_answer_to_another_request(flow: Flow) -> None:
    with pytest.raises(ResponseRefused):
        assertion.accept(base64.b64encode(flow.signed_assertion).decode(), flow.parties, "id-of-another-request")
    with pytest.raises(ResponseRefused):
        assertion.accept(base64.b64encode(flow.signed_assertion).decode(), flow.parties, "")


def test_old_algorithms_count_only_where_the_settings_name_them(flow: Flow) -> None:
    old = flow.idp.respond(flow.asked, **SHA1)
    assert "rsa-sha1" in refused(flow, old)
    assert "#sha1" in refused(flow, flow.idp.respond(flow.asked, digest_alg=SHA1["digest_alg"]))
    assert flow.accept(old, algorithm="RSAwithSHA1").assertion.name_id == "n-1"


def test_what_is_encrypted_for_nobody_or_for_another(flow: Flow) -> None:
    assert "Encrypt is off" in refused(flow, flow.encrypted, decrypts=False, private_key="")
    assert "decrypted" in refused(flow, flow.encrypted, private_key=pair("stranger").key)


def elsewhere(root: Any) -> None:
    """The encrypted text is said to be in a file of the server."""
    value = root.find(".//xenc:EncryptedData/xenc:CipherData/xenc:CipherValue", NAMES)
    data = value.getparent()
    data.remove(value)
    etree.SubElement(data, f"{{{forging.XENC}}}CipherReference", URI="file:///etc/passwd")


def old_key_transport(root: Any) -> None:
    """A padding whose failures tell the key."""
    method = root.find(".//xenc:EncryptedKey/xenc:EncryptionMethod", NAMES)
    method.set("Algorithm", f"{forging.XENC}rsa-1_5")


def truncated(root: Any) -> None:
    """Half of the encrypted text."""
    value = root.find(".//xenc:EncryptedData/xenc:CipherData/xenc:CipherValue", NAMES)
    value.text = value.text[: len(value.text) // 8 * 4]


@pytest.mark.parametrize("change", [elsewhere, old_key_transport, truncated], ids=lambda change: change.__name__)
def test_tampering_with_what_is_encrypted(flow: Flow, change: Change) -> None:
    refused(flow, changed(flow.encrypted, change))


BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "declaration",
    [
        b"<!DOCTYPE r>",
        BOMB,
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/evil.dtd">',
        b"<!DOCTYPE r [<!ATTLIST x ID ID #IMPLIED>]>",
    ],
)
def test_declarations_and_entities(flow: Flow, declaration: bytes) -> None:
    body = flow.signed_assertion.partition(b"?>")[2]
    assert "declaration" in refused(flow, declaration + body)
    refused(flow, (declaration + body).decode().encode("utf-16"))


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"no XML",
        b"<a/>",
        b"<Response/>",
        b"\x00" * 64,
        b"<a>" * 5_000,
        b'<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'<?xml version="1.0" encoding="latin-1"?><a/>',
    ],
)
def test_what_is_no_answer_at_all(flow: Flow, xml: bytes) -> None:
    refused(flow, xml)


@pytest.mark.parametrize("text", ["%%%", "PGEv", "ä" * 8, "PGEvPg", "=" * 40])
def test_what_is_not_base64(flow: Flow, text: str) -> None:
    with pytest.raises(ResponseRefused):
        assertion.accept(text, flow.parties, flow.made.id)


def test_too_long(flow: Flow) -> None:
    with pytest.raises(ResponseTooLong):
        assertion.accept("A" * (MAX_BYTES + 4), flow.parties, flow.made.id)


def test_too_many_elements(flow: Flow) -> None:
    def crowd(root: Any) -> None:
        root.find("p:Status", NAMES).extend(etree.Element("x") for _ in range(20_001))

    assert "elements" in refused(flow, changed(flow.signed_assertion, crowd))


@pytest.mark.parametrize(
    ("code", "said"),
    [("urn:oasis:names:tc:SAML:2.0:status:AuthnFailed", "AuthnFailed"), ("<b>call 555</b>", "it gave no reason")],
)
def test_a_provider_that_says_no(flow: Flow, code: str, said: str) -> None:
    with pytest.raises(ProviderRefused) as caught:
        flow.accept(changed(flow.signed_assertion, setting("p:Status/p:StatusCode", "Value", code)))
    assert said in caught.value.text
    assert "555" not in caught.value.text


def make_request(flow: Flow, **more: Any) -> tuple[str, dict[str, list[str]]]:
    """Return the XML of a request, and the fields of the address."""
    parties = msgspec.structs.replace(flow.parties, **more)
    made = request.make(parties)
    return made.xml, parse_qs(urlsplit(request.address(made, "state", parties)).query)


def test_a_request_names_the_broker_s_provider_and_is_signed_on_demand(flow: Flow) -> None:
    xml, fields = make_request(flow, scoping_id="https://x.example/idp", scoping_name="X", sign_requests=True)
    assert 'ProviderID="https://x.example/idp"' in xml
    assert set(fields) == {"SAMLRequest", "RelayState", "SigAlg", "Signature"}
    xml, fields = make_request(flow)
    assert "Scoping" not in xml
    assert set(fields) == {"SAMLRequest", "RelayState"}


@pytest.mark.parametrize("algorithm", ["RSAwithSHA1", "RSAwithSHA256", "RSAwithSHA512"])
def test_a_provider_can_check_the_signature_of_a_request(flow: Flow, algorithm: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    parties = msgspec.structs.replace(flow.parties, sign_requests=True, algorithm=algorithm)
    query = urlsplit(request.address(request.make(parties), "state", parties)).query
    signed, _, signature = query.partition("&Signature=")
    key: Any = x509.load_pem_x509_certificate(pair("site").certificate.encode()).public_key()
    kinds: dict[str, Callable[[], Any]] = {"1": hashes.SHA1, "256": hashes.SHA256, "512": hashes.SHA512}
    given = base64.b64decode(parse_qs(f"s={signature}")["s"][0])
    key.verify(given, signed.encode(), padding.PKCS1v15(), kinds[algorithm.partition("SHA")[2]]())
