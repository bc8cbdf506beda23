"""Signing in by SAML 2.0: this site is a service provider. Owns the table hb_saml_assertions."""

from hubbub.core.contracts.auth import ExternalSignIn
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.single_sign_on import SingleSignOn
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="auth_saml",
    version="0.1.0",
    name="SAML",
    summary="Signing in with a SAML 2.0 identity provider (SamlSettings)",
    requires=(UserService, SessionService, PermissionService, SingleSignOn, ExternalSignIn),
)
