"""Wiring of the OAuth provider."""

from typing import Final

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import UserService
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.oauth_provider.apps import Apps
from hubbub.plugins.oauth_provider.authorize import Authorization
from hubbub.plugins.oauth_provider.registration import Registration
from hubbub.plugins.oauth_provider.routes_apps import AppRoutes
from hubbub.plugins.oauth_provider.routes_authorize import AuthorizeRoutes
from hubbub.plugins.oauth_provider.routes_token import TokenRoutes
from hubbub.plugins.oauth_provider.store import OAuthStore
from hubbub.plugins.oauth_provider.tokens import Tokens

CLEAN_UP_S: Final = 3_600


class Plugin:
    """Signs people in elsewhere."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        users, sessions = context.service(UserService), context.service(SessionService)
        store = OAuthStore(context.db)
        apps = Apps(context, store)
        authorization = Authorization(context, store, apps, sessions, context.service(PreferenceService))
        self._tokens = Tokens(context, store, apps, users, sessions)
        self._routes = (
            AppRoutes(apps, authorization, Registration(context, apps), context.service(PermissionService)),
            AuthorizeRoutes(context, apps, authorization, users),
            TokenRoutes(self._tokens),
        )

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on applications, and those that applications use."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def on_activate(self) -> None:
        """Clean up from time to time."""
        self._context.tasks.every(CLEAN_UP_S, self._tokens.clean_up, "old authorization codes")

    @hookimpl
    def sessions_have_been_revoked(self, user_id: str, tokens: list[str] | None) -> None:
        """Forget the refresh tokens of sessions that were ended."""
        self._tokens.forget(user_id, tokens)
