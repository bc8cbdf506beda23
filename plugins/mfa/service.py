"""The rules of the second factor: set-up, and `SecondFactor`."""

from typing import Final
from weakref import WeakValueDictionary

import msgspec
from gevent.lock import Semaphore

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, NotImplementedYet, Unauthorized
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.second_factor import CodeNeeded, SecondFactorRecords, TooManyAttempts, WrongCode
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.mfa import codes

SERVICES: Final = ("", "email", "ldap")
"""Ways to sign in (users.authservice) that a second factor of ours belongs to; the others have their own."""


class MfaDisabled(NotImplementedYet):
    id = "mfa.mfa_disabled.app_error"
    message = "One-time codes are turned off on this server (ServiceSettings.EnableMultifactorAuthentication)."


class FactorElsewhere(BadRequest):
    id = "api.user.activate_mfa.email_and_ldap_only.app_error"
    message = "One-time codes are for accounts that sign in with a password here or with LDAP."


class AlreadyActive(BadRequest):
    id = "mfa.generate_qr_code.already_active.app_error"
    message = "The account has a second factor already. Turn it off first to set up another one."


class NothingToActivate(BadRequest):
    id = "mfa.activate.app_error"
    message = "There is no new secret to turn on. Ask for a QR code first."


class ActivationCodeWrong(Unauthorized):
    id = "mfa.activate.bad_token.app_error"
    message = "The code is wrong or has expired. Enter the one that the app shows now; the phone's clock must be right."


class MfaSecret(msgspec.Struct, kw_only=True):
    """What an authenticator app needs: the secret (base32), and the same as a QR code (PNG in base64)."""

    secret: str
    qr_code: str


class SecondFactors:
    """`SecondFactor`, and how one is set up."""

    def __init__(self, context: PluginContext, users: UserService, records: SecondFactorRecords) -> None:
        self._context = context
        self._users = users
        self._records = records
        self._locks: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    def check(self, user: User, code: str) -> None:
        """See `SecondFactor.check`."""
        if user.mfa_active is not True:
            return
        if not code:
            raise CodeNeeded
        # SECURITY: one attempt per account at a time (in a worker), or guesses made at once would count too late.
        with self._lock_of(user.id):
            limit = self._context.config.ServiceSettings.MaximumLoginAttempts
            if self._users.credentials_of(user.id).failed_attempts >= limit:
                raise TooManyAttempts
            if not self._take(user.id, self._records.get(user.id).secret, code):
                self._users.record_failed_login(user.id)
                raise WrongCode

    def generate(self, user_id: str) -> MfaSecret:
        """Store a new secret, which counts once it is activated, and return it.

        Raises `MfaDisabled`, `FactorElsewhere`, `AlreadyActive`, `UserNotFound`.
        """
        user = self._account(user_id)
        secret = codes.new_secret()
        if not self._records.set_secret(user_id, secret):
            raise AlreadyActive
        config = self._context.config
        picture = codes.qr_code(
            secret, email=user.email, site_url=config.ServiceSettings.SiteURL, site_name=config.TeamSettings.SiteName
        )
        return MfaSecret(secret=secret, qr_code=picture)

    def activate(self, user_id: str, code: str) -> None:
        """Turn the second factor on, for somebody who shows a code of the new secret.

        Raises `MfaDisabled`, `FactorElsewhere`, `NothingToActivate`, `ActivationCodeWrong`, `UserNotFound`.
        """
        self._account(user_id)
        record = self._records.get(user_id)
        if not record.secret:
            raise NothingToActivate
        if not self._take(user_id, record.secret, code):
            raise ActivationCodeWrong
        if not record.active:
            self._records.set_active(user_id, True)

    def deactivate(self, user_id: str) -> None:
        """Turn the second factor off and forget its secret; works also where the feature is off."""
        self._records.set_active(user_id, False)

    def _account(self, user_id: str) -> User:
        if not self._context.config.ServiceSettings.EnableMultifactorAuthentication:
            raise MfaDisabled
        user = self._users.get(user_id)
        if user.auth_service not in SERVICES or user.is_bot is True:
            raise FactorElsewhere
        return user

    def _take(self, user_id: str, secret: str, code: str) -> bool:
        """Say whether the code is right, and use it up."""
        step = codes.matching_step(secret, code, now_ms() // 1000)
        return step is not None and self._records.use_step(user_id, step)

    def _lock_of(self, user_id: str) -> Semaphore:
        lock = self._locks.get(user_id)
        if lock is None:
            lock = self._locks[user_id] = Semaphore()
        return lock
