"""Priorities: important and urgent messages, and who has acknowledged them.

Owns the tables postspriority, postacknowledgements and persistentnotifications. Here is decided when the notifications
of an urgent message are repeated, and until when; the plugin notifications knows whom to tell, and how.
"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.notifications import NotificationService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="post_priority",
    version="0.1.0",
    name="Post priority",
    summary="Important and urgent messages, and acknowledgements of them",
    requires=(PostService, ChannelService, UserService, PermissionService),
    optional=(NotificationService,),
    reloadable=True,
)
