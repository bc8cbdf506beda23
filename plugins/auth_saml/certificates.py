"""The three files of SamlSettings: beside config.json, or where an absolute path says."""

import base64
import binascii
from typing import Final

from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.certificates import MAX_BYTES, BadCertificate, CertificateFile, CertificateFiles
from hubbub.plugins.auth_saml.errors import SamlNotSetUp

IDP: Final = "IdpCertificateFile"
PUBLIC: Final = "PublicCertificateFile"
PRIVATE: Final = "PrivateKeyFile"
_BEGIN: Final = b"-----BEGIN"
_WITHOUT_OWN: Final = {"Encrypt": False, "SignRequest": False}


class Certificates(CertificateFiles):
    """Keeps the files, reads them, and says which there are."""

    def __init__(self, context: PluginContext) -> None:
        idp = CertificateFile(
            kind="idp",
            setting=IDP,
            name="saml-idp.crt",
            check=checked_certificates,
            add=Permission.ADD_SAML_IDP_CERT,
            remove=Permission.REMOVE_SAML_IDP_CERT,
            off={"Enable": False},
            body_type="application/x-pem-file",  # as clients send it out of the provider's metadata
        )
        public = CertificateFile(
            kind="public",
            setting=PUBLIC,
            name="saml-public.crt",
            check=checked_certificates,
            add=Permission.ADD_SAML_PUBLIC_CERT,
            remove=Permission.REMOVE_SAML_PUBLIC_CERT,
            off=_WITHOUT_OWN,
        )
        private = CertificateFile(
            kind="private",
            setting=PRIVATE,
            name="saml-private.key",
            check=checked_key,
            add=Permission.ADD_SAML_PRIVATE_CERT,
            remove=Permission.REMOVE_SAML_PRIVATE_CERT,
            off=_WITHOUT_OWN,
        )
        super().__init__(context, "SamlSettings", (idp, public, private))

    def status(self) -> dict[str, bool]:
        """Say which of the files are there."""
        there = {file.setting: self._is_there(file.setting) for file in self.known}
        return {
            "idp_certificate_file": there[IDP],
            "private_key_file": there[PRIVATE],
            "public_certificate_file": there[PUBLIC],
        }

    def _is_there(self, setting: str) -> bool:
        path = self.path(setting)
        return path is not None and path.is_file()

    def read(self, setting: str) -> str:
        """Return a file's text, "" when the setting is empty. Raises `SamlNotSetUp`."""
        path = self.path(setting)
        if path is None:
            return ""
        try:
            # SECURITY: bounded, and told by its name only: the setting may name any file of the host.
            with path.open("rb") as file:
                return file.read(MAX_BYTES).decode("ascii")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it isn't PEM text"
            raise SamlNotSetUp(reason=f"the file of SamlSettings.{setting} can't be read ({why})") from None


def checked_certificates(data: bytes) -> bytes:
    """Return certificates as PEM: PEM with one or more, DER, or base64 without its frame. Raises `BadCertificate`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        found = (
            x509.load_pem_x509_certificates(data) if _BEGIN in data else [x509.load_der_x509_certificate(_der(data))]
        )
    except ValueError:
        raise BadCertificate(reason="it holds no X.509 certificate, as PEM or DER") from None
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in found)


def checked_key(data: bytes) -> bytes:
    """Return a private RSA key, as it came. Raises `BadCertificate`."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        raise BadCertificate(reason="it holds no private key, as PEM without a password") from None
    except Exception:  # UnsupportedAlgorithm and what else the library has
        raise BadCertificate(reason="its kind of key is not known here") from None
    if not isinstance(key, RSAPrivateKey):
        raise BadCertificate(reason="it must be an RSA key: identity providers encrypt for no other")
    return data.strip() + b"\n"


def are_pair(certificate: str, key: str) -> bool:
    """Say whether a private key is that of a certificate, both PEM and checked."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    public = x509.load_pem_x509_certificates(certificate.encode())[0].public_key()
    return load_pem_private_key(key.encode(), password=None).public_key() == public


def _der(data: bytes) -> bytes:
    """Return DER out of itself or out of base64."""
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        return data
