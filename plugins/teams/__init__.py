"""Teams and who belongs to them.

Owns the tables teams and teammembers. Names of members' roles come from `schemes`, which is read by a join.
"""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.schemes import SchemeService
from hubbub.core.contracts.teams import TeamInvitations, TeamService
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="teams",
    version="0.1.0",
    name="Teams",
    summary="Teams, memberships and invitations by link",
    provides=(TeamService, TeamInvitations),
    requires=(UserService, PermissionService, SchemeService, OneTimeTokenService),
)
