"""From an identity that a provider vouches for to an account: `ExternalSignIn`.

The whole decision is on this page: complete the identity, find the account or make one, bring it up to date.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from hubbub.core.contracts.auth import (
    MAGIC_LINK,
    AddressTaken,
    AddressUnconfirmed,
    CreationDisabled,
    ExternalIdentity,
    IdentityIncomplete,
)
from hubbub.core.contracts.errors import AppError, BadRequest, Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import SyncedAttributes
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import AccountChange, NewUser, User, UserExists, UserNotFound, UserService
from hubbub.plugins.sessions.agents import client_props
from hubbub.plugins.sessions.failures import FailedSignIns
from hubbub.plugins.sessions.service import Sessions

DIRECTORIES: Final = frozenset({"ldap", "saml"})
"""Who is in one of these may always have an account, whatever TeamSettings say about creating some."""
_WITHOUT_SITE: Final = frozenset({"", "ldap", MAGIC_LINK})
"""Services without a site that somebody is sent to: clients don't tell them from a password."""
_PROFILE: Final = ("first_name", "last_name", "nickname", "position")
_ATTEMPTS: Final = 20
_LONGEST_NAME: Final = 64


class DomainRefused(BadRequest):
    id = "api.user.create_user.accepted_domain.app_error"
    message = "E-mail addresses of this domain can't have an account here."


class ExternalAccounts:
    """`ExternalSignIn`."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        sessions: Sessions,
        admit: Callable[[User], User],
        failed: FailedSignIns,
    ) -> None:
        self._context = context
        self._users = users
        self._sessions = sessions
        self._admit = admit
        self._failed = failed
        self._synced = context.service(SyncedAttributes)

    def sign_in(
        self,
        identity: ExternalIdentity,
        *,
        user_agent: str = "",
        ip_address: str = "",
        device_id: str = "",
        mobile: bool = False,
    ) -> Session:
        """Open a session for somebody whom a provider vouches for."""
        account: User | None = None
        try:
            account = self.account_of(identity)
            user = self._admit(account)
        except (AppError, Rejected) as error:
            user_id = account.id if account is not None else ""
            who = {"user_id": user_id, "provider": identity.provider}
            self._failed.note(error, **who, ip_address=ip_address, user_agent=user_agent)
            raise
        props = client_props(user_agent) | service_props(identity.provider)
        if mobile:
            props["isMobile"] = "true"
        session = self._sessions.create(user, device_id=device_id, props=props)
        self._context.hooks.tell_later(
            "user_has_logged_in", user=user, session_id=session.id, ip_address=ip_address
        )  # fmt: skip
        return session

    def noting(self, provider: str, *, user_agent: str = "", ip_address: str = "") -> AbstractContextManager[None]:
        """Tell of a refusal inside as of a sign-in that failed."""
        return self._failed.noting(provider, user_agent=user_agent, ip_address=ip_address)

    def account_of(self, identity: ExternalIdentity) -> User:
        """Return the account of an identity, made if it is new, brought up to date if it isn't."""
        if identity.user is not None:
            return identity.user
        identity = self._completed(identity)
        if not identity.subject:
            raise IdentityIncomplete(provider=identity.provider, field="unchanging id")
        user = self._users.get_by_auth(identity.provider, identity.subject)
        if user is None and identity.links_by_email and identity.email_verified:
            user = self._linked(identity)
        if user is None:
            user = self._created(identity)
        elif not user.delete_at:
            self._users.apply_changes([self._change(user, identity)])
        if identity.picture and not user.delete_at:
            self._context.tasks.submit(self._keep_picture, user, identity.picture)
        if not user.delete_at:
            self._synced.follow(identity.provider, {user.id: identity.attributes})
        return self._users.get(user.id)

    def refresh(self, accounts: Mapping[str, ExternalIdentity]) -> int:
        """Bring accounts (by id) up to date; return how many changed."""
        users = self._users.get_many(accounts)
        completed = {user_id: self._completed(accounts[user_id]) for user_id in users}
        changes = [self._change(user, completed[user.id], active=True) for user in users.values()]
        changed = len(self._users.apply_changes(changes))
        self._follow(completed)
        return changed

    def _follow(self, completed: Mapping[str, ExternalIdentity]) -> None:
        """Fill in the fields of profiles that name attributes."""
        for provider in {identity.provider for identity in completed.values()}:
            people = {user_id: one.attributes for user_id, one in completed.items() if one.provider == provider}
            self._synced.follow(provider, people)

    def attach(self, user_id: str, identity: ExternalIdentity) -> User:
        """Have an account sign in by this identity from now on."""
        identity = self._completed(identity)
        email = self._users.get(user_id).email
        # SECURITY: an address that somebody wrote down and never confirmed stays so, whoever they are elsewhere.
        confirms = identity.email_verified and identity.email.strip().lower() == email
        user = self._users.set_auth(user_id, identity.provider, identity.subject, confirms_email=confirms)
        self._sessions.revoke_all_of_user(user_id)
        self._users.apply_changes([self._change(user, identity)])
        return self._users.get(user_id)

    def _completed(self, identity: ExternalIdentity) -> ExternalIdentity:
        completed: ExternalIdentity = self._context.hooks.consult("complete_external_identity", identity)
        return completed

    def _linked(self, identity: ExternalIdentity) -> User | None:
        """Return the local account with the identity's address, which is the identity's from now on."""
        try:
            user = self._users.get_by_email(identity.email)
        except UserNotFound:
            return None
        # SECURITY: one that signs in with another service is that service's; a bot and a deactivated one are nobody's.
        if user.auth_service or user.is_bot is True or user.delete_at:
            return None
        # SECURITY: an address nobody has confirmed may have been claimed by a stranger, to be there before its owner.
        if user.email_verified is not True:
            return None
        self._sessions.revoke_all_of_user(user.id)
        return self._users.set_auth(user.id, identity.provider, identity.subject)

    def _created(self, identity: ExternalIdentity) -> User:
        self._check_new(identity)
        wanted = identity.username.strip().lower()
        error: AppError | None = None
        for name in variants(wanted):
            try:
                return self._users.create(_new_account(identity, name))
            except UserExists as exists:
                error = exists
                if exists.error_id == "app.user.save.existing.app_error":  # at the same time, by another request
                    made = self._users.get_by_auth(identity.provider, identity.subject)
                    if made is not None:
                        return made
                if exists.error_id != UserExists.id:
                    raise AddressTaken(Service=identity.provider, Auth=self._service_of(identity.email)) from exists
        raise error or IdentityIncomplete(provider=identity.provider, field="user name")

    def _check_new(self, identity: ExternalIdentity) -> None:
        config: Any = self._context.config
        for field in ("username", "email"):
            if not getattr(identity, field):
                raise IdentityIncomplete(provider=identity.provider, field=field)
        if identity.provider in DIRECTORIES:
            return
        if not config.TeamSettings.EnableUserCreation:
            raise CreationDisabled
        section = config.GuestAccountsSettings if identity.is_guest else config.TeamSettings
        if not accepts(section.RestrictCreationToDomains, identity.email):
            raise DomainRefused
        if section.RestrictCreationToDomains.strip() and not identity.email_verified:
            raise AddressUnconfirmed(provider=identity.provider)

    def _service_of(self, email: str) -> str:
        try:
            return self._users.get_by_email(email).auth_service or "a password"
        except UserNotFound:
            return "a password"

    @staticmethod
    def _change(user: User, identity: ExternalIdentity, *, active: bool | None = None) -> AccountChange:
        """Return what the identity says of an account."""
        return AccountChange(
            user_id=user.id,
            username=_unless_variant(user.username, identity.username),
            # SECURITY: a stored address counts as confirmed, and what a provider doesn't vouch for isn't.
            email=identity.email or None if identity.email_verified else None,
            roles=_roles(user, identity),
            active=active,
            **{name: getattr(identity, name) for name in _PROFILE},
        )

    def _keep_picture(self, user: User, data: bytes) -> None:
        try:
            self._users.set_picture(user.id, data)
        except AppError as error:
            self._context.log.warning("the picture of %s from its provider is not used: %s", user.username, error.text)


def service_props(service: str) -> dict[str, str]:
    """Return what a session says about the service that its user signs in with."""
    if service in _WITHOUT_SITE:
        return {}
    return {"isSaml": "true"} if service == "saml" else {"isOAuthUser": "true"}


def variants(name: str) -> list[str]:
    """Return user names to try: the wanted one, then with numbers."""
    return [name, *(f"{name[: _LONGEST_NAME - 2]}{number}" for number in range(1, _ATTEMPTS))]


def _unless_variant(current: str, wanted: str) -> str | None:
    """Return the name that an account should have: not the plain one when it got a number because that was taken."""
    wanted = wanted.strip().lower()
    return None if not wanted or current in variants(wanted) else wanted


def _new_account(identity: ExternalIdentity, username: str) -> NewUser:
    roles = "system_guest" if identity.is_guest else "system_admin system_user" if identity.is_admin else ""
    profile: dict[str, Any] = {name: getattr(identity, name) or "" for name in _PROFILE}
    return NewUser(
        username=username,
        email=identity.email,
        auth_service=identity.provider,
        auth_data=identity.subject,
        email_verified=identity.email_verified,
        roles=roles,
        locale=identity.locale,
        **profile,
    )


def _roles(user: User, identity: ExternalIdentity) -> str | None:
    """Return the roles that the provider gives an account; None when it says nothing about them."""
    names = user.role_names()
    if identity.is_guest is not None:
        if identity.is_guest:
            return "system_guest"
        names = ["system_user" if name == "system_guest" else name for name in names]
    if identity.is_admin is not None and "system_guest" not in names:
        names = [name for name in names if name != "system_admin"]
        if identity.is_admin:
            names = ["system_admin", *names]
    return " ".join(dict.fromkeys(names)) if names != user.role_names() else None


def accepts(domains: str, email: str) -> bool:
    """Say whether the address is of one of the domains, separated by commas or spaces; none named accepts all."""
    allowed = [domain.strip().lstrip("@").lower() for domain in domains.replace(",", " ").split()]
    return not allowed or any(email.strip().lower().endswith(f"@{domain}") for domain in allowed)
