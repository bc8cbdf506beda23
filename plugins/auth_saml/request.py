"""The request that a browser carries to the identity provider, in its address (binding HTTP-Redirect)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import msgspec

from hubbub.plugins.auth_saml import library
from hubbub.plugins.auth_saml.document import PROTOCOL
from hubbub.plugins.auth_saml.errors import SamlNotSetUp
from hubbub.plugins.auth_saml.parties import Parties


class AuthnRequest(msgspec.Struct, kw_only=True, frozen=True):
    """`id` is what the answer must name (InResponseTo), `xml` what is sent."""

    id: str
    xml: str


def make(parties: Parties) -> AuthnRequest:
    """Return a new request. Raises `SamlNotSetUp`."""
    with _set_up():
        made = library.saml("authn_request").OneLogin_Saml2_Authn_Request(parties.settings(), set_nameid_policy=False)
        return AuthnRequest(id=made.get_id(), xml=_scoped(made.get_xml(), parties))


def address(request: AuthnRequest, relay_state: str, parties: Parties) -> str:
    """Return where the browser goes, signed where the settings say so. A millisecond or two. Raises `SamlNotSetUp`."""
    with _set_up():
        return _address(request, relay_state, parties)


@contextmanager
def _set_up() -> Iterator[None]:
    """Whatever the libraries dislike about an address, a certificate or a key is the settings' fault."""
    try:
        yield
    except Exception as error:
        # SECURITY: the kind of error only: a library's words might repeat what is in a file.
        reason = f"no request can be made of SamlSettings and its files ({type(error).__name__})"
        raise SamlNotSetUp(reason=reason) from None


def _address(request: AuthnRequest, relay_state: str, parties: Parties) -> str:
    utils = library.saml("utils").OneLogin_Saml2_Utils
    parameters = {"SAMLRequest": utils.deflate_and_base64_encode(request.xml), "RelayState": relay_state}
    if parties.sign_requests:
        settings = parties.settings()
        auth = library.saml("auth").OneLogin_Saml2_Auth(parties.request_data(), settings)
        auth.add_request_signature(parameters, settings.get_security_data()["signatureAlgorithm"])
        # The signature is over these three, in this order.
        parameters = {name: parameters[name] for name in ("SAMLRequest", "RelayState", "SigAlg", "Signature")}
    return f"{parties.idp_url}{'&' if '?' in parties.idp_url else '?'}{urlencode(parameters)}"


def _scoped(xml: str, parties: Parties) -> str:
    """Return the request with the provider that a broker shall ask (SamlSettings.ScopingIDPProviderId)."""
    if not parties.scoping_id:
        return xml
    etree: Any = library.etree()
    root = etree.fromstring(xml.encode())
    scoping = etree.SubElement(root, f"{{{PROTOCOL}}}Scoping")
    entry = etree.SubElement(etree.SubElement(scoping, f"{{{PROTOCOL}}}IDPList"), f"{{{PROTOCOL}}}IDPEntry")
    entry.set("ProviderID", parties.scoping_id)
    if parties.scoping_name:
        entry.set("Name", parties.scoping_name)
    return str(etree.tostring(root, encoding="unicode"))
