"""Hubbub signs people in elsewhere: an OAuth 2.0 authorization server (RFC 6749, 7636, 7591, 8414).

Owns the tables oauthapps, oauthauthdata and oauthaccessdata.
"""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="oauth_provider",
    version="0.1.0",
    name="OAuth provider",
    summary="Signs people in to other applications with their account here (OAuth 2.0: code grant, PKCE, refresh)",
    requires=(UserService, SessionService, PermissionService, PreferenceService),
)
