"""Ways to sign in: what an auth provider offers and what comes out of it."""

from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import Unauthorized
from hubbub.core.contracts.users import User


class ExternalIdentity(msgspec.Struct, kw_only=True):
    """Who somebody is, according to a provider. `user` is set when the provider knows the local account."""

    provider: str
    subject: str = ""
    user: User | None = None
    username: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    nickname: str = ""
    position: str = ""
    is_guest: bool = False
    is_admin: bool = False


class InvalidCredentials(Unauthorized):
    id = "api.user.login.invalid_credentials_email_username"
    message = "The user name, e-mail address or password is wrong."


class AuthProvider(Protocol):
    """A way to sign in. `id` is what users.authservice holds ("" for local passwords)."""

    id: str
    kind: str  # "password", "redirect" or "token"

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Check a name and password; None when the account isn't this provider's business.

        Raises `InvalidCredentials` when it is and the password is wrong.
        """


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
