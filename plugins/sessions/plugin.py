"""Wiring of the sessions plugin."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hubbub.core.contracts.auth import AuthProvider, ExternalSignIn, PasswordService
from hubbub.core.contracts.bots import BotService
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import SecondFactor
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.single_sign_on import SingleSignOn
from hubbub.core.contracts.teams import TeamInvitations
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import User, UserService
from hubbub.hookspecs import hookimpl
from hubbub.plugins.sessions.desktop import DesktopTokens
from hubbub.plugins.sessions.exchange import Exchange
from hubbub.plugins.sessions.failures import FailedSignIns
from hubbub.plugins.sessions.local import LocalPasswords
from hubbub.plugins.sessions.login import SignIn
from hubbub.plugins.sessions.notices import tell_switched
from hubbub.plugins.sessions.recovery import PasswordRecovery
from hubbub.plugins.sessions.routes import SessionRoutes
from hubbub.plugins.sessions.routes_login import LoginRoutes
from hubbub.plugins.sessions.routes_password import PasswordRoutes
from hubbub.plugins.sessions.routes_single_sign_on import SingleSignOnRoutes
from hubbub.plugins.sessions.routes_tokens import TokenRoutes
from hubbub.plugins.sessions.service import Sessions
from hubbub.plugins.sessions.single_sign_on import SingleSignOns
from hubbub.plugins.sessions.store import SessionStore
from hubbub.plugins.sessions.switching import Switching
from hubbub.plugins.sessions.tokens import AccessTokens
from hubbub.plugins.sessions.tokens_store import AccessTokenStore

CLEAN_UP_S: Final = 3_600


class Plugin:
    """Signing in and out, sessions, personal access tokens."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        users = context.service(UserService)
        passwords = context.service(PasswordService)
        permissions = context.service(PermissionService)
        store = SessionStore(context.db)
        mailer = context.service(Mailer)
        self._tokens = AccessTokens(context, AccessTokenStore(context.db), store, users, mailer)
        self._sessions = Sessions(context, store, self._tokens, users)
        self._tokens.on_change(self._sessions.end_token)
        self._local = LocalPasswords(context, users, passwords)
        recovery = PasswordRecovery(
            context, users, passwords, self._sessions, context.service(OneTimeTokenService), mailer
        )
        second_factor = context.service(SecondFactor)
        failed = FailedSignIns(context, users)
        sign_in = SignIn(context, users, passwords, self._local, self._sessions, second_factor, failed)
        self._external = sign_in.external
        self._desktop = DesktopTokens(context.db)
        one_time, told = context.service(OneTimeTokenService), tell_switched(mailer)
        teams = context.service(TeamInvitations)
        self._sign_on = SingleSignOns(context, users, self._external, one_time, teams, self._desktop, told)
        switching = Switching(context, users, passwords, sign_in, self._external, self._sessions, told, permissions)
        login = LoginRoutes(context, sign_in, self._sessions, users, failed)
        exchange = Exchange(context, users, one_time, self._desktop)
        self._routes = (
            login,
            SingleSignOnRoutes(
                context, sign_in.admit, login.open, self._sessions, exchange, switching, permissions, failed
            ),
            SessionRoutes(context, self._sessions, permissions),
            TokenRoutes(self._tokens, permissions, context.service(BotService)),
            PasswordRoutes(context, users, passwords, self._local, self._sessions, permissions, recovery),
        )
        context.on_config_change(self._configuration_changed)

    def provide(self) -> Mapping[type, object]:
        """Return the services."""
        return {SessionService: self._sessions, ExternalSignIn: self._external, SingleSignOn: self._sign_on}

    @hookimpl
    def register_routes(self, router: Any) -> None:
        """Add login, logout, sessions, tokens and the change of a password."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_auth_providers(self) -> Iterable[AuthProvider]:
        """Offer local passwords."""
        return [self._local]

    @hookimpl
    def on_activate(self) -> None:
        """Clean up from time to time."""
        self._context.tasks.every(CLEAN_UP_S, self._sessions.delete_expired, "expired sessions")
        self._context.tasks.every(CLEAN_UP_S, self._desktop.delete_expired, "expired tokens of the desktop app")

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Let sessions follow the roles of their user; a person's end when the account becomes a bot's, and back."""
        if new_user.roles != old_user.roles:
            self._sessions.follow_roles(new_user)
        if new_user.is_bot != old_user.is_bot:
            self._sessions.revoke_all_of_user(new_user.id)

    @hookimpl
    def user_has_been_deactivated(self, user: User) -> None:
        """End the sessions of an account that was deactivated."""
        self._sessions.revoke_all_of_user(user.id)

    def _configuration_changed(self, old: Any, new: Any) -> None:
        """Have every session looked at again when who may have one has changed."""
        if old.ServiceSettings.EnableUserAccessTokens != new.ServiceSettings.EnableUserAccessTokens:
            self._sessions.look_again()
