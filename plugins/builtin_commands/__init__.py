"""The commands that people expect: /me, /join, /invite, /msg, /header, /away, …"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="builtin_commands",
    version="0.1.0",
    name="Built-in commands",
    summary="The slash commands that people expect: /me, /join, /invite, /msg, /away and more",
    requires=(
        UserService,
        TeamService,
        ChannelService,
        PermissionService,
        PostService,
        PreferenceService,
        SessionService,
        StatusService,
    ),
    reloadable=True,
)
