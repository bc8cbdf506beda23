"""The client certificate and its key, beside config.json: uploaded, named in LdapSettings, removed."""

from pathlib import Path
from typing import Any, Final

from hubbub.core.config import ConfigError, files
from hubbub.core.contracts.errors import AppError, BadRequest
from hubbub.core.contracts.plugin import PluginContext

MAX_BYTES: Final = 1 << 20
CERTIFICATE: Final = "PublicCertificateFile"
KEY: Final = "PrivateKeyFile"
FILES: Final = {CERTIFICATE: "ldap-public.crt", KEY: "ldap-private.key"}
"""Key of LdapSettings → the name that an uploaded file gets."""


class NoFile(BadRequest):
    id = "api.admin.add_certificate.no_file.app_error"
    message = "Send a multipart form with the file certificate."


class NotPem(BadRequest):
    id = "api.admin.add_certificate.parseform.app_error"
    message = "The file can't be used: {why}."


class NotSaved(AppError):
    id = "api.admin.add_certificate.saving.app_error"
    message = "The file can't be kept beside config.json: the server's log says why."


class NotRemoved(AppError):
    id = "api.admin.remove_certificate.delete.app_error"
    message = "The file can't be removed: the server's log says why."


class Certificates:
    """Keeps and removes the files."""

    def __init__(self, context: PluginContext) -> None:
        self._store: Any = context.config_store
        self._log = context.log

    def save(self, setting: str, data: bytes) -> None:
        """Keep a file, readable by the server alone, and name it in config.json. Raises `NotPem`, `NotSaved`."""
        (_check_key if setting == KEY else _check_certificate)(data)
        try:
            files.write(self._folder / FILES[setting], data)
            self._store.update({"LdapSettings": {setting: FILES[setting]}}, patch=True)
        except ConfigError as error:
            self._log.error("the file %s can't be kept: %s", FILES[setting], error)
            raise NotSaved from None

    def remove(self, setting: str) -> None:
        """Forget a file. Raises `NotRemoved`."""
        name = getattr(self._store.current.LdapSettings, setting)
        try:
            self._store.update({"LdapSettings": {setting: ""}}, patch=True)
            # SECURITY: only what was uploaded: another name in the settings may be any file of the host.
            if name == FILES[setting]:
                (self._folder / name).unlink(missing_ok=True)
        except (ConfigError, OSError) as error:
            self._log.error("the file of LdapSettings.%s can't be removed: %s", setting, error)
            raise NotRemoved from None

    @property
    def _folder(self) -> Path:
        return Path(self._store.path).resolve().parent


def _check_certificate(data: bytes) -> None:
    from cryptography import x509

    try:
        x509.load_pem_x509_certificates(data)
    except ValueError:
        raise NotPem(why="it holds no X.509 certificate as PEM") from None


def _check_key(data: bytes) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise NotPem(why="it holds no private key as PEM without a password") from None
