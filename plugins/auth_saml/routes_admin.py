"""Operations of administrators: metadata, certificates, accounts."""

from typing import Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.core.http.certificates import CertificateRoutes
from hubbub.plugins.auth_saml import library
from hubbub.plugins.auth_saml.accounts import Accounts, Migration, Reset
from hubbub.plugins.auth_saml.certificates import Certificates
from hubbub.plugins.auth_saml.configured import Configured
from hubbub.plugins.auth_saml.errors import MetadataRefused
from hubbub.plugins.auth_saml.metadata import ProviderMetadata, of_provider, own_metadata
from hubbub.plugins.auth_saml.threads import in_thread

_BASE: Final = "/api/v4/saml"
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
        CertificateRoutes(self._context, f"{_BASE}/certificate", self._certificates).register(router)
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
