"""Emoji: the names of the system ones, and custom emoji of the site's own. Owns the table emoji."""

from hubbub.core.contracts.emoji import EmojiService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.teams import TeamService

manifest = Manifest(
    id="emoji",
    version="0.1.0",
    name="Emoji",
    summary="The site's own emoji, beside those that every client has",
    provides=(EmojiService,),
    requires=(PermissionService, TeamService),
)
