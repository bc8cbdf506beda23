"""Operations on the client certificate."""

from collections.abc import Callable

from hubbub.core.contracts.errors import TooLarge
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Request, Router
from hubbub.core.http.form import read_file
from hubbub.plugins.auth_ldap.certificates import CERTIFICATE, KEY, MAX_BYTES, Certificates, NoFile, NotPem

_BASE = "/api/v4/ldap/certificate"


class CertificateRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, certificates: Certificates) -> None:
        self._permissions = context.service(PermissionService)
        self._certificates = certificates

    def register(self, router: Router) -> None:
        """Declare the routes."""
        limit = MAX_BYTES + 65_536
        router.post(f"{_BASE}/public", self._upload(CERTIFICATE, Permission.ADD_LDAP_PUBLIC_CERT), body_limit=limit)
        router.post(f"{_BASE}/private", self._upload(KEY, Permission.ADD_LDAP_PRIVATE_CERT), body_limit=limit)
        router.delete(f"{_BASE}/public", self._delete(CERTIFICATE, Permission.REMOVE_LDAP_PUBLIC_CERT))
        router.delete(f"{_BASE}/private", self._delete(KEY, Permission.REMOVE_LDAP_PRIVATE_CERT))

    def _upload(self, setting: str, permission: Permission) -> Callable[[Request], object]:
        def upload(req: Request) -> object:
            """POST /ldap/certificate/…: keep the form's file `certificate`."""
            self._permissions.require(req.session, permission)
            try:
                data = read_file(req, "certificate", MAX_BYTES)
            except TooLarge:
                raise NotPem(why=f"it has more than {MAX_BYTES} bytes") from None
            if data is None:
                raise NoFile
            self._certificates.save(setting, data)
            return OK

        return upload

    def _delete(self, setting: str, permission: Permission) -> Callable[[Request], object]:
        def delete(req: Request) -> object:
            """DELETE /ldap/certificate/…: forget the file."""
            self._permissions.require(req.session, permission)
            self._certificates.remove(setting)
            return OK

        return delete
