"""Slash commands: teams' own, asked over HTTP, and those of plugins. Owns the tables commands, commandwebhooks."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.interactions import InteractionService
from hubbub.core.contracts.outgoing_tokens import OutgoingTokens
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="commands",
    version="0.1.0",
    name="Slash commands",
    summary="Runs slash commands: of plugins, and teams' own that another server answers",
    requires=(UserService, TeamService, ChannelService, PermissionService, PostService),
    optional=(InteractionService, OutgoingTokens),
)
