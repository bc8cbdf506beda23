"""Accounts of the server's own bots."""

from typing import Any, Final

from hubbub.core.contracts.users import User, UserExists
from hubbub.core.db.errors import UniqueViolation
from hubbub.plugins.users.store import UserStore

OWNER: Final = "hubbub"
_COLUMNS: Final = ("userid", "description", "ownerid", "createat", "updateat", "deleteat", "lasticonupdate")


class Bots:
    """Finds or makes them: the same one in every worker."""

    def __init__(self, db: Any, store: UserStore) -> None:
        self._db = db
        self._store = store

    def find(self, username: str) -> User | None:
        """Return the bot of a name, or None. Raises `UserExists` when the account isn't a bot's."""
        found = self._store.get_by_username(username)
        # SECURITY: whoever took the name before must not get what is meant for the bot, nor speak in its name.
        if found is not None and not found.is_bot:
            raise UserExists("The account {name} belongs to a person.", name=username)
        return found

    def make(self, columns: dict[str, Any], description: str) -> User | None:
        """Store a bot; returns None when another worker has made it at the same moment."""
        now = columns["createat"]
        try:
            with self._db.transaction():
                self._store.insert(columns)
                self._db.insert_many("bots", _COLUMNS, [(columns["id"], description, OWNER, now, now, 0, 0)])
        except UniqueViolation:
            return None
        return self._store.get(columns["id"])
