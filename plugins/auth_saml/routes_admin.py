"""Operations of administrators: metadata, certificates, accounts."""

from collections.abc import Callable
from typing import Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam, TooLarge
from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.core.http.form import OVERHEAD, read_file
from hubbub.plugins.auth_saml import library
from hubbub.plugins.auth_saml.accounts import Accounts, Migration, Reset
from hubbub.plugins.auth_saml.certificates import IDP, MAX_BYTES, PRIVATE, PUBLIC, Certificates
from hubbub.plugins.auth_saml.configured import Configured
from hubbub.plugins.auth_saml.errors import BadCertificate, MetadataRefused, NoCertificate
from hubbub.plugins.auth_saml.metadata import ProviderMetadata, of_provider, own_metadata
from hubbub.plugins.auth_saml.threads import in_thread

_BASE: Final = "/api/v4/saml"
_KINDS: Final = (
    ("idp", IDP, Permission.ADD_SAML_IDP_CERT, Permission.REMOVE_SAML_IDP_CERT),
    ("public", PUBLIC, Permission.ADD_SAML_PUBLIC_CERT, Permission.REMOVE_SAML_PUBLIC_CERT),
    ("private", PRIVATE, Permission.ADD_SAML_PRIVATE_CERT, Permission.REMOVE_SAML_PRIVATE_CERT),
)
_METADATA_BYTES: Final = 4 << 20
_REDIRECTS: Final = 3


class MetadataWanted(msgspec.Struct, kw_only=True, frozen=True):
    """POST /saml/metadatafromidp."""

    saml_metadata_url: str = ""


class AdminRoutes:
    """Parse, authorise, one call, render."""

    def __init__(
        self, context: PluginContext, configured: Configured, certificates: Certificates, accounts: Accounts
    ) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._configured = configured
        self._certificates = certificates
        self._accounts = accounts

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(f"{_BASE}/metadata", self.metadata, auth="none")
        router.post(f"{_BASE}/metadatafromidp", self.metadata_of_provider)
        router.get(f"{_BASE}/certificate/status", self.status)
        for name, setting, add, remove in _KINDS:
            path = f"{_BASE}/certificate/{name}"
            router.post(path, self._upload(setting, add), body_limit=MAX_BYTES + OVERHEAD)
            router.delete(path, self._delete(setting, remove))
        router.post(f"{_BASE}/reset_auth_data", self.reset_auth_data)
        router.post("/api/v4/users/migrate_auth/saml", self.migrate)

    def metadata(self, req: Request) -> Reply:
        """GET /saml/metadata: what the identity provider has to know of this site."""
        xml = in_thread(self._context.tasks, own_metadata, self._configured.for_metadata())
        headers = {"Content-Disposition": 'attachment; filename="saml-metadata.xml"'}
        return Reply(xml, headers=headers, content_type="application/xml")

    def metadata_of_provider(self, req: Request) -> ProviderMetadata:
        """POST /saml/metadatafromidp: fetch them from an address, to be taken over into the settings."""
        self._permissions.require(req.session, Permission.GET_SAML_METADATA_FROM_IDP)
        url = req.read(MetadataWanted).saml_metadata_url.strip()
        if not url:
            raise InvalidBodyParam("saml_metadata_url")
        library.require()
        try:
            answer = self._context.outgoing.request("GET", url, max_bytes=_METADATA_BYTES, redirects=_REDIRECTS)
        except (OutgoingRefused, OutgoingFailed) as error:
            raise MetadataRefused(reason=error.text.rstrip(".")) from None
        if answer.status != 200:
            reason = f"{url} answered with the status {answer.status}"
            raise MetadataRefused(reason=reason, id="app.admin.saml.invalid_response_from_idp.app_error")
        return in_thread(self._context.tasks, of_provider, answer.body)

    def status(self, req: Request) -> dict[str, bool]:
        """GET /saml/certificate/status."""
        self._permissions.require(req.session, Permission.GET_SAML_CERT_STATUS)
        return self._certificates.status()

    def _upload(self, setting: str, permission: Permission) -> Callable[[Request], object]:
        def upload(req: Request) -> object:
            """POST /saml/certificate/…: keep a file."""
            self._permissions.require(req.session, permission)
            self._certificates.save(setting, _file(req, setting))
            return OK

        return upload

    def _delete(self, setting: str, permission: Permission) -> Callable[[Request], object]:
        def delete(req: Request) -> object:
            """DELETE /saml/certificate/…: forget a file."""
            self._permissions.require(req.session, permission)
            self._certificates.remove(setting)
            return OK

        return delete

    def reset_auth_data(self, req: Request) -> dict[str, int]:
        """POST /saml/reset_auth_data."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return {"num_affected": self._accounts.reset_to_address(req.read(Reset))}

    def migrate(self, req: Request) -> object:
        """POST /users/migrate_auth/saml."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        wanted = req.read(Migration)
        # SECURITY: nobody is moved to a way of signing in that lets nobody in.
        self._configured.for_sign_in()
        self._accounts.migrate(wanted, session_id=req.session.id)
        return OK


def _file(req: Request, setting: str) -> bytes:
    """Return the form's file `certificate`; the provider's may also be the body itself, out of its metadata."""
    kind = (req.content_type or "").partition(";")[0].strip().lower()
    try:
        if setting == IDP and kind == "application/x-pem-file":
            return req.read_bytes()
        data = read_file(req, "certificate", MAX_BYTES)
    except TooLarge:
        raise BadCertificate(reason=f"it has more than {MAX_BYTES} bytes") from None
    if data is None:
        raise NoCertificate
    return data
