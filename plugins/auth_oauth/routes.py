"""Addresses that browsers open on the way to a provider and back."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.single_sign_on import LOGIN, MOBILE, SIGNUP
from hubbub.core.http import Reply, Request, Router
from hubbub.core.http.sign_on import arrived, bindings_of, departed, journey_of, with_error_pages
from hubbub.plugins.auth_oauth.service import Callback, OAuth

RATE = (10, 20)
CALLBACKS = (
    "/oauth/{service:text}/complete",
    "/signup/{service:text}/complete",
    "/login/{service:text}/complete",
    "/api/v3/oauth/{service:text}/complete",
)
"""The second is what we tell providers; the others may be registered there since long ago."""
LONGEST = 4_096


class OAuthRoutes:
    """Parse, one service call, render."""

    def __init__(self, context: PluginContext, oauth: OAuth) -> None:
        self._context = context
        self._oauth = oauth

    def register(self, router: Router) -> None:
        """Declare the routes."""
        for path, handler in (
            ("/oauth/{service:text}/login", self.login),
            ("/oauth/{service:text}/signup", self.signup),
            ("/oauth/{service:text}/mobile_login", self.mobile_login),
            *((path, self.complete) for path in CALLBACKS),
        ):
            shown = with_error_pages(handler, lambda: self._context.config)
            router.get(path, shown, auth="none", status=302, rate_limit=RATE)

    def login(self, req: Request, service: str) -> Reply:
        """Send a browser to the provider."""
        return departed(self._oauth.depart(journey_of(req, service, LOGIN)), req)

    def signup(self, req: Request, service: str) -> Reply:
        """The same, with `t` or `id` of an invitation."""
        return departed(self._oauth.depart(journey_of(req, service, SIGNUP)), req)

    def mobile_login(self, req: Request, service: str) -> Reply:
        """The same, for a mobile app whose address is `redirect_to`."""
        return departed(self._oauth.depart(journey_of(req, service, MOBILE)), req)

    def complete(self, req: Request, service: str) -> Reply:
        """Take somebody who is back from the provider."""
        callback = Callback(
            state=req.query("state")[:LONGEST],
            code=req.query("code")[:LONGEST],
            error=_word(req.query("error")),
            issuer=req.query("iss")[:LONGEST],
            bindings=tuple(bindings_of(req)),
        )
        arrival = self._oauth.complete(service, callback, user_agent=req.user_agent, ip_address=req.ip)
        return arrived(arrival, req, self._context.config)


def _word(text: str) -> str:
    """Return an error's name; whatever else stands there is not repeated."""
    return "" if not text else text if text.replace("_", "").isalpha() and len(text) <= 64 else "unknown_error"
