"""The two parties as SamlSettings describe them: this site and the identity provider."""

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from hubbub.plugins.auth_saml import library

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_SIGNATURES: Final = {
    "RSAwithSHA1": "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "RSAwithSHA256": f"{_MORE}rsa-sha256",
    "RSAwithSHA512": f"{_MORE}rsa-sha512",
}
_DIGESTS: Final = {
    "RSAwithSHA1": "http://www.w3.org/2000/09/xmldsig#sha1",
    "RSAwithSHA256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "RSAwithSHA512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
OLD: Final = "RSAwithSHA1"
POST: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
UNSPECIFIED: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"


class Parties(msgspec.Struct, kw_only=True, frozen=True):
    """Both sides. Certificates and the key are PEM text; `private_key` and `certificate` are this site's, or empty."""

    entity_id: str
    acs_url: str
    idp_entity_id: str
    idp_url: str
    idp_certificates: tuple[str, ...]
    certificate: str = ""
    private_key: str = ""
    sign_requests: bool = False
    decrypts: bool = False
    algorithm: str = "RSAwithSHA256"
    scoping_id: str = ""
    scoping_name: str = ""

    def __repr__(self) -> str:
        """SECURITY: without the key."""
        return f"Parties({self.entity_id!r}, {self.idp_entity_id!r})"

    @property
    def old_algorithms(self) -> bool:
        """Say whether signatures with SHA-1 count: only where the settings name it."""
        return self.algorithm == OLD

    def settings(self) -> Any:
        """Return the settings of python3-saml."""
        return library.saml("settings").OneLogin_Saml2_Settings(self.document())

    def document(self) -> dict[str, Any]:
        """Return both as python3-saml wants them."""
        return {
            "strict": True,
            "debug": False,
            "sp": {
                "entityId": self.entity_id,
                "assertionConsumerService": {"url": self.acs_url, "binding": POST},
                "NameIDFormat": UNSPECIFIED,
                "x509cert": self.certificate,
                "privateKey": self.private_key if self.decrypts or self.sign_requests else "",
            },
            "idp": {
                "entityId": self.idp_entity_id,
                "singleSignOnService": {"url": self.idp_url, "binding": REDIRECT},
                "x509certMulti": {"signing": list(self.idp_certificates), "encryption": []},
            },
            "security": {
                "authnRequestsSigned": self.sign_requests,
                "signatureAlgorithm": _SIGNATURES[self.algorithm],
                "digestAlgorithm": _DIGESTS[self.algorithm],
                "rejectDeprecatedAlgorithm": not self.old_algorithms,
                # One of the two has to be signed in any case; which, is the provider's choice.
                "wantMessagesSigned": False,
                "wantAssertionsSigned": False,
                "wantNameId": False,
                "wantAttributeStatement": False,
                "allowRepeatAttributeName": True,
                "requestedAuthnContext": False,
                # A file that somebody uploads to a provider must not be too old the day after tomorrow.
                "metadataValidUntil": "",
                "metadataCacheDuration": "",
                "failOnAuthnContextMismatch": False,
                "allowSingleLabelDomains": True,
            },
        }

    def request_data(self) -> dict[str, Any]:
        """Return where this site is.

        SECURITY: out of the settings, never out of the request, whose Host anybody can choose.
        """
        parts = urlsplit(self.acs_url)
        return {
            "https": "on" if parts.scheme == "https" else "off",
            "http_host": parts.netloc,
            "script_name": parts.path,
            "get_data": {},
            "post_data": {},
        }
