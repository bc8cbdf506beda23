"""Reminders of posts: a direct message at a time that one chose. Owns the table postreminders."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="reminders",
    version="0.1.0",
    name="Reminders",
    summary="Reminds people of posts at a time they chose",
    requires=(UserService, TeamService, ChannelService, PermissionService, PostService),
)
