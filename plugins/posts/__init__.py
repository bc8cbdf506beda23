"""Posts: messages, replies, edits and system messages. Owns the tables posts and threads."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.groups import GroupService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="posts",
    version="0.1.0",
    name="Posts",
    summary="Messages, replies, edits and system messages",
    provides=(PostService,),
    requires=(UserService, TeamService, ChannelService, PermissionService, PreferenceService, StatusService),
    optional=(SearchEngine, GroupService),
)
