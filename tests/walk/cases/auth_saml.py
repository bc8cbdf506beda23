"""Operations of the plugin auth_saml."""

import base64
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from gevent.pywsgi import WSGIServer

from hubbub.core.contracts.users import UserService
from hubbub.tests.plugins.auth_saml.idp import ACS, ATTRIBUTES, IDP, IDP_URL, WANDA, Idp, pair
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.emoji import FORM
from hubbub.tests.walk.world import World

FILES: Final = ("IdpCertificateFile", "PublicCertificateFile", "PrivateKeyFile")
SITE: Final = {
    "IdpURL": IDP_URL,
    "IdpDescriptorURL": IDP,
    "ServiceProviderIdentifier": "hubbub",
    "AssertionConsumerServiceURL": ACS,
    **ATTRIBUTES,
}
PROVIDERS: Final[dict[int, Idp]] = {}


def form(text: str) -> bytes:
    """Return a multipart form with a file."""
    head = '--edge\r\nContent-Disposition: form-data; name="certificate"; filename="any.pem"\r\n\r\n'
    return f"{head}{text}\r\n--edge--\r\n".encode()


def upload(world: World, kind: str, text: str) -> None:
    """Upload one of the files."""
    world.alice.post(f"/saml/certificate/{kind}", form(text), headers=FORM, expect=200)


def set_up(world: World) -> Made:
    """Make the site a service provider."""
    upload(world, "idp", pair("idp").certificate)
    upload(world, "public", pair("site").certificate)
    upload(world, "private", pair("site").key)
    world.server.configure(SamlSettings={"Enable": True, **SITE})
    return {}


def turn_off(world: World) -> None:
    """Have nobody sign in by it."""
    world.server.configure(SamlSettings={"Enable": False, **dict.fromkeys(FILES, "")})


def provider(world: World) -> Idp:
    """Return the identity provider of a world."""
    if id(world) not in PROVIDERS:
        folder = Path(tempfile.mkdtemp())
        metadata = world.client("").get("/saml/metadata", expect=200).body.decode()
        PROVIDERS[id(world)] = Idp(folder, metadata, pair("idp"))
    return PROVIDERS[id(world)]


def answered(world: World) -> Made:
    """Make what a browser brings back from the provider, for a mobile app."""
    set_up(world)
    path = f"/login/sso/saml?{urlencode({'action': 'mobile', 'redirect_to': 'mmauth://callback'})}"
    left = world.client("").get(path, raw_path=True, expect=302)
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    name = f"wanda{world.number()}"
    person = {**WANDA, "uid": name, "username": name, "email": f"{name}@corp.example"}
    xml = provider(world).respond(asked["SAMLRequest"][0], person)
    fields = {"SAMLResponse": base64.b64encode(xml).decode(), "RelayState": asked["RelayState"][0]}
    return {"form": urlencode(fields), "cookie": left.cookies[0].partition(";")[0]}


@cache
def _metadata() -> bytes:
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
        f' entityID="{IDP}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        '<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{pair('idp').body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
        '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"'
        f' Location="{IDP_URL}"/></IDPSSODescriptor></EntityDescriptor>'
    ).encode()


def _answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/samlmetadata+xml")])
    return [_metadata()]


def page(world: World) -> Made:
    """Make a page with a provider's metadata."""
    server = WSGIServer(("127.0.0.1", 0), _answer, log=None)
    server.start()
    world.on_close(server.stop)
    return {"url": f"http://127.0.0.1:{server.server_port}/metadata"}


def person(world: World) -> Made:
    """Make an account that signs in by SAML and is known by an id."""
    made = world.new_user()
    world.server.app.services.get(UserService).set_auth(made.id, "saml", f"id-{world.number()}")
    return {"moved_id": made.id}


def to_move(world: World) -> Made:
    """Make an account that will sign in by SAML."""
    set_up(world)
    made = world.new_user()
    return {"address": made.user["email"], "name": f"moved{world.number()}"}


def uploads(operation: str, text: Callable[[], str]) -> Case:
    """Return the case of an upload."""
    return Case(operation=operation, body=lambda world: form(text()), headers=FORM, who="alice", after=turn_off)


CASES: Final = [
    Case(operation="LoginWithSaml", make=set_up, after=turn_off, who="", outsider=302, nobody=302),
    Case(
        operation="CompleteSaml",
        make=answered,
        after=turn_off,
        who="",
        body="{form}",
        headers={"Cookie": "{cookie}", "Content-Type": "application/x-www-form-urlencoded"},
        outsider=200,
        nobody=200,
        raw="text/html",
    ),
    Case(
        operation="GetSamlMetadata",
        make=set_up,
        after=turn_off,
        who="",
        outsider=200,
        nobody=200,
        raw="application/xml",
    ),
    Case(
        operation="GetSamlMetadataFromIdp",
        make=page,
        who="alice",
        body={"saml_metadata_url": "{url}"},
        answer="Texts",
    ),
    uploads("UploadSamlIdpCertificate", lambda: pair("idp").certificate),
    uploads("UploadSamlPublicCertificate", lambda: pair("site").certificate),
    uploads("UploadSamlPrivateCertificate", lambda: pair("site").key),
    Case(operation="DeleteSamlIdpCertificate", make=set_up, after=turn_off, who="alice"),
    Case(operation="DeleteSamlPublicCertificate", make=set_up, after=turn_off, who="alice"),
    Case(operation="DeleteSamlPrivateCertificate", make=set_up, after=turn_off, who="alice"),
    Case(operation="GetSamlCertificateStatus", who="alice"),
    Case(
        operation="ResetSamlAuthDataToEmail",
        make=person,
        who="alice",
        body={"dry_run": False, "user_ids": ["{moved_id}"]},
    ),
    Case(
        operation="MigrateAuthToSaml",
        make=to_move,
        after=turn_off,
        who="alice",
        body={"from": "email", "auto": False, "matches": {"{address}": "{name}"}},
        answer="StatusOK",
    ),
]
