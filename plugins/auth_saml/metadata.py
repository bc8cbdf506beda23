"""Metadata: what this site says about itself, and what a provider says about itself."""

import re
from typing import Any, Final

import msgspec

from hubbub.plugins.auth_saml import document, library
from hubbub.plugins.auth_saml.errors import MetadataRefused, ResponseRefused, SamlNotSetUp
from hubbub.plugins.auth_saml.parties import REDIRECT, Parties

_FRAME: Final = re.compile(r"-----(?:BEGIN|END) CERTIFICATE-----|\s+")


class ProviderMetadata(msgspec.Struct, kw_only=True, frozen=True):
    """What can be taken over into SamlSettings. The certificate is base64, or PEM when there are several."""

    idp_descriptor_url: str
    idp_url: str
    idp_public_certificate: str


def own_metadata(parties: Parties) -> bytes:
    """Return the metadata of this site as XML. Raises `SamlNotSetUp`."""
    settings = library.saml("settings")
    try:
        made = settings.OneLogin_Saml2_Settings(parties.document(), sp_validation_only=True)
        xml: str | bytes = made.get_sp_metadata()
        problems = made.validate_metadata(xml)
    except Exception as error:  # whatever the library finds wrong with a certificate or an address
        raise SamlNotSetUp(reason=f"no metadata can be made of SamlSettings ({str(error)[:200]})") from None
    if problems:
        raise SamlNotSetUp(reason=f"no metadata can be made of SamlSettings ({', '.join(problems)[:200]})")
    return xml.encode() if isinstance(xml, str) else xml


def of_provider(xml: bytes) -> ProviderMetadata:
    """Return what a provider's metadata say. A few milliseconds. Raises `MetadataRefused`."""
    try:
        root = document.parse(xml)
    except ResponseRefused as error:
        raise MetadataRefused(reason=error.reason) from None
    if root.tag not in ("{urn:oasis:names:tc:SAML:2.0:metadata}EntityDescriptor",
                        "{urn:oasis:names:tc:SAML:2.0:metadata}EntitiesDescriptor"):  # fmt: skip
        raise MetadataRefused(reason="it isn't an EntityDescriptor")
    parser = library.saml("idp_metadata_parser").OneLogin_Saml2_IdPMetadataParser
    try:
        found: dict[str, Any] = parser.parse(xml, required_sso_binding=REDIRECT).get("idp", {})
    except Exception as error:
        raise MetadataRefused(reason=str(error)[:200]) from None
    address = found.get("singleSignOnService", {}).get("url", "")
    several = found.get("x509certMulti", {}).get("signing") or []
    certificates = several or [found["x509cert"]] if several or found.get("x509cert") else []
    if not address:
        raise MetadataRefused(reason="it has no SingleSignOnService for HTTP-Redirect")
    if not certificates:
        raise MetadataRefused(reason="it has no certificate for signing")
    return ProviderMetadata(
        idp_descriptor_url=found.get("entityId", ""),
        idp_url=address,
        idp_public_certificate=_joined([_FRAME.sub("", text) for text in certificates]),
    )


def _joined(certificates: list[str]) -> str:
    if len(certificates) == 1:
        return certificates[0]
    return "".join(_framed(text) for text in dict.fromkeys(certificates))


def _framed(text: str) -> str:
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
