"""Notifications: decides who is told of a post and over which way, and hands that to the ways that plugins offer.

Owns no table. Counts of unread mentions and threads are read from those of `channels` and `threads`.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.notifications import NotificationService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="notifications",
    version="0.1.0",
    name="Notifications",
    summary="Who is told of which message, and over which way; automatic replies",
    provides=(NotificationService,),
    requires=(
        UserService,
        TeamService,
        ChannelService,
        PermissionService,
        PreferenceService,
        PostService,
        StatusService,
    ),
)
