"""Signing in with GitLab, Google, Microsoft Entra or any OpenID Connect provider."""

from hubbub.core.contracts.auth import ExternalSignIn
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.single_sign_on import SingleSignOn

manifest = Manifest(
    id="auth_oauth",
    version="0.1.0",
    name="OAuth and OpenID Connect",
    summary="Signing in with GitLab, Google, Microsoft Entra or any OpenID Connect provider",
    requires=(SingleSignOn, ExternalSignIn),
)
