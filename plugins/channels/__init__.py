"""Channels, who belongs to them, and what each member has read.

Owns the tables channels, channelmembers, channelmemberhistory and publicchannels. Names of members' roles come from
`schemes` and `teams`, which are read by joins.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.schemes import SchemeService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="channels",
    version="0.1.0",
    name="Channels",
    summary="Public, private, direct and group channels, memberships and unread counts",
    provides=(ChannelService,),
    requires=(UserService, TeamService, PermissionService, PreferenceService, SchemeService),
    optional=(StatusService,),
)
