"""The directory that the configuration names now; and signing in with it."""

from typing import Any, Final
from weakref import WeakValueDictionary

from gevent.lock import Semaphore

from hubbub.core.contracts.auth import ExternalIdentity, InvalidCredentials
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.profile_attributes import SyncedAttributes
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.auth_ldap.directory import Directory
from hubbub.plugins.auth_ldap.entries import LDAP
from hubbub.plugins.auth_ldap.errors import DirectoryError, LdapDisabled, TooManyAttempts, Unreachable, away
from hubbub.plugins.auth_ldap.people import People, Person
from hubbub.plugins.auth_ldap.settings import BadServer, directory_settings

MAX_LOGIN: Final = 256
"""Bytes of what somebody types: no name of a directory is longer."""


class Ldap:
    """The directory of the configuration, made anew when that changes."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._synced = context.service(SyncedAttributes)
        self._directory: Directory | None = None

    @property
    def settings(self) -> Any:
        """LdapSettings."""
        return self._context.config.LdapSettings

    def require_enabled(self) -> None:
        """Raise `LdapDisabled` unless people sign in with the directory, or by SAML and follow it."""
        if not (self.settings.Enable or has_followers(self._context.config)):
            raise LdapDisabled

    def directory(self) -> Directory:
        """Return the directory. Raises `DirectoryError` for a configuration that can't be meant."""
        wanted = self._wanted(self.settings)
        if self._directory is None or self._directory.settings != wanted:
            self.close()
            self._directory = Directory(wanted, self._context.log)
        return self._directory

    def people(self) -> People:
        """Return who is in it. Raises `DirectoryError`."""
        return self.people_in(self.directory(), self.settings)

    def people_in(self, directory: Directory, ldap: Any) -> People:
        """Return who is in a directory according to other settings."""
        config = self._context.config
        more = self._synced.wanted(LDAP)
        return People(directory, _With(config, ldap), self._context.settings, self._context.log, more)

    def other(self, ldap: Any) -> Directory:
        """Return the directory of other settings, to be tried; the caller closes it. Raises `DirectoryError`."""
        return Directory(self._wanted(ldap), self._context.log)

    def _wanted(self, ldap: Any) -> Any:
        folder = self._context.config_store.path.parent
        try:
            return directory_settings(ldap, self._context.settings, folder)
        except BadServer as error:
            raise Unreachable(f"{error}.") from None

    def close(self) -> None:
        """Close what is open."""
        if self._directory is not None:
            self._directory.close()
            self._directory = None


def has_followers(config: Any) -> bool:
    """Say whether accounts that sign in by SAML follow the directory, too."""
    return bool(config.SamlSettings.Enable and config.SamlSettings.EnableSyncWithLdap)


class _With:
    """The configuration with another section LdapSettings."""

    def __init__(self, config: Any, ldap: Any) -> None:
        self.LdapSettings = ldap
        self.GuestAccountsSettings = config.GuestAccountsSettings


class LdapSignIn:
    """The auth provider "ldap"."""

    id = LDAP
    kind = "password"

    def __init__(self, context: PluginContext, ldap: Ldap, users: UserService) -> None:
        self._context = context
        self._ldap = ldap
        self._users = users
        self._locks: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    def authenticate(self, login_id: str, password: str) -> ExternalIdentity | None:
        """Check what somebody typed; None when the directory knows nobody of that name.

        Raises `InvalidCredentials`, `TooManyAttempts`, `DirectoryAway` (within ten seconds).
        """
        if not password or not login_id.strip() or len(login_id.encode()) > MAX_LOGIN:
            return None
        try:
            directory = self._ldap.directory()
            with directory.in_time():
                person = self._ldap.people().by_login(login_id.strip())
                if person is None:
                    return None
                user = self._users.get_by_auth(LDAP, person.identity.subject)
                self._check(directory, person, user, password)
                return person.identity
        except DirectoryError as error:
            raise self._told(error) from None

    def authenticate_account(self, user: User, password: str) -> ExternalIdentity | None:
        """Check the password of an account of the directory, by the id that never changes; None when it has left.

        Raises what `authenticate` does.
        """
        if not password or not user.auth_data:
            return None
        try:
            directory = self._ldap.directory()
            with directory.in_time():
                person = self._ldap.people().by_subject(user.auth_data)
                if person is None:
                    return None
                self._check(directory, person, user, password)
                return person.identity
        except DirectoryError as error:
            raise self._told(error) from None

    def _check(self, directory: Directory, person: Person, user: User | None, password: str) -> None:
        """Raise unless the password is the person's; failures count for an account that exists."""
        if user is None:
            if not directory.check_password(person.dn, password):
                raise InvalidCredentials(detailed_error="refused by the directory")
            return
        # SECURITY: one attempt per account at a time (in a worker), or guesses made at once would count too late.
        with self._lock_of(user.id):
            failed = self._users.credentials_of(user.id).failed_attempts
            if failed >= self._ldap.settings.MaximumLoginAttempts:
                raise TooManyAttempts
            if not directory.check_password(person.dn, password):
                self._users.record_failed_login(user.id)
                raise InvalidCredentials(detailed_error="refused by the directory")

    def _told(self, error: DirectoryError) -> Exception:
        self._context.log.warning("nobody can sign in with LDAP: %s", error.text)
        return away(error)

    def _lock_of(self, user_id: str) -> Semaphore:
        lock = self._locks.get(user_id)
        if lock is None:
            lock = self._locks[user_id] = Semaphore()
        return lock
