"""The second factor of a sign-in: one-time codes by time (TOTP, RFC 6238)."""

from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import BadRequest, Unauthorized
from hubbub.core.contracts.users import User


class SecondFactorRecord(msgspec.Struct, kw_only=True, frozen=True):
    """What an account's codes are made from: `secret` in base32, "" for none. Never shown, never logged."""

    secret: str
    active: bool


class CodeNeeded(BadRequest):
    """The password was right; clients ask for the code on this id and send everything again."""

    id = "mfa.validate_token.authenticate.app_error"
    message = "This account needs a one-time code."


class WrongCode(Unauthorized):
    id = "api.user.check_user_mfa.bad_code.app_error"
    message = "The code is wrong, has expired or was used already. Enter the one that is shown now."


class TooManyAttempts(Unauthorized):
    id = "api.user.check_user_login_attempts.too_many.app_error"
    message = "This account is locked because of too many failed attempts. Please reset the password."


class SecondFactorRecords(Protocol):
    """What the accounts' table knows about second factors: mfasecret, mfaactive, mfausedtimestamps."""

    def get(self, user_id: str) -> SecondFactorRecord:
        """Return an account's record. Raises `UserNotFound`. One query."""

    def set_secret(self, user_id: str, secret: str) -> bool:
        """Store a secret that isn't in use yet; False when the account has one in use. One statement."""

    def set_active(self, user_id: str, active: bool) -> User:
        """Turn the second factor on or off, which forgets the secret. Everybody is told. Raises `UserNotFound`."""

    def use_step(self, user_id: str, step: int) -> bool:
        """Use up the code of a 30-second step (number since 1970); False when it was used before.

        Atomic among workers: of two sign-ins with one code, one is refused.
        """


class SecondFactor(Protocol):
    """Checks one-time codes at a sign-in."""

    def check(self, user: User, code: str) -> None:
        """Return if the account asks for no code, or if this is one of now that wasn't used yet.

        Raises `CodeNeeded` for "", `WrongCode` (counted like a wrong password), `TooManyAttempts`.
        """


class NullSecondFactor:
    """Checks nothing: no plugin is on that could."""

    def check(self, user: User, code: str) -> None:
        """Refuse accounts that ask for a code."""
        # SECURITY: an account that asks for a second factor must not be opened with one only.
        if user.mfa_active is True:
            raise CodeNeeded("This account needs a one-time code, which this server can't check.")
