"""Wiring of the passwords plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.auth import PasswordHasher, PasswordService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.auth_password.hashers import BcryptHasher, Pbkdf2Hasher
from hubbub.plugins.auth_password.service import BCRYPT, PBKDF2, Passwords


class Plugin:
    """Passwords of local accounts."""

    def __init__(self, context: PluginContext) -> None:
        iterations = context.settings.Iterations
        self._passwords = Passwords(context)
        self._pbkdf2 = Pbkdf2Hasher(iterations)

    def provide(self) -> Mapping[type, object]:
        """Return the service."""
        return {PasswordService: self._passwords}

    @hookimpl
    def register_password_hashers(self) -> Iterable[tuple[str, PasswordHasher]]:
        """Offer PBKDF2, and bcrypt for what servers before Mattermost 11 read and wrote."""
        return [(PBKDF2, self._pbkdf2), (BCRYPT, BcryptHasher())]
