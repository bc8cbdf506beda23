"""SamlSettings and their files as the two parties, read anew when either has changed."""

from typing import Any, Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.certificates import BadCertificate
from hubbub.plugins.auth_saml import library
from hubbub.plugins.auth_saml.certificates import (
    IDP,
    PRIVATE,
    PUBLIC,
    Certificates,
    are_pair,
    checked_certificates,
    checked_key,
)
from hubbub.plugins.auth_saml.errors import SamlNotAvailable, SamlNotSetUp, SamlOff
from hubbub.plugins.auth_saml.parties import Parties

_OURS: Final = ("ServiceProviderIdentifier", "AssertionConsumerServiceURL")
_THEIRS: Final = ("IdpDescriptorURL", "IdpURL", "IdpCertificateFile")
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"


class Configured:
    """What the settings say, ready to use."""

    def __init__(self, context: PluginContext, certificates: Certificates) -> None:
        self._context = context
        self._certificates = certificates
        self._seen: tuple[Any, ...] = ()
        self._parties: Parties | None = None

    @property
    def settings(self) -> Any:
        """Return SamlSettings as they are now."""
        return self._context.config.SamlSettings

    def is_enabled(self) -> bool:
        """Say whether people can sign in."""
        return bool(self.settings.Enable) and library.is_installed()

    def for_sign_in(self) -> Parties:
        """Return both parties. Raises `SamlOff`, `SamlNotAvailable`, `SamlNotSetUp`."""
        if not self.settings.Enable:
            raise SamlOff
        library.require(SamlNotAvailable)
        seen = (self.settings, *(self._stamp(file.setting) for file in self._certificates.known))
        if self._parties is None or seen != self._seen:
            self._parties = self._read(_OURS + _THEIRS)
            self._seen = seen
        return self._parties

    def for_metadata(self) -> Parties:
        """Return this site's side; the provider's may be missing yet. Raises `SamlNotAvailable`, `SamlNotSetUp`."""
        library.require(SamlNotAvailable)
        return self._read(_OURS)

    def _stamp(self, setting: str) -> tuple[int, int] | None:
        path = self._certificates.path(setting)
        try:
            status = path.stat() if path is not None else None
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size) if status is not None else None

    def _read(self, needed: tuple[str, ...]) -> Parties:
        settings = self.settings
        empty = [name for name in needed if not getattr(settings, name)]
        if empty:
            raise SamlNotSetUp(reason=f"SamlSettings.{empty[0]} is empty")
        certificate, key = self._own_pair() if settings.Encrypt or settings.SignRequest else ("", "")
        return Parties(
            entity_id=settings.ServiceProviderIdentifier,
            acs_url=settings.AssertionConsumerServiceURL,
            idp_entity_id=settings.IdpDescriptorURL,
            idp_url=settings.IdpURL,
            idp_certificates=self._idp_certificates() if IDP in needed else (),
            certificate=certificate,
            private_key=key,
            sign_requests=settings.SignRequest,
            decrypts=settings.Encrypt,
            algorithm=settings.SignatureAlgorithm,
            scoping_id=settings.ScopingIDPProviderId,
            scoping_name=settings.ScopingIDPName,
        )

    def _own_pair(self) -> tuple[str, str]:
        """Return this site's certificate and key. Raises `SamlNotSetUp`, also when one is not of the other."""
        certificate, key = self._certificates.read(PUBLIC), self._certificates.read(PRIVATE)
        for setting, text, check in ((PUBLIC, certificate, checked_certificates), (PRIVATE, key, checked_key)):
            if not text:
                raise SamlNotSetUp(reason=f"SamlSettings.{setting} is empty, which Encrypt and SignRequest need")
            try:
                check(text.encode())
            except BadCertificate as error:
                raise SamlNotSetUp(reason=f"the file of SamlSettings.{setting}: {error.text}") from None
        if not are_pair(certificate, key):
            raise SamlNotSetUp(reason=f"the key of SamlSettings.{PRIVATE} is not that of {PUBLIC}")
        return certificate, key

    def _idp_certificates(self) -> tuple[str, ...]:
        """Return the provider's certificates: several while it changes from one to the next."""
        try:
            text = checked_certificates(self._certificates.read(IDP).encode()).decode()
        except BadCertificate as error:
            raise SamlNotSetUp(reason=f"the file of SamlSettings.{IDP}: {error.text}") from None
        return tuple(_BEGIN + part for part in text.split(_BEGIN)[1:])
