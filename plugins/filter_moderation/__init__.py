"""A message filter by which messages wait until a moderator lets them pass. Owns the table hb_moderation_queue."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.filter_moderation.config import ModerationSettings

manifest = Manifest(
    id="filter_moderation",
    version="0.1.0",
    name="Filter: moderation",
    summary="Messages of chosen channels or new members wait until a moderator lets them pass",
    requires=(UserService, TeamService, ChannelService, PermissionService, PostService),
    config=ModerationSettings,
    default_enabled=lambda _config: False,
    reloadable=True,
)
