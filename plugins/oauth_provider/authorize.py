"""From what an application asks for to a code: is it right, has the person agreed, where to send the browser."""

import re
import secrets
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import Preference, PreferenceNotFound, PreferenceService
from hubbub.core.contracts.sessions import Session, SessionService
from hubbub.plugins.oauth_provider.apps import Apps
from hubbub.plugins.oauth_provider.errors import AuthorizeRefused, RedirectMismatch
from hubbub.plugins.oauth_provider.records import CODE_S, SCOPE, AuthData, AuthorizeRequest, OAuthApp
from hubbub.plugins.oauth_provider.store import OAuthStore

CATEGORY: Final = "oauth_app"
"""The preference that remembers an agreement: name is the application's id, value the scope."""
S256: Final = "S256"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43,128}").fullmatch
_LIMITS: Final = {"state": 1024, "scope": 128, "resource": 512}


class Authorization:
    """Codes for applications, given out when the person agrees."""

    def __init__(
        self,
        context: PluginContext,
        store: OAuthStore,
        apps: Apps,
        sessions: SessionService,
        preferences: PreferenceService,
    ) -> None:
        self._context = context
        self._store = store
        self._apps = apps
        self._sessions = sessions
        self._preferences = preferences

    def check(self, request: AuthorizeRequest) -> OAuthApp:
        """Return the application that asks, with `redirect_uri` filled in where it could be left out.

        Raises `ProviderOff`, `AppNotFound`, `RedirectMismatch`: then the browser must not be sent anywhere; and
        `AuthorizeRefused`, which the application is told.
        """
        app = self._apps.get(request.client_id)
        if not request.redirect_uri and len(app.callback_urls) == 1:
            request.redirect_uri = app.callback_urls[0]
        # SECURITY: equal to the letter (RFC 9700, section 2.1); anything looser sends codes to somebody else.
        if request.redirect_uri not in app.callback_urls:
            raise RedirectMismatch
        self._check_rest(request, app)
        return app

    def _check_rest(self, request: AuthorizeRequest, app: OAuthApp) -> None:
        if request.response_type != "code":
            raise AuthorizeRefused("unsupported_response_type", "Only response_type=code is supported.")
        for field, limit in _LIMITS.items():
            if len(getattr(request, field)) > limit:
                raise AuthorizeRefused("invalid_request", f"{field} has more than {limit} characters.")
        if request.code_challenge or request.code_challenge_method:
            if request.code_challenge_method != S256:
                raise AuthorizeRefused("invalid_request", "code_challenge_method must be S256.")
            if _CHALLENGE(request.code_challenge) is None:
                raise AuthorizeRefused("invalid_request", "code_challenge must be 43 to 128 characters of base64url.")
        elif app.is_public:
            raise AuthorizeRefused("invalid_request", "Public applications must use PKCE (code_challenge).")

    def is_agreed(self, app: OAuthApp, user_id: str, scope: str) -> bool:
        """Say whether the person need not be asked: a trusted application, or one they have agreed to before."""
        # SECURITY: anybody can pretend to be a public application, so the person looks each time (RFC 8252, 8.6).
        if app.is_public:
            return False
        if app.is_trusted:
            return True
        try:
            return self._preferences.get(user_id, CATEGORY, app.id).value == (scope or SCOPE)
        except PreferenceNotFound:
            return False

    def agree(self, request: AuthorizeRequest, user_id: str) -> str:
        """Remember the agreement, make a code and return where to send the browser. `request` has been checked."""
        scope = request.scope or SCOPE
        code, challenge = secrets.token_urlsafe(32), request.code_challenge
        if challenge and not self._store.keeps_challenges:
            # It is no secret, and as part of the code, which must match as a whole, it can't be exchanged for another.
            code = f"{code}.{challenge}"
        data = AuthData(
            code=code,
            client_id=request.client_id,
            user_id=user_id,
            expires_in=CODE_S,
            create_at=now_ms(),
            redirect_uri=request.redirect_uri,
            state=request.state,
            scope=scope,
            code_challenge=challenge,
            code_challenge_method=request.code_challenge_method,
            resource=request.resource,
        )
        with self._context.db.transaction():
            agreed = Preference(user_id=user_id, category=CATEGORY, name=request.client_id, value=scope)
            self._preferences.save(user_id, [agreed])
            self._store.insert_code(data)
        return location(request.redirect_uri, {"code": code, "state": request.state})

    def agreed_apps(self, user_id: str) -> list[OAuthApp]:
        """Return the applications that somebody has agreed to. Raises `ProviderOff`."""
        self._apps.require_on()
        ids = [preference.name for preference in self._preferences.category(user_id, CATEGORY)]
        return self._store.apps_by_id(ids)

    def take_back(self, client_id: str, user_id: str) -> None:
        """End what somebody has agreed to: the agreement, codes, tokens and their session. Raises what `get` does."""
        self._apps.get(client_id)
        with self._context.db.transaction():
            access = self._store.access(client_id, user_id)
            if access is not None:
                self._store.delete_access(access.token)
            self._store.delete_codes_of(client_id, user_id)
            taken = Preference(user_id=user_id, category=CATEGORY, name=client_id)
            self._preferences.delete(user_id, [taken])
        if access is not None:
            self.end(access.token)

    def remove_app(self, app_id: str) -> None:
        """Delete an application with all that it was given. Raises what `get` does."""
        self._apps.get(app_id)
        with self._context.db.transaction():
            tokens = self._store.delete_app(app_id)
        for token in tokens:
            self.end(token)

    def end(self, token: str) -> None:
        """End the session of an access token, if it goes on."""
        session: Session | None = self._sessions.get_by_token(token)
        if session is not None:
            self._sessions.revoke(session)


def location(redirect_uri: str, values: dict[str, str]) -> str:
    """Return a redirect URI with values added to its query; empty ones are left out (RFC 6749, section 4.1.2)."""
    parts = urlsplit(redirect_uri)
    added = urlencode({name: value for name, value in values.items() if value})
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
