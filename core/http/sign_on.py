"""What browsers bring to, and get from, addresses of single sign-on: the journey they ask for, a cookie, a page."""

import logging
from collections.abc import Callable
from html import escape
from typing import Any, Final
from urllib.parse import quote

from hubbub.core.contracts.errors import AppError, InvalidUrlParam, Rejected
from hubbub.core.contracts.single_sign_on import Arrival, Departure, Journey
from hubbub.core.http.cookies import set_session_cookies
from hubbub.core.http.errors import as_app_error
from hubbub.core.http.plain_page import plain_page
from hubbub.core.http.reply import Reply, redirect
from hubbub.core.http.request import Request
from hubbub.core.http.settings import subpath_of

COOKIE: Final = "MMOAUTH"
COOKIE_S: Final = 600
AT_ONCE: Final = 4
"""How many journeys a browser may be on at once, in as many tabs."""
LONGEST: Final = 256
_log = logging.getLogger("hubbub.http")


def journey_of(req: Request, provider: str, purpose: str) -> Journey:
    """Return the journey that an address asks for. Raises `InvalidUrlParam`."""
    if req.query("code_challenge") and req.query("code_challenge_method") != "S256":
        raise InvalidUrlParam("code_challenge_method")
    for name in ("state", "t", "id"):
        if len(req.query(name)) > LONGEST:
            raise InvalidUrlParam(name)
    return Journey(
        provider=provider,
        purpose=purpose,
        redirect_to=req.query("redirect_to"),
        desktop_token=req.query("desktop_token"),
        challenge=req.query("code_challenge"),
        app_state=req.query("state"),
        invite_id=req.query("id"),
        invite_token=req.query("t"),
    )


def departed(departure: Departure, req: Request) -> Reply:
    """Return the answer that sends a browser to its provider."""
    reply = redirect(departure.location)
    bind(reply, req, departure)
    return reply


def bind(reply: Reply, req: Request, departure: Departure) -> None:
    """Give the browser the cookie without which its journey can't end.

    SECURITY: over TLS its name has the prefix that keeps other hosts of the domain from setting it.
    """
    value = ".".join([departure.binding, *bindings_of(req)][:AT_ONCE])
    attributes = f"Path=/; Max-Age={COOKIE_S}; HttpOnly{'; Secure' if req.is_secure else ''}"
    if not departure.cross_site:
        attributes += "; SameSite=Lax"
    elif req.is_secure:
        attributes += "; SameSite=None"
    # Without TLS nothing is said: then browsers send it with forms of other sites for two minutes at least.
    reply.cookies.append(f"{_cookie(req)}={value}; {attributes}")
    reply.headers["Cache-Control"] = "no-store"


def bindings_of(req: Request) -> list[str]:
    """Return what the cookie holds: one value per journey that the browser is on."""
    values = req.get_cookie_values(_cookie(req)) or []
    found = [part for value in values[:AT_ONCE] for part in value.split(".")]
    return [part for part in found if 0 < len(part) <= LONGEST and part.replace("-", "").replace("_", "").isalnum()]


def _cookie(req: Request) -> str:
    return f"__Host-{COOKIE}" if req.is_secure else COOKIE


def arrived(arrival: Arrival, req: Request, config: Any) -> Reply:
    """Return the answer to a browser that is back: its cookies and where to go, or a page that opens the app."""
    if arrival.in_app:
        # Browsers don't follow a mere redirection to an app that nobody has clicked on.
        head = f'<meta http-equiv="refresh" content="0; url={escape(arrival.location)}">\n'
        text = "You are signed in. If the app doesn't open by itself, open it with this link."
        return _page("Back to the app", text, arrival.location, "Open the app", head=head)
    reply = redirect(arrival.location)
    reply.headers["Cache-Control"] = "no-store"
    if arrival.session is not None:
        set_session_cookies(reply, arrival.session, req, config)
    return reply


def with_error_pages(handler: Callable[..., object], config: Callable[[], Any]) -> Callable[..., object]:
    """Return a handler whose errors are pages for those who ask for HTML, JSON for everybody else."""

    def answer(req: Request, **fields: Any) -> object:
        try:
            return handler(req, **fields)
        except (AppError, Rejected) as raised:
            if "text/html" not in req.header("Accept"):
                raise
            error = as_app_error(raised)
            if error.status >= 500:
                _log.warning("single sign-on: %s", error.text, extra={"request_id": req.request_id})
            link = f"{subpath_of(config().ServiceSettings.SiteURL)}/login"
            note = f"<p><small>{escape(error.error_id)} · {escape(req.request_id)}</small></p>\n"
            title, label = "You couldn't be signed in", "Back to the sign-in page"
            return _page(title, error.text, link, label, note=note, status=error.status)

    return answer


def _page(title: str, text: str, link: str, label: str, *, head: str = "", note: str = "", status: int = 200) -> Reply:
    address = escape(quote(link, safe=":/?#[]@!$&'()*+,;=%~-._"))
    content = f'<p>{escape(text)}</p>\n<p><a href="{address}">{escape(label)}</a></p>\n{note}'
    return plain_page(title, content, status=status, head=head)
