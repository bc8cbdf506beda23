"""Bookmarks: links that the members of a channel keep at its top. Owns the table channelbookmarks."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="bookmarks",
    version="0.1.0",
    name="Bookmarks",
    summary="Links that the members of a channel keep at its top",
    requires=(UserService, ChannelService, PermissionService, PostService),
)
