"""The three cookies of a browser's session."""

from email.utils import formatdate
from typing import Final
from urllib.parse import urlsplit

from hubbub.core.clock import now_ms
from hubbub.core.config.model import Config
from hubbub.core.contracts.sessions import Session
from hubbub.core.http.reply import Reply
from hubbub.core.http.request import Request
from hubbub.core.http.settings import subpath_of

TOKEN_COOKIE: Final = "MMAUTHTOKEN"
USER_COOKIE: Final = "MMUSERID"
CSRF_COOKIE: Final = "MMCSRF"
LONGEST_S: Final = 400 * 86_400
"""No browser keeps a cookie longer (RFC 6265bis, section 5.5)."""


def set_session_cookies(reply: Reply, session: Session, req: Request, config: Config) -> None:
    """Give a browser its session; call it only when `req.is_ajax`, as other clients use the Token header.

    MMAUTHTOKEN can't be read by scripts; MMUSERID and MMCSRF can, since the web client needs them. All three live as
    long as the session.
    """
    attributes = _attributes(req, config, _seconds_left(session, config))
    reply.cookies += [
        f"{TOKEN_COOKIE}={session.token}{attributes}; HttpOnly",
        f"{USER_COOKIE}={session.user_id}{attributes}",
        f"{CSRF_COOKIE}={session.csrf_token}{attributes}",
    ]


def _seconds_left(session: Session, config: Config) -> int:
    """Return how long a browser should keep the session.

    One that activity prolongs is kept as long as browsers keep anything: when it is over is the server's to say. One
    without an end is asked for again after a web session's length.
    """
    if config.ServiceSettings.ExtendSessionLengthWithActivity:
        return LONGEST_S
    if not session.expires_at:
        return int(config.ServiceSettings.SessionLengthWebInHours) * 3600
    return max(1, -((now_ms() - session.expires_at) // 1000))


def clear_session_cookies(reply: Reply, req: Request, config: Config) -> None:
    """Take a browser's session cookies away."""
    reply.cookies += cleared_cookies(req, config)


def cleared_cookies(req: Request, config: Config) -> list[str]:
    """Return the Set-Cookie values that take a browser's session away."""
    attributes = _attributes(req, config, 0)
    return [
        f"{TOKEN_COOKIE}={attributes}; HttpOnly",
        f"{USER_COOKIE}={attributes}",
        f"{CSRF_COOKIE}={attributes}",
    ]


def _attributes(req: Request, config: Config, max_age: int) -> str:
    """Return the attributes that all three share; `max_age` in seconds, 0 deletes."""
    service = config.ServiceSettings
    expires = formatdate(now_ms() / 1000 + max_age if max_age else 0, usegmt=True)
    text = f"; Path={subpath_of(service.SiteURL) or '/'}; Max-Age={max_age}; Expires={expires}; SameSite=Lax"
    if service.AllowCookiesForSubdomains:
        host = urlsplit(service.SiteURL).hostname
        if host:
            text += f"; Domain={host}"
    return text + "; Secure" if req.is_secure else text
