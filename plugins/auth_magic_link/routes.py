"""GET and POST /login/one_time_link: the address in the mail."""

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from hubbub.core.contracts.auth import MAGIC_LINK, ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Reply, Request, Router, redirect
from hubbub.core.http.cookies import set_session_cookies
from hubbub.core.http.settings import subpath_of
from hubbub.core.http.sign_on import with_error_pages
from hubbub.plugins.auth_magic_link.errors import FromElsewhere, LinkMissing
from hubbub.plugins.auth_magic_link.page import sign_in_page
from hubbub.plugins.auth_magic_link.service import PATH, MagicLinks

RATE: Final = (5, 10)
LONGEST: Final = 128
BODY_LIMIT: Final = 4_096


class MagicLinkRoutes:
    """Parse, one service call, render."""

    def __init__(self, context: PluginContext, links: MagicLinks) -> None:
        self._context = context
        self._links = links
        self._external = context.service(ExternalSignIn)

    def register(self, router: Router) -> None:
        """Declare the routes."""
        page, sign_in = (with_error_pages(handler, self._config) for handler in (self.page, self.sign_in))
        router.get(PATH, page, auth="none", rate_limit=RATE)
        # SECURITY: `csrf=False`: nobody is signed in yet; `_require_own_page` keeps other sites' forms out.
        router.post(PATH, sign_in, auth="none", csrf=False, rate_limit=RATE, body_limit=BODY_LIMIT)

    def _config(self) -> Any:
        return self._context.config

    def page(self, req: Request) -> Reply:
        """GET: the page with the button. Programs that look at the links of mails change nothing."""
        token = req.query("t")[:LONGEST]
        if not token:
            raise LinkMissing
        config = self._context.config
        action = subpath_of(config.ServiceSettings.SiteURL) + PATH
        name = config.TeamSettings.shown_site_name
        return sign_in_page(self._links.address_of(token), token, action=action, site_name=name)

    def sign_in(self, req: Request) -> Reply:
        """POST, the button's form: use the link up, and send the browser to the web client with its session."""
        with self._external.noting(MAGIC_LINK, user_agent=req.user_agent, ip_address=req.ip):
            self._require_own_page(req)
            user = self._links.redeem(_token(req))
        identity = ExternalIdentity(provider=MAGIC_LINK, user=user)
        session = self._external.sign_in(identity, user_agent=req.user_agent, ip_address=req.ip)
        reply = redirect(f"{subpath_of(self._context.config.ServiceSettings.SiteURL)}/", 303)
        reply.headers["Cache-Control"] = "no-store"
        set_session_cookies(reply, session, req, self._context.config)
        return reply

    def _require_own_page(self, req: Request) -> None:
        """Raise unless the form is of our page: another site would sign somebody in as whom it likes (login CSRF)."""
        origin = req.header("Origin")
        if not origin:
            return
        hosts = {req.header("Host").lower(), urlsplit(self._context.config.ServiceSettings.SiteURL).netloc.lower()}
        if urlsplit(origin).netloc.lower() not in hosts - {""}:
            raise FromElsewhere


def _token(req: Request) -> str:
    """Return the token of a form. Raises `LinkMissing`."""
    try:
        token = parse_qs(req.read_bytes().decode("ascii"), max_num_fields=10).get("t", [""])[0]
    except ValueError:
        raise LinkMissing from None
    if not token:
        raise LinkMissing
    return token[:LONGEST]
