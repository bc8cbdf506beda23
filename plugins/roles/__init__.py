"""Roles and permissions: who may do what, in the system, in a team, in a channel."""

from hubbub.core.contracts.permissions import PermissionService, RoleService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="roles",
    version="0.1.0",
    name="Roles",
    summary="Named sets of permissions, and the decision who may do what.",
    provides=(RoleService, PermissionService),
)
