"""Scheduled posts: written now, sent later. Owns the table scheduledposts."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="scheduled_posts",
    version="0.1.0",
    name="Scheduled posts",
    summary="Messages that are written now and sent later",
    requires=(UserService, ChannelService, PermissionService, PostService),
)
