"""Groups of users: who is in them, which teams and channels they belong to; custom groups are made here.

Owns the tables usergroups, groupmembers, groupteams and groupchannels. Counts are joins with `users`, `channels`,
`teams`, `teammembers` and `channelmembers`, which this plugin only reads.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.groups import DirectoryGroups, GroupService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="groups",
    version="0.1.0",
    name="Groups",
    summary="Groups of users, custom ones and those of identity providers",
    provides=(GroupService, DirectoryGroups),
    requires=(UserService, TeamService, ChannelService, PermissionService),
)
