"""The command /remind: texts that come back at a time, once or again and again. Owns the table hb_reminders."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="remind",
    version="0.1.0",
    name="Remind",
    summary="The slash command /remind: in ten minutes, at nine, every Monday",
    requires=(UserService, TeamService, ChannelService, PermissionService, PostService),
)
