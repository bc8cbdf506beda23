"""Access tokens that requests of outgoing webhooks and slash commands carry (OAuth 2.0, RFC 6749 4.3 and 4.4).

Owns the table outgoingoauthconnections.
"""

from hubbub.core.contracts.outgoing_tokens import OutgoingTokens
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="outgoing_oauth_connections",
    version="0.1.0",
    name="Outgoing OAuth connections",
    summary="Gets access tokens for the servers that outgoing webhooks and slash commands ask",
    provides=(OutgoingTokens,),
    requires=(PermissionService,),
)
