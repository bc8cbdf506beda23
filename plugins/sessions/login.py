"""Signing in: from a name and a password to an account that may have a session."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.auth import (
    MAGIC_LINK,
    AccountAuthenticator,
    AuthProvider,
    ExternalIdentity,
    InvalidCredentials,
    LinkAuthenticator,
    PasswordService,
)
from hubbub.core.contracts.errors import AppError, BadRequest, NotImplementedYet, Unauthorized
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import SecondFactor
from hubbub.core.contracts.users import Credentials, User, UserNotFound, UserService
from hubbub.plugins.sessions.external import ExternalAccounts
from hubbub.plugins.sessions.failures import FailedSignIns
from hubbub.plugins.sessions.local import LocalPasswords
from hubbub.plugins.sessions.service import Sessions

LDAP: Final = "ldap"


class BlankPassword(BadRequest):
    id = "api.user.login.blank_pwd.app_error"
    message = "Enter a password."


class Inactive(Unauthorized):
    id = "api.user.login.inactive.app_error"
    message = "This account was deactivated. Please ask an administrator."


class NotVerified(Unauthorized):
    id = "api.user.login.not_verified.app_error"
    message = "Confirm the e-mail address of this account first."


class BotsDontSignIn(Unauthorized):
    id = "api.user.login.bot_login_forbidden.app_error"
    message = "Bots don't sign in; they use access tokens."


class GuestsDisabled(Unauthorized):
    id = "api.user.login.guest_accounts.disabled.error"
    message = "Guest accounts are turned off on this server."


class LdapMissing(NotImplementedYet):
    id = "api.user.login_ldap.not_available.app_error"
    message = "Signing in with LDAP isn't available on this server."


class LinksOff(Unauthorized):
    id = "api.user.login.guest_magic_link.disabled.error"
    message = "Guests don't sign in by links here (GuestAccountsSettings.EnableGuestMagicLink)."


class LoginRequest(msgspec.Struct, kw_only=True):
    """Who wants to sign in: `login_id` a user name or e-mail address, or `user_id`; `token` is a one-time code."""

    login_id: str = ""
    user_id: str = ""
    password: str = ""
    token: str = ""
    ldap_only: bool = False


class SignIn:
    """Turns credentials into an account, by whichever provider they belong to."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        passwords: PasswordService,
        local: LocalPasswords,
        sessions: Sessions,
        second_factor: SecondFactor,
        failed: FailedSignIns,
    ) -> None:
        self._context = context
        self._second_factor = second_factor
        self._users = users
        self._passwords = passwords
        self._local = local
        self.external = ExternalAccounts(context, users, sessions, self.admit, failed)

    def sign_in(self, request: LoginRequest) -> User:
        """Return the account that may have a session now.

        Raises `BlankPassword`, `InvalidCredentials` (its id says by what one can sign in here), `TooManyAttempts`,
        `Inactive`, `NotVerified`, `BotsDontSignIn`, `GuestsDisabled`, `CodeNeeded`, `WrongCode`, `LdapMissing`,
        `Rejected`.
        """
        if not request.password:
            raise BlankPassword
        try:
            user = self._authenticate(request)
        except InvalidCredentials as error:
            raise self._wrong(str(error.detailed_error)) from error
        return self.admit(user, one_factor=True, code=request.token)

    def by_link(self, token: str) -> User:
        """Return the account that may have a session now, by a link's token. Raises `LinksOff`, and what links do."""
        link = self.links()
        if link is None:
            raise LinksOff
        return self.admit(link.redeem(token))

    def links(self) -> LinkAuthenticator | None:
        """Return who signs people in by links, when that is on."""
        found = next((one for one in self._offers() if one.id == MAGIC_LINK), None)
        return found if isinstance(found, LinkAuthenticator) and found.is_enabled() else None

    def admit(self, user: User, *, one_factor: bool = False, code: str = "") -> User:
        """Return an account that has proved who it is, by `one_factor` and a `code`, or by what its provider asks for.

        Raises `Inactive`, `NotVerified`, `BotsDontSignIn`, `GuestsDisabled`, `CodeNeeded`, `WrongCode`, `Rejected`.
        """
        self._check(user)
        if one_factor and self._context.config.ServiceSettings.EnableMultifactorAuthentication:
            self._second_factor.check(user, code)
        self._context.hooks.consult("user_will_log_in", user)
        self._users.record_login(user.id)
        return self._users.get(user.id)

    def _authenticate(self, request: LoginRequest) -> User:
        providers = self._providers()
        if request.ldap_only and LDAP not in providers:
            raise LdapMissing
        account = None if request.ldap_only else self._account(request)
        if account is not None:
            return self._known(account, request, providers)
        for provider in providers.values():
            if request.ldap_only and provider.id != LDAP:
                continue
            identity = self._ask(provider, request.login_id, request.password) if request.login_id else None
            if identity is not None:
                return self.external.account_of(identity)
        # SECURITY: nobody's password takes as long to check as somebody's.
        self._passwords.verify(request.password, "")
        raise InvalidCredentials(detailed_error="unknown account")

    def _account(self, request: LoginRequest) -> Credentials | None:
        if not request.user_id:
            return self._users.credentials(request.login_id)
        try:
            return self._users.credentials_of(request.user_id)
        except UserNotFound:
            return None

    def _known(self, account: Credentials, request: LoginRequest, providers: dict[str, AuthProvider]) -> User:
        """Return the account if its own provider takes the password."""
        user = account.user
        if user.is_bot:
            raise BotsDontSignIn
        if not user.auth_service:
            self._local.check(account, request.password)
            return user
        provider = providers.get(user.auth_service)
        if provider is None:
            self._passwords.verify(request.password, "")
            raise InvalidCredentials(detailed_error=f"auth_service={user.auth_service}")
        identity = self._ask(provider, request.login_id or user.username, request.password, user)
        if identity is None:
            # SECURITY: who has left the directory is not told from who mistyped a password.
            self._passwords.verify(request.password, "")
        if identity is None or self.external.account_of(identity).id != user.id:
            raise InvalidCredentials(detailed_error="refused by its provider")
        return user

    def _ask(
        self, provider: AuthProvider, login_id: str, password: str, user: User | None = None
    ) -> ExternalIdentity | None:
        """Return whom a provider vouches for, of `user` when it can tell who that is."""
        try:
            if user is not None and isinstance(provider, AccountAuthenticator):
                return provider.authenticate_account(user, password)
            return provider.authenticate(login_id, password)
        except InvalidCredentials:
            # SECURITY: a wrong password takes at least as long as a name that nobody has.
            self._passwords.verify(password, "")
            raise

    def _check(self, user: User) -> None:
        """Refuse an account that has proved who it is but may not sign in."""
        config = self._context.config
        if user.is_bot is True:
            raise BotsDontSignIn
        if user.delete_at:
            raise Inactive
        if user.is_guest and not config.GuestAccountsSettings.Enable:
            raise GuestsDisabled
        if config.EmailSettings.RequireEmailVerification and not user.email_verified and not user.auth_service:
            raise NotVerified

    def _providers(self) -> dict[str, AuthProvider]:
        """Return the providers that take a name and a password, by id, but for local passwords."""
        return {provider.id: provider for provider in self._offers() if provider.kind == "password" and provider.id}

    def _offers(self) -> list[Any]:
        offers: list[Any] = self._context.hooks.ask_all("register_auth_providers")
        return [provider for offer in offers for provider in offer]

    def _wrong(self, detail: str) -> AppError:
        """Return the refusal; its id tells the client what to ask for."""
        config = self._context.config
        email = config.EmailSettings.EnableSignInWithEmail
        username = config.EmailSettings.EnableSignInWithUsername
        single_sign_on = (
            config.SamlSettings.Enable
            or config.GitLabSettings.Enable
            or config.GoogleSettings.Enable
            or config.Office365Settings.Enable
            or config.OpenIdSettings.Enable
        )
        if single_sign_on:
            kind = "sso"
        elif username and not email:
            kind = "username"
        elif email and not username:
            kind = "email"
        else:
            kind = "email_username"
        return InvalidCredentials(id=f"api.user.login.invalid_credentials_{kind}", detailed_error=detail)
