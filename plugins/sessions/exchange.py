"""Sessions that wait for an app to take them: by the desktop app's token, by a mobile app's code."""

import base64
import hashlib
import hmac
import re
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError, BadRequest, Unauthorized
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import SSO_CODE, OneTimeTokenService
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.plugins.sessions.desktop import DesktopTokenInvalid, DesktopTokens

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}").fullmatch


class ExchangeOff(AppError):
    id = "api.user.login_sso_code_exchange.deprecated.app_error"
    status_code = 410
    message = "This server gives apps no codes to exchange (FeatureFlags.MobileSSOCodeExchange)."


class CodeRefused(BadRequest):
    id = "api.oauth.get_access_token.bad_request.app_error"
    message = "The code was used already, is older than five minutes, or was given to another app."


class NotSingleSignOn(Unauthorized):
    id = "api.user.login_with_desktop_token.not_oauth_or_saml_user.app_error"
    message = "This account doesn't sign in by way of another site."


class Exchange:
    """Says whose session an app may open."""

    def __init__(
        self, context: PluginContext, users: UserService, tokens: OneTimeTokenService, desktop: DesktopTokens
    ) -> None:
        self._context = context
        self._users = users
        self._tokens = tokens
        self._desktop = desktop

    def by_desktop_token(self, token: str) -> User:
        """Return whose session the desktop app takes. Raises `DesktopTokenInvalid`, `NotSingleSignOn`."""
        user = self._user(self._desktop.take(token), DesktopTokenInvalid())
        if not user.auth_service:
            raise NotSingleSignOn
        return user

    def by_code(self, code: str, verifier: str, state: str) -> User:
        """Return whose session a mobile app opens. Raises `ExchangeOff`, `CodeRefused`."""
        if not self._context.config.FeatureFlags.MobileSSOCodeExchange:
            raise ExchangeOff
        found = self._tokens.get(code, SSO_CODE) if code else None
        # SECURITY: whatever is wrong with the rest, the code is used up: nobody tries verifiers one by one.
        if found is None or not self._tokens.take(found) or found.is_expired(now_ms()):
            raise CodeRefused
        proven = bool(_VERIFIER(verifier)) and hmac.compare_digest(_challenge(verifier), found.extra["challenge"])
        if not proven or not hmac.compare_digest(state.encode(), found.extra["state"].encode()):
            raise CodeRefused
        return self._user(found.extra["user_id"], CodeRefused())

    def _user(self, user_id: str, error: AppError) -> User:
        try:
            return self._users.get(user_id)
        except UserNotFound:
            raise error from None


def _challenge(verifier: str) -> str:
    """Return what the verifier hashes to (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
