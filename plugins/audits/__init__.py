"""What happened to accounts: sign-ins, changes of passwords and roles, deactivation. Owns the table audits."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="audits",
    version="0.1.0",
    name="Audits",
    summary="A line for each sign-in and each change of a password, of roles or of activation",
    requires=(PermissionService,),
)
