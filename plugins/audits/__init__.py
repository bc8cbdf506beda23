"""Who did what from where, with which result: in the table audits, which it owns, and as JSON lines."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="audits",
    version="0.2.0",
    name="Audits",
    summary="A record of each sign-in and each change of an account, member, role, setting, token or integration",
    requires=(PermissionService,),
)
