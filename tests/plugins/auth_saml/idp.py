"""A real identity provider (pysaml2's) in this process, scriptable, and a browser that goes there and back."""

import base64
import html
import re
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from hubbub.core.testing.client import Answer
from hubbub.tests.services.process import ServiceMissing, find_program

SITE: Final = "https://chat.example.com"
ACS: Final = f"{SITE}/login/sso/saml"
IDP: Final = "https://idp.example.com/metadata"
IDP_URL: Final = "https://idp.example.com/sso"
PASSWORD_CLASS: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
WANDA: Final = {
    "uid": "id-wanda",
    "username": "wanda",
    "email": "Wanda@corp.example",
    "first": "Wanda",
    "last": "Woolf",
    "groups": ["staff"],
}
ATTRIBUTES: Final = {
    "IdAttribute": "uid",
    "UsernameAttribute": "username",
    "EmailAttribute": "email",
    "FirstNameAttribute": "first",
    "LastNameAttribute": "last",
}


class Pair:
    """A key and its certificate, as PEM."""

    def __init__(self, name: str) -> None:
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .sign(key, hashes.SHA256())
        )
        self.certificate = made.public_bytes(serialization.Encoding.PEM).decode()
        self.key = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self.body = "".join(self.certificate.splitlines()[1:-1])
        """The certificate's base64, without its frame."""


@lru_cache(maxsize=8)
def pair(name: str) -> Pair:
    """Return the pair of a name: one per run."""
    return Pair(name)


@lru_cache(maxsize=1)
def pysaml2() -> Any:
    """Return the parts of pysaml2 that are used; it takes two seconds to import, and warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import saml2
        import saml2.config
        import saml2.saml
        import saml2.server
        import saml2.xmldsig
    return saml2


class Idp:
    """pysaml2's identity provider, knowing one service provider by its metadata."""

    def __init__(self, folder: Path, sp_metadata: str, keys: Pair, *, entity_id: str = IDP, url: str = IDP_URL) -> None:
        try:
            program = find_program("xmlsec1", [], "xmlsec1")
        except ServiceMissing as missing:
            pytest.skip(str(missing))
        saml2 = pysaml2()
        folder.mkdir(exist_ok=True)
        (folder / "idp.key").write_text(keys.key)
        (folder / "idp.crt").write_text(keys.certificate)
        (folder / "sp.xml").write_text(sp_metadata)
        settings = {
            "entityid": entity_id,
            "xmlsec_binary": program,
            "key_file": str(folder / "idp.key"),
            "cert_file": str(folder / "idp.crt"),
            "metadata": {"local": [str(folder / "sp.xml")]},
            "service": {
                "idp": {
                    "endpoints": {"single_sign_on_service": [(url, saml2.BINDING_HTTP_REDIRECT)]},
                    "policy": {
                        "default": {"lifetime": {"minutes": 5}, "name_form": saml2.saml.NAME_FORMAT_UNSPECIFIED}
                    },
                }
            },
        }
        self._server = saml2.server.Server(config=saml2.config.IdPConfig().load(settings))
        self.keys = keys
        self.sp_metadata = sp_metadata
        found = re.search(r'AssertionConsumerService[^>]*Location="([^"]*)"', sp_metadata)
        assert found is not None
        self.acs = found[1]

    def respond(self, request: str, person: Mapping[str, Any] = WANDA, **how: Any) -> bytes:
        """Return the XML that answers a request (deflated base64, as in the address), signed as `how` says.

        `sign_response`, `sign_assertion`, `encrypt_assertion`, `in_response_to`, `destination`, `audience`, `sign_alg`,
        `digest_alg`.
        """
        saml2 = pysaml2()
        asked = self._server.parse_authn_request(request, saml2.BINDING_HTTP_REDIRECT).message
        options = {
            "sign_response": False,
            "sign_assertion": True,
            "sign_alg": saml2.xmldsig.SIG_RSA_SHA256,
            "digest_alg": saml2.xmldsig.DIGEST_SHA256,
        }
        options |= how
        if options.get("encrypt_assertion"):
            found = re.search(r"<ds:X509Certificate>([^<]*)<", self.sp_metadata)
            assert found is not None
            options["encrypt_cert_assertion"] = found[1].replace("\n", "")
            # Otherwise pysaml2 renames prefixes after it has signed, which no verifier can accept.
            options["encrypt_assertion_self_contained"] = not options["sign_assertion"]
        made = self._server.create_authn_response(
            identity=dict(person),
            in_response_to=options.pop("in_response_to", asked.id),
            destination=options.pop("destination", asked.assertion_consumer_service_url),
            sp_entity_id=options.pop("audience", asked.issuer.text),
            name_id=saml2.saml.NameID(format=saml2.saml.NAMEID_FORMAT_PERSISTENT, text=person.get("name_id", "n-1")),
            authn={"class_ref": PASSWORD_CLASS, "authn_auth": IDP},
            **options,
        )
        return str(made).encode()


class Browser:
    """One browser at the site: keeps cookies, follows nothing by itself."""

    def __init__(self, client: Any, *, secure: bool = True) -> None:
        self._client = client
        self._secure = secure
        self.cookies: dict[str, str] = {}

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
        if self._secure:
            headers["X-Forwarded-Proto"] = "https"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers

    def _keep(self, answer: Answer) -> Answer:
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str, **more: Any) -> Answer:
        """Ask for a page of the site."""
        answer: Answer = self._client.get(
            path, raw_path=True, headers=self._headers() | more.pop("headers", {}), **more
        )
        return self._keep(answer)

    def leave(self, **query: str) -> tuple[str, str]:
        """Begin to sign in; return SAMLRequest and RelayState as the identity provider gets them."""
        answer = self.get(f"/login/sso/saml?{urlencode(query)}")
        assert answer.status == 302, answer
        location = urlsplit(answer.headers["location"])
        assert f"{location.scheme}://{location.netloc}{location.path}" == IDP_URL
        asked = parse_qs(location.query)
        return asked["SAMLRequest"][0], asked["RelayState"][0]

    def post_form(self, fields: Mapping[str, str], **headers: str) -> Answer:
        """Post a form to the site, as the page of an identity provider does."""
        sent = self._headers() | {"Content-Type": "application/x-www-form-urlencoded", **headers}
        body = urlencode(fields).encode()
        return self._keep(self._client.post("/login/sso/saml", body, raw_path=True, headers=sent))

    def come_back(self, xml: bytes, relay_state: str, **headers: str) -> Answer:
        """Bring an answer back."""
        return self.post_form({"SAMLResponse": encoded(xml), "RelayState": relay_state}, **headers)

    def me(self) -> Answer:
        """Ask who is signed in."""
        answer: Answer = self._client.get("/users/me", headers=self._headers())
        return answer


def encoded(xml: bytes) -> str:
    """Return an answer as the field SAMLResponse holds it."""
    return base64.b64encode(xml).decode()


def links_of(page: Answer) -> list[str]:
    """Return the addresses that a page links to."""
    return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page.body.decode())]
