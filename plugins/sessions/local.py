"""Local passwords, as an auth provider: checked against the account's own hash, with a limit on guesses."""

from typing import Final
from weakref import WeakValueDictionary

from gevent.lock import Semaphore

from hubbub.core.contracts.auth import ExternalIdentity, InvalidCredentials, PasswordService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import TooManyAttempts
from hubbub.core.contracts.users import Credentials, UserService

LOCAL: Final = ""


class LocalPasswords:
    """The auth provider with the id "": accounts of this server itself."""

    id = LOCAL
    kind = "password"

    def __init__(self, context: PluginContext, users: UserService, passwords: PasswordService) -> None:
        self._context = context
        self._users = users
        self._passwords = passwords
        self._locks: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Check a name and password; None when there is no local account of that name."""
        account = self._users.credentials(login_id)
        if account is None or account.user.auth_service:
            return None
        self.check(account, password)
        return ExternalIdentity(provider=LOCAL, subject=account.user.id, user=account.user)

    def check(self, account: Credentials, password: str) -> None:
        """Raise `InvalidCredentials` or `TooManyAttempts` unless the password is the account's."""
        user_id = account.user.id
        # SECURITY: one attempt per account at a time (in a worker), or guesses made at once would count too late.
        with self._lock_of(user_id):
            account = self._users.credentials_of(user_id)
            if account.failed_attempts >= self._context.config.ServiceSettings.MaximumLoginAttempts:
                raise TooManyAttempts
            if not self._passwords.verify(password, account.password_hash):
                self._users.record_failed_login(user_id)
                raise InvalidCredentials(detailed_error="wrong password")
        if self._passwords.needs_rehash(account.password_hash):
            new_hash = self._passwords.hash(password)
            self._users.replace_password_hash(user_id, account.password_hash, new_hash)

    def _lock_of(self, user_id: str) -> Semaphore:
        lock = self._locks.get(user_id)
        if lock is None:
            lock = self._locks[user_id] = Semaphore()
        return lock
