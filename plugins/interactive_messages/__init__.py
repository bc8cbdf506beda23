"""Interactive messages: buttons and menus in posts, dialogs. Owns the table hb_interaction_keys."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.interactions import InteractionService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="interactive_messages",
    version="0.1.0",
    name="Interactive messages",
    summary="Buttons and menus in messages, and dialogs, answered by integrations",
    provides=(InteractionService,),
    requires=(UserService, TeamService, ChannelService, PermissionService, PostService),
)
