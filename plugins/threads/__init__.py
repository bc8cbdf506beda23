"""Threads: who follows which, and what of them they have read. Owns the table threadmemberships."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="threads",
    version="0.1.0",
    name="Threads",
    summary="Replies collapsed into threads that people follow",
    requires=(UserService, ChannelService, PermissionService, PreferenceService, PostService),
)
