"""Drafts: what people have begun to write, on all their devices. Owns the table drafts."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService

manifest = Manifest(
    id="drafts",
    version="0.1.0",
    name="Drafts",
    summary="What people have begun to write, on all their devices",
    requires=(ChannelService, PermissionService, PostService),
)
