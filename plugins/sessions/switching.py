"""Accounts that change their way of signing in: from a password of ours to a provider, and back."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from hubbub.core.contracts.auth import (
    MAGIC_LINK,
    AccountAuthenticator,
    AuthProvider,
    ExternalSignIn,
    InvalidCredentials,
    PasswordService,
)
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.single_sign_on import SWITCH, Departure, Journey, RedirectProvider
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.plugins.sessions.login import LoginRequest, SignIn
from hubbub.plugins.sessions.notices import TellSwitched
from hubbub.plugins.sessions.service import Sessions
from hubbub.plugins.sessions.single_sign_on import SWITCHED

EMAIL: Final = "email"

LONGEST_AUTH_DATA: Final = 128
"""Bytes: the width of its column."""


class SwitchRequest(msgspec.Struct, kw_only=True):
    """From which service to which; "email" is a password of ours.

    `email` names the account. `password` is what it has now; `new_password` what it gets, or (to a directory) has
    there, where `ldap_id` is its name. `mfa_code` is of the account as it is.
    """

    current_service: str = ""
    new_service: str = ""
    email: str = ""
    password: str = ""
    new_password: str = ""
    mfa_code: str = ""
    ldap_id: str = ""


class UserAuth(msgspec.Struct, kw_only=True):
    """As whom an account signs in elsewhere."""

    auth_data: str = ""
    auth_service: str = ""


class AuthIncomplete(BadRequest):
    id = "api.user.update_user_auth.invalid_request"
    message = "Both auth_service and auth_data are needed."


class SwitchingOff(Forbidden):
    id = "api.user.email_to_oauth.not_available.app_error"
    message = (
        "Accounts keep their way of signing in on this server"
        " (ServiceSettings.ExperimentalEnableAuthenticationTransfer)."
    )


class ServiceUnknown(BadRequest):
    id = "api.user.login_by_oauth.not_available.app_error"
    message = "Nobody can sign in with {service} on this server."


class NotYours(Forbidden):
    id = "api.user.oauth_to_email.context.app_error"
    message = "Sign in to the account first: this changes nobody else's."


class OtherService(BadRequest):
    id = "api.user.oauth_to_email.not_oauth_user.app_error"
    message = "The account doesn't sign in with {service}."


class GuestByLink(BadRequest):
    id = "api.user.oauth_to_email.magic_link.app_error"
    message = "A guest who signs in by links gets no password."


class SignInDisabled(Forbidden):
    id = "api.user.auth_switch.not_available.login_disabled.app_error"
    message = "Nobody can sign in with a password on this server."


class Switching:
    """Changes how an account signs in."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        passwords: PasswordService,
        sign_in: SignIn,
        external: ExternalSignIn,
        sessions: Sessions,
        tell: TellSwitched,
        permissions: PermissionService,
    ) -> None:
        self._permissions = permissions
        self._context = context
        self._users = users
        self._passwords = passwords
        self._sign_in = sign_in
        self._external = external
        self._sessions = sessions
        self._tell = tell

    def switch(self, request: SwitchRequest, session: Session | None) -> Departure | str:
        """Do it at once and return where to go on, or return where the person proves who they are elsewhere.

        Raises `SwitchingOff`, `ServiceUnknown`, `NotYours`, `OtherService`, `SignInDisabled`, what a sign-in raises,
        and `BadRequest` for a password that may not be one.
        """
        if not self._context.config.ServiceSettings.ExperimentalEnableAuthenticationTransfer:
            raise SwitchingOff
        if not request.email:
            raise InvalidBodyParam("email")
        if request.current_service == EMAIL and request.new_service != EMAIL:
            return self._away(request)
        if request.new_service == EMAIL and request.current_service:
            return self._home(request, session)
        raise InvalidBodyParam("new_service")

    def assign(self, user_id: str, auth: UserAuth, *, by: Session) -> None:
        """Have an account sign in as somebody elsewhere, who isn't asked. Raises `AuthIncomplete`, `UserExists`, ….

        An administrator's account only an administrator changes: whoever else could would become one.
        """
        user = self._users.get(user_id)
        if "system_admin" in user.role_names():
            self._permissions.require(by, Permission.MANAGE_SYSTEM)
        if not auth.auth_data.strip() or not auth.auth_service or len(auth.auth_data.encode()) > LONGEST_AUTH_DATA:
            raise AuthIncomplete
        if user.is_bot is True or auth.auth_service not in self._providers():
            raise ServiceUnknown(service=auth.auth_service[:64])
        self._users.set_auth(user.id, auth.auth_service, auth.auth_data, confirms_email=False)
        self._sessions.revoke_all_of_user(user.id)
        self._tell(user, auth.auth_service)

    def _away(self, request: SwitchRequest) -> Departure | str:
        provider = self._provider(request.new_service)
        user = self._proven(request)
        if provider.kind == "redirect":
            leading: RedirectProvider = provider
            return leading.depart(Journey(provider=provider.id, purpose=SWITCH, user_id=user.id))
        identity = provider.authenticate(request.ldap_id, request.new_password) if request.ldap_id else None
        if identity is None:
            raise InvalidCredentials(detailed_error="unknown to the new service")
        self._external.attach(user.id, identity)
        self._tell(user, provider.id)
        return SWITCHED

    def _proven(self, request: SwitchRequest) -> User:
        """Return the account of an address and its password, checked (and counted) like a sign-in."""
        if not request.password:
            raise InvalidBodyParam("password")
        try:
            user = self._users.get_by_email(request.email)
        except UserNotFound:
            user = None
        if user is None or user.auth_service:
            # SECURITY: this takes as long as a wrong password does, and says the same.
            self._passwords.verify(request.password, "")
            raise InvalidCredentials
        login = LoginRequest(user_id=user.id, password=request.password, token=request.mfa_code)
        return self._sign_in.sign_in(login)

    def _home(self, request: SwitchRequest, session: Session | None) -> str:
        user = self._own_account(request, session)
        if user.auth_service != request.current_service:
            raise OtherService(service=request.current_service)
        if user.auth_service == MAGIC_LINK:
            raise GuestByLink
        email = self._context.config.EmailSettings
        if not (email.EnableSignInWithEmail or email.EnableSignInWithUsername):
            raise SignInDisabled
        provider = self._providers().get(request.current_service)
        if provider is not None and provider.kind == "password":
            self._check_with(provider, user, request)
        self._passwords.validate(request.new_password)
        self._users.set_password_hash(user.id, self._passwords.hash(request.new_password))
        self._sessions.revoke_all_of_user(user.id)
        self._tell(user, "")
        return SWITCHED

    def _own_account(self, request: SwitchRequest, session: Session | None) -> User:
        if session is None or session.is_oauth or "user_access_token_id" in session.props:
            raise NotYours
        try:
            user = self._users.get(session.user_id)
        except UserNotFound:
            raise NotYours from None
        if user.email != request.email.strip().lower():
            raise NotYours
        return user

    def _check_with(self, provider: AuthProvider, user: User, request: SwitchRequest) -> None:
        """Raise `InvalidCredentials` unless the directory takes the person's password."""
        if isinstance(provider, AccountAuthenticator):
            identity = provider.authenticate_account(user, request.password)
        else:
            identity = provider.authenticate(request.ldap_id or user.username, request.password)
        if identity is None or identity.subject != user.auth_data:
            raise InvalidCredentials(detailed_error="refused by its provider")

    def _providers(self) -> dict[str, Any]:
        offers: Iterable[Any] = self._context.hooks.ask_all("register_auth_providers")
        return {provider.id: provider for offer in offers for provider in offer if provider.id}

    def _provider(self, service: str) -> Any:
        provider = self._providers().get(service)
        enabled = getattr(provider, "is_enabled", None)
        if provider is None or (enabled is not None and not enabled()):
            raise ServiceUnknown(service=service[:64])
        return provider
