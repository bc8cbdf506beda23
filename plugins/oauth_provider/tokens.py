"""The token endpoint: codes and refresh tokens become access tokens, which are sessions."""

import base64
import hashlib
import hmac
import re
from typing import Final, NoReturn

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session, SessionService
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.oauth_provider.apps import Apps
from hubbub.plugins.oauth_provider.errors import AppNotFound, RequestRefused, invalid_client, invalid_grant
from hubbub.plugins.oauth_provider.records import (
    SCOPE,
    USED,
    AccessData,
    AccessResponse,
    AuthData,
    OAuthApp,
    TokenRequest,
)
from hubbub.plugins.oauth_provider.store import OAuthStore

CODE: Final = "authorization_code"
REFRESH: Final = "refresh_token"
BEARER: Final = "bearer"
KEPT_MS: Final = 86_400_000
"""How long used codes are remembered, for when somebody shows one again."""
REFRESHED_KEPT_MS: Final = 90 * KEPT_MS
"""How long used refresh tokens are."""
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}").fullmatch


class Tokens:
    """Answers the token endpoint."""

    def __init__(
        self, context: PluginContext, store: OAuthStore, apps: Apps, users: UserService, sessions: SessionService
    ) -> None:
        self._context = context
        self._store = store
        self._apps = apps
        self._users = users
        self._sessions = sessions

    def answer(self, request: TokenRequest) -> AccessResponse:
        """Return tokens for a code or a refresh token. Raises `ProviderOff`, `RequestRefused`."""
        self._apps.require_on()
        if request.grant_type not in (CODE, REFRESH):
            text = "grant_type must be authorization_code or refresh_token."
            raise RequestRefused("unsupported_grant_type", text, name="bad_grant")
        app = self._client(request)
        if request.grant_type == CODE:
            return self._by_code(request, app)
        return self._by_refresh_token(request, app)

    def _client(self, request: TokenRequest) -> OAuthApp:
        """Return the application that asks, which has proved to be it; a public one proves nothing."""
        if not request.client_id:
            raise RequestRefused("invalid_request", "client_id is missing.", name="bad_client_id")
        try:
            app = self._apps.get(request.client_id)
        except AppNotFound:
            raise invalid_client() from None
        given = request.client_secret.encode("utf-8", "replace")
        if not hmac.compare_digest(given, app.client_secret.encode()):
            raise invalid_client()
        return app

    # -- codes

    def _by_code(self, request: TokenRequest, app: OAuthApp) -> AccessResponse:
        if not request.code:
            raise RequestRefused("invalid_request", "code is missing.", name="missing_code")
        data = self._store.code(request.code)
        if data is None or data.client_id != app.id:
            raise invalid_grant()
        if data.expires_in == USED:
            self._replayed(data)
        if data.is_expired(now_ms()):
            raise invalid_grant()
        if data.redirect_uri != request.redirect_uri:
            raise invalid_grant("redirect_uri")
        if request.resource and request.resource != data.resource:
            raise RequestRefused("invalid_target", "resource is another than was agreed to.", name="resource_mismatch")
        _check_verifier(request.code_verifier, self._challenge_of(data))
        user = self._user(data.user_id)
        if not self._store.use_code(data.code):
            self._replayed(data)
        try:
            return self._tokens(app, user, data)
        except UniqueViolation:  # two codes were exchanged at once: by now the other one's tokens are there
            return self._tokens(app, user, data)

    def _challenge_of(self, data: AuthData) -> str:
        return data.code_challenge if self._store.keeps_challenges else data.code.partition(".")[2]

    def _replayed(self, data: AuthData) -> NoReturn:
        """Refuse a code that was used before, and take back what it was exchanged for (RFC 6749, section 4.1.2)."""
        self._take_back(data.client_id, data.user_id)
        self._context.log.warning("a code of the application %s was shown twice; its tokens are ended", data.client_id)
        raise invalid_grant()

    def _take_back(self, client_id: str, user_id: str) -> None:
        """End the tokens that an application has for an account."""
        with self._context.db.transaction():
            access = self._store.access(client_id, user_id)
            if access is not None:
                self._store.delete_access(access.token)
        if access is not None:
            self._end(access.token)

    def _tokens(self, app: OAuthApp, user: User, data: AuthData) -> AccessResponse:
        """Return the application's tokens for the account: those it has while they are good, else new ones.

        The schema has one pair per application and account, and somebody may connect two things with one application.
        """
        with self._context.db.transaction():
            old = self._store.access(app.id, user.id)
            if old is not None:
                same = old.audience == data.resource and old.scope == data.scope
                if same and old.expires_at > now_ms() and self._sessions.get_by_token(old.token) is not None:
                    return _response(old)
                self._store.delete_access(old.token)
            # What was agreed to before and refreshed since is another family: it ends nothing of this one.
            self._store.forget_refreshed(app.id, user.id)
            made = self._issue(app, user, data.redirect_uri, data.scope, data.resource)
        if old is not None:
            self._end(old.token)
        return _response(made)

    # -- refresh tokens

    def _by_refresh_token(self, request: TokenRequest, app: OAuthApp) -> AccessResponse:
        if not request.refresh_token:
            raise RequestRefused("invalid_request", "refresh_token is missing.", name="missing_refresh_token")
        made = self._rotated(request, app)
        if made is None:
            self._refuse_refresh(request.refresh_token, app)
        return _response(made)

    def _rotated(self, request: TokenRequest, app: OAuthApp) -> AccessData | None:
        """Return new tokens in place of those that a refresh token belongs to; None when it belongs to none."""
        with self._context.db.transaction():
            old = self._store.by_refresh_token(request.refresh_token)
            if old is None or old.client_id != app.id:
                return None
            if request.resource and request.resource != old.audience:
                raise RequestRefused(
                    "invalid_target", "resource is another than was agreed to.", name="resource_mismatch"
                )
            user = self._user(old.user_id)
            # SECURITY: of two that show one refresh token at once, one gets new tokens.
            if not self._store.delete_access(old.token):
                return None
            self._store.remember_refreshed(old, now_ms())
            made = self._issue(app, user, old.redirect_uri, old.scope or SCOPE, old.audience)
        self._end(old.token)
        return made

    def _refuse_refresh(self, token: str, app: OAuthApp) -> NoReturn:
        """Refuse a refresh token. One that was used before ends all that came of it (RFC 9700, section 4.14.2).

        SECURITY: whoever stole it and whoever it was stolen from can't be told apart, so that neither goes on.
        """
        user_id = self._store.refreshed_for(token, app.id)
        if user_id:
            self._take_back(app.id, user_id)
            self._context.log.warning(
                "a used refresh token of the application %s was shown again; its tokens are ended", app.id
            )
        raise invalid_grant("refresh_token")

    # -- both

    def _user(self, user_id: str) -> User:
        try:
            user = self._users.get(user_id)
        except UserNotFound:
            raise invalid_grant("internal_user") from None
        if user.delete_at:
            raise invalid_grant("internal_user")
        return user

    def _issue(self, app: OAuthApp, user: User, redirect_uri: str, scope: str, audience: str) -> AccessData:
        props = {"platform": app.name, "os": "OAuth2", "browser": "OAuth2", "oauth_app_id": app.id}
        if app.mattermost_app_id:
            props["mattermost_app_id"] = app.mattermost_app_id
        session = self._sessions.create(user, props=props, is_oauth=True)
        made = AccessData(
            token=session.token,
            refresh_token=new_id(),
            redirect_uri=redirect_uri,
            client_id=app.id,
            user_id=user.id,
            expires_at=session.expires_at,
            scope=scope,
            audience=audience,
        )
        self._store.insert_access(made)
        return made

    def _end(self, token: str) -> None:
        session: Session | None = self._sessions.get_by_token(token)
        if session is not None:
            self._sessions.revoke(session)

    def clean_up(self) -> None:
        """Forget codes of yesterday, and refresh tokens that were used long ago."""
        self._store.delete_codes(now_ms() - KEPT_MS, refreshed_before=now_ms() - REFRESHED_KEPT_MS)

    def forget(self, user_id: str, tokens: list[str] | None) -> None:
        """Forget refresh tokens whose sessions were ended: they must not open new ones."""
        if tokens is None:
            self._store.delete_access_of_user(user_id)
            return
        for token in tokens:
            self._store.delete_access(token)


def _check_verifier(verifier: str, challenge: str) -> None:
    """Raise unless `verifier` is what `challenge` was made from (RFC 7636, section 4.6).

    A verifier without a challenge is refused too: somebody took the challenge out of the request.
    """
    if not challenge and not verifier:
        return
    if not challenge or _VERIFIER(verifier) is None:
        raise invalid_grant("pkce")
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(digest, challenge.encode()):
        raise invalid_grant("pkce")


def _response(data: AccessData) -> AccessResponse:
    seconds = max(0, (data.expires_at - now_ms()) // 1000)
    answer = AccessResponse(
        access_token=data.token,
        token_type=BEARER,
        expires_in=seconds,
        scope=data.scope,
        refresh_token=data.refresh_token,
    )
    if data.audience:
        answer.audience = data.audience
    return answer
