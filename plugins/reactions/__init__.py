"""Reactions: emoji on posts. Owns the table reactions."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.emoji import EmojiService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService

manifest = Manifest(
    id="reactions",
    version="0.1.0",
    name="Reactions",
    summary="Emoji on posts",
    requires=(PostService, ChannelService, PermissionService, EmojiService),
    reloadable=True,
)
