"""The three files of SamlSettings: beside config.json, or where an absolute path says."""

import base64
import binascii
import logging
from pathlib import Path
from typing import Any, Final

from hubbub.core.config import ConfigError, files
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.auth_saml.errors import BadCertificate, CertificateNotRemoved, CertificateNotSaved, SamlNotSetUp

MAX_BYTES: Final = 1 << 20
IDP: Final = "IdpCertificateFile"
PUBLIC: Final = "PublicCertificateFile"
PRIVATE: Final = "PrivateKeyFile"
FILES: Final = {IDP: "saml-idp.crt", PUBLIC: "saml-public.crt", PRIVATE: "saml-private.key"}
"""Setting to the name that an uploaded file gets."""
OFF_WITHOUT: Final[dict[str, dict[str, bool]]] = {
    IDP: {"Enable": False},
    PUBLIC: {"Encrypt": False, "SignRequest": False},
    PRIVATE: {"Encrypt": False, "SignRequest": False},
}
"""What can't stay on without a file."""
_BEGIN: Final = b"-----BEGIN"


class Certificates:
    """Reads, keeps and removes the files."""

    def __init__(self, context: PluginContext) -> None:
        self._store: Any = context.config_store
        self._log: logging.Logger = context.log

    def path(self, setting: str) -> Path | None:
        """Return where the file of a setting is, None when the setting is empty."""
        name = getattr(self._store.current.SamlSettings, setting)
        return self._store.path.resolve().parent / name if name else None

    def status(self) -> dict[str, bool]:
        """Say which of the files are there."""
        found = {setting: self.path(setting) for setting in FILES}
        there = {setting: path is not None and path.is_file() for setting, path in found.items()}
        return {
            "idp_certificate_file": there[IDP],
            "private_key_file": there[PRIVATE],
            "public_certificate_file": there[PUBLIC],
        }

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

    def save(self, setting: str, data: bytes) -> None:
        """Keep a file and name it in config.json. Raises `BadCertificate`, `CertificateNotSaved`."""
        text = checked_key(data) if setting == PRIVATE else checked_certificates(data)
        name = FILES[setting]
        try:
            files.write(self._store.path.resolve().parent / name, text)
            self._store.update({"SamlSettings": {setting: name}}, patch=True)
        except ConfigError as error:
            self._log.error("the file %s can't be kept: %s", name, error)
            raise CertificateNotSaved from None

    def remove(self, setting: str) -> None:
        """Forget a file, and turn off what needs it. Raises `CertificateNotRemoved`."""
        path = self.path(setting)
        try:
            self._store.update({"SamlSettings": {setting: "", **OFF_WITHOUT[setting]}}, patch=True)
            # SECURITY: only what was uploaded: an absolute path in the settings is somebody else's file.
            if path is not None and path.name == FILES[setting] and path.parent == self._store.path.resolve().parent:
                path.unlink(missing_ok=True)
        except (ConfigError, OSError) as error:
            self._log.error("the file of SamlSettings.%s can't be removed: %s", setting, error)
            raise CertificateNotRemoved from None


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
