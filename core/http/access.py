"""Who is asking: the session behind a token, and whether a browser's request was meant."""

import hmac
from collections.abc import Callable
from typing import Any, Final

from hubbub.core.contracts.errors import Forbidden, SessionExpired, Unauthorized
from hubbub.core.contracts.sessions import Session, SessionService
from hubbub.core.http.settings import HttpSettings

TOKEN_LIMIT: Final = 50
"""Characters of a token that count."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
ONESELF: Final = "/api/v4/users/me"
"""What clients read to find out that a second factor is missing."""
_COOKIE: Final = "MMAUTHTOKEN="


class TokenProvided(Unauthorized):
    """A session token came in the address, where only OAuth tokens may."""

    id = "api.context.token_provided.app_error"
    message = "A session token was given in the address, where it is not accepted."


class CsrfFailed(SessionExpired):
    """A browser's request without the session's CSRF token; clients know it under the id of an expired session."""

    message = "The request lacks the session's CSRF token. Reload the page and sign in again."


class MfaRequired(Forbidden):
    """Settings demand a second factor of everybody; clients show their page to set it up on this id."""

    id = "api.context.mfa_required.app_error"
    message = "This server demands a second factor: set up one-time codes first."


class Access:
    """Answers who a request is from; one per app. `settings` is swapped when the configuration changes.

    `mfa_passed(session)` is asked where settings demand a second factor.
    """

    def __init__(
        self,
        settings: HttpSettings,
        sessions: Callable[[], SessionService | None],
        mfa_passed: Callable[[Session], bool] = lambda _session: True,
    ) -> None:
        self.settings = settings
        self._sessions = sessions
        self._mfa_passed = mfa_passed

    def client_ip(self, environ: dict[str, Any]) -> str:
        """Return the client's address."""
        return self.settings.proxies.client_ip(environ)

    def is_secure(self, environ: dict[str, Any]) -> bool:
        """Say whether the client came over TLS."""
        return self.settings.proxies.is_secure(environ)

    def body_limit(self, route: Any) -> int:
        """Return how many bytes a body may have on `route`."""
        limit = route.body_limit if route is not None else None
        if limit is None:
            return self.settings.body_limit
        return int(limit(self.settings.config)) if callable(limit) else int(limit)

    def session_required(self, req: Any) -> Session:
        """Return the session of a request. Raises `SessionExpired`, `CsrfFailed`, `TokenProvided`, `MfaRequired`."""
        session = self.peek_session(req)
        if session is None:
            raise SessionExpired
        if req.token_in_cookie and req.method not in SAFE_METHODS and req.route.csrf:
            self._check_csrf(req.env, session)
        if self.settings.demands_mfa and self._lacks_mfa(req, session):
            raise MfaRequired
        return session

    def session_of(self, req: Any) -> Session | None:
        """Return the session of a request that may come from anybody.

        Without its CSRF token, or the second factor that settings demand, it is nobody's.
        """
        session = self.peek_session(req)
        if session is None:
            return None
        if req.token_in_cookie and req.method not in SAFE_METHODS and (req.route is None or req.route.csrf):
            try:
                self._check_csrf(req.env, session)
            except CsrfFailed:
                return None
        if self.settings.demands_mfa and self._lacks_mfa(req, session):
            return None
        return session

    def _lacks_mfa(self, req: Any, session: Session) -> bool:
        route = req.route
        if route is not None and (not route.mfa or (req.method in SAFE_METHODS and req.path == ONESELF)):
            return False
        return not self._mfa_passed(session)

    def peek_session(self, req: Any) -> Session | None:
        """Return the session that a request's token names, before the CSRF check: for counting, never for acting."""
        token, in_query = self._token_of(req)
        if not token:
            return None
        sessions = self._sessions()
        session = sessions.get_by_token(token) if sessions is not None else None
        if session is not None and in_query and not session.is_oauth:
            raise TokenProvided
        return session

    def _token_of(self, req: Any) -> tuple[str, bool]:
        """Return the token and whether it came in the query; a cookie beats the header, that beats the query."""
        env = req.env
        cookie = env.get("HTTP_COOKIE")
        if cookie is not None and _COOKIE in cookie:
            token = cookie_value(cookie)
            if token:
                req.token_in_cookie = True
                return token[:TOKEN_LIMIT], False
        authorization = env.get("HTTP_AUTHORIZATION")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme == "Bearer" or scheme.lower() in ("bearer", "token"):
                return token.strip()[:TOKEN_LIMIT], False
        if req.query_string and "access_token" in req.query_string:
            return req.query("access_token")[:TOKEN_LIMIT], True
        return "", False

    def _check_csrf(self, env: dict[str, Any], session: Session) -> None:
        """Raise `CsrfFailed` unless a script of our own pages sent the request."""
        expected = session.csrf_token
        sent = env.get("HTTP_X_CSRF_TOKEN", "")
        # SECURITY: an empty expected value must not equal an absent header.
        if expected and hmac.compare_digest(sent.encode(), expected.encode()):
            return
        if not self.settings.strict_csrf and env.get("HTTP_X_REQUESTED_WITH") == "XMLHttpRequest":
            return
        raise CsrfFailed


def cookie_value(header: str) -> str:
    """Return the value of MMAUTHTOKEN in a Cookie header, or an empty string."""
    for part in header.split(";"):
        part = part.strip()
        if part.startswith(_COOKIE):
            return part[len(_COOKIE) :].strip('"')
    return ""
