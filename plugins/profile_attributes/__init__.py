"""Custom profile attributes: fields that admins define and people fill in.

Owns the tables propertygroups, propertyfields and propertyvalues.
"""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.profile_attributes import SyncedAttributes
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="profile_attributes",
    version="0.1.0",
    name="Profile attributes",
    summary="Fields of profiles that admins define and people fill in",
    provides=(SyncedAttributes,),
    requires=(UserService, PermissionService),
)
