"""Roles, schemes and permissions: who may do what, in the system, in a team, in a channel.

Owns the tables roles and schemes. Which teams and channels have a scheme is read (never written) from `teams` and
`channels`, whose plugins require this one.
"""

from hubbub.core.contracts.permissions import PermissionService, RoleService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.schemes import SchemeService

manifest = Manifest(
    id="roles",
    version="0.1.0",
    name="Roles",
    summary="Named sets of permissions, and the decision who may do what.",
    provides=(RoleService, PermissionService, SchemeService),
)
