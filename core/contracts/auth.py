"""Ways to sign in: what an auth provider offers and what comes out of it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol, runtime_checkable

import msgspec

from hubbub.core.contracts.errors import BadRequest, NotImplementedYet, Unauthorized
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User

MAGIC_LINK: Final = "magic_link"
"""The service (users.authservice) of guests who sign in by links that they get by mail."""


class ExternalIdentity(msgspec.Struct, kw_only=True):
    """Who somebody is, according to a provider. `user` is set when the provider knows the local account.

    `provider` is kept as users.authservice, `subject` (at most 128 bytes, never changes) as users.authdata. None means
    that the provider says nothing about it and the account keeps what it has; an empty `username` or `email` likewise.
    `picture` is an image file. `attributes` are the provider's own names and values, for `complete_external_identity`.
    `email_verified` False says that the provider doesn't know whether the address is this person's: then it confirms
    no address here, changes none, and opens no door that is for some addresses only.
    `links_by_email` lets it take over the account that has its address already: only for providers that vouch for
    addresses, and only when an administrator has said so.
    """

    provider: str
    subject: str = ""
    user: User | None = None
    username: str = ""
    email: str = ""
    first_name: str | None = None
    last_name: str | None = None
    nickname: str | None = None
    position: str | None = None
    locale: str = ""
    is_guest: bool | None = None
    is_admin: bool | None = None
    picture: bytes = b""
    attributes: Mapping[str, list[str]] = msgspec.field(default_factory=dict)
    email_verified: bool = True
    links_by_email: bool = False


class InvalidCredentials(Unauthorized):
    id = "api.user.login.invalid_credentials_email_username"
    message = "The user name, e-mail address or password is wrong."


class IdentityIncomplete(BadRequest):
    """A provider said too little, or too much, for an account."""

    id = "api.user.login_by_oauth.parse.app_error"
    message = "{provider} didn't say the {field} of this account; without it nobody can sign in."


class AddressTaken(BadRequest):
    """The identity's e-mail address belongs to an account that signs in another way."""

    id = "api.user.create_oauth_user.already_attached.app_error"
    message = (
        "There is already an account with this e-mail address, which doesn't sign in with {Service} (but with {Auth})."
        " Sign in that way, and switch the account to {Service} in its settings."
    )


class AddressUnconfirmed(BadRequest):
    """Only some addresses may have accounts, and the provider doesn't say that this one is confirmed."""

    id = "api.user.create_user.accepted_domain.app_error"
    message = (
        "{provider} doesn't say that your e-mail address is confirmed, and only addresses of some domains can have an"
        " account here. Confirm it there, and sign in again."
    )


class CreationDisabled(NotImplementedYet):
    id = "api.user.create_user.disabled.app_error"
    message = "New accounts can't be created on this server (TeamSettings.EnableUserCreation)."


class AuthProvider(Protocol):
    """A way to sign in. `id` is what users.authservice holds ("" for local passwords)."""

    id: str
    kind: str  # "password", "redirect" or "token"

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Check a name and password; None when the account isn't this provider's business.

        Raises `InvalidCredentials` when it is and the password is wrong.
        """


@runtime_checkable
class AccountAuthenticator(Protocol):
    """An `AuthProvider` that can also check the password of an account of its own, whatever was typed as its name."""

    def authenticate_account(self, user: User, password: str) -> ExternalIdentity | None:
        """Check the password of an account (by its auth_data); None when the provider no longer knows it.

        Raises `InvalidCredentials` when the password is wrong.
        """


@runtime_checkable
class LinkAuthenticator(Protocol):
    """An `AuthProvider` of the kind "token" and the id `MAGIC_LINK`: people sign in by links that they get by mail."""

    def is_enabled(self) -> bool:
        """Say whether links sign people in now."""

    def ask(self, login_id: str) -> None:
        """Have a link sent, if a name or address is somebody's who signs in so. Returns at once, the same for all."""

    def redeem(self, token: str) -> User:
        """Use a link up and return whose it is. Raises `AppError` for one that isn't valid, or not any more."""


class PasswordHasher(Protocol):
    """Hashes passwords; slow on purpose, so callers run it in the thread pool."""

    def hash(self, password: str) -> str:
        """Return a new hash, salt included."""

    def verify(self, password: str, hashed: str) -> bool:
        """Say whether the password is the one that was hashed; False for a form it doesn't know."""

    def needs_rehash(self, hashed: str) -> bool:
        """Say whether the hash should be replaced by a stronger one at the next sign-in."""


class PasswordService(Protocol):
    """Passwords of local accounts: rules, hashing (in the thread pool), checking."""

    def validate(self, password: str) -> None:
        """Raise `BadRequest` (model.user.is_valid.pwd…) naming each rule that is broken."""

    def hash(self, password: str) -> str:
        """Validate nothing; return the hash. About 50-500 ms of a thread, none of the loop."""

    def verify(self, password: str, hashed: str) -> bool:
        """Compare; runs in the thread pool. An empty hash takes as long as a real one and is never right."""

    def needs_rehash(self, hashed: str) -> bool:
        """Say whether the hash should be replaced by a stronger one at the next sign-in."""


class ExternalSignIn(Protocol):
    """From an identity to an account and its session: what every provider of identities hands over to.

    Providers of the kind "password" are asked by the sign-in page; those of the kind "redirect" and "token" call
    `sign_in` from a route of their own when they have made sure who somebody is.
    """

    def sign_in(
        self,
        identity: ExternalIdentity,
        *,
        user_agent: str = "",
        ip_address: str = "",
        device_id: str = "",
        mobile: bool = False,
    ) -> Session:
        """Open a session for somebody whom a provider vouches for; the second factor is the provider's business.

        One of a mobile app (`mobile`, or with a `device_id`) lives as long as those do.

        Finds, makes or brings up to date the account (see `account_of`), then checks what a password sign-in checks.
        Raises what `account_of` does, `Unauthorized` (deactivated, guests turned off, a bot), `Rejected`.
        """

    def noting(self, provider: str, *, user_agent: str = "", ip_address: str = "") -> AbstractContextManager[None]:
        """Tell of a refusal (`AppError`, `Rejected`) inside as of a sign-in that failed (`user_log_in_has_failed`).

        For what providers find out before there is an identity; `sign_in` and `SingleSignOn.arrive` do so themselves.
        """

    def account_of(self, identity: ExternalIdentity) -> User:
        """Return the account of an identity: its `user`, as that is; else by (provider, subject), else a new one.

        Changed fields of one by (provider, subject) are stored.
        A user name that is taken gets a number. Raises `AddressTaken` (unless `links_by_email`), `CreationDisabled`,
        `IdentityIncomplete`, `BadRequest` (domain not accepted, a field of the account is wrong).
        """

    def attach(self, user_id: str, identity: ExternalIdentity) -> User:
        """Have an account sign in by this identity from now on: its password is gone, its sessions end.

        The caller has made sure that one person owns both. Raises `UserExists` for an identity of another account.
        """

    def refresh(self, accounts: Mapping[str, ExternalIdentity]) -> int:
        """Bring accounts (by id) up to date with what a directory says now; return how many changed.

        For jobs: a few statements for all of them (up to a thousand), in one transaction. What can't be (a user name
        or address that is taken, the last administrator's role) is left as it is. Deactivated accounts become active.
        """
