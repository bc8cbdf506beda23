"""Wiring of the plugin auth_oauth."""

from collections.abc import Iterable

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.auth_oauth.providers import SECTIONS
from hubbub.plugins.auth_oauth.routes import OAuthRoutes
from hubbub.plugins.auth_oauth.service import OAuth, RedirectOffer, offers


class Plugin:
    """Signing in with GitLab, Google, Microsoft Entra or any OpenID Connect provider."""

    def __init__(self, context: PluginContext) -> None:
        self._oauth = OAuth(context)
        self._routes = OAuthRoutes(context, self._oauth)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the addresses."""
        self._routes.register(router)

    @hookimpl
    def register_auth_providers(self) -> Iterable[RedirectOffer]:
        """Offer each provider; those that config.json doesn't turn on refuse."""
        return offers(self._oauth, SECTIONS)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Let clients show the buttons of what is turned on."""
        return ("GitLabOAuth", "GoogleOAuth", "Office365OAuth", "OpenId")
