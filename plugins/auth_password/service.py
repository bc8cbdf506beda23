"""`PasswordService`: rules, hashing and comparing, in the thread pool."""

from typing import Any, Final

from hubbub.core.contracts.auth import PasswordHasher
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.db import mattermost_schema
from hubbub.plugins.auth_password.rules import MAXIMUM_BYTES, check_password

PBKDF2: Final = "pbkdf2"
BCRYPT: Final = "bcrypt"


class Passwords:
    """Passwords of local accounts."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._known: dict[str, PasswordHasher] | None = None
        self._form = ""
        self._nobody = ""

    def validate(self, password: str) -> None:
        """Raise `BadRequest` (model.user.is_valid.pwd…) naming each rule that is broken."""
        check_password(password, self._context.config.PasswordSettings)

    def hash(self, password: str) -> str:
        """Return the hash."""
        hashed: str = self._in_thread(self._preferred().hash, password)
        return hashed

    def verify(self, password: str, hashed: str) -> bool:
        """Compare. An empty hash takes as long as a real one and is never right."""
        if len(password.encode()) > MAXIMUM_BYTES:
            # SECURITY: without a limit, long passwords would keep threads busy; none that is stored is longer.
            password, hashed = "", ""
        hashers = tuple(self._hashers().values())
        if not hashed:
            # SECURITY: who isn't known must take as long to refuse as who is.
            self._in_thread(_verify, hashers, password, self._hash_of_nobody())
            return False
        return bool(self._in_thread(_verify, hashers, password, hashed))

    def needs_rehash(self, hashed: str) -> bool:
        """Say whether the hash should be replaced by one as `hash` writes it, at the next sign-in."""
        return self._preferred().needs_rehash(hashed)

    def _preferred(self) -> PasswordHasher:
        """Return what writes new hashes: on a database of Mattermost before 11 what such a server understands."""
        if not self._form:
            schema = mattermost_schema(self._context.db)
            self._form = PBKDF2 if schema is None or schema.knows_pbkdf2 else BCRYPT
        return self._hashers()[self._form]

    def _hash_of_nobody(self) -> str:
        if not self._nobody:
            self._nobody = self.hash("nobody's password")
        return self._nobody

    def _hashers(self) -> dict[str, PasswordHasher]:
        """Return every plugin's hashers by name; asked on first use, when every plugin is there."""
        if self._known is None:
            offers = self._context.hooks.ask_all("register_password_hashers")
            self._known = {name: hasher for offer in offers for name, hasher in offer}
        return self._known

    def _in_thread(self, call: Any, *args: Any) -> Any:
        return self._context.tasks.run_in_thread(call, *args)


def _verify(hashers: tuple[PasswordHasher, ...], password: str, hashed: str) -> bool:
    return any(hasher.verify(password, hashed) for hasher in hashers)
