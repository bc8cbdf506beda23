"""Priorities: important and urgent messages, and who has acknowledged them.

Owns the tables postspriority, postacknowledgements and persistentnotifications. What repeats urgent notifications is
the notifier's business: here is only kept which messages are still to be repeated.
"""

from hubbub.core.contracts.channels import ChannelService
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
    reloadable=True,
)
