"""Webhooks: messages that other programs send in, and messages that are sent on to other programs.

Owns the tables incomingwebhooks and outgoingwebhooks.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.outgoing_tokens import OutgoingTokens
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.webhooks.config import WebhookSettings

manifest = Manifest(
    id="webhooks",
    version="0.1.0",
    name="Webhooks",
    summary="Messages that other programs send in, and messages that are sent on to other programs",
    requires=(UserService, TeamService, ChannelService, PermissionService, PostService),
    optional=(OutgoingTokens,),
    config=WebhookSettings,
)
