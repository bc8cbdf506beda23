"""How bots come to be: the server's own, and people's."""

from typing import Any, Final

from hubbub.core.contracts.users import User, UserExists
from hubbub.core.db.errors import UniqueViolation
from hubbub.plugins.users.bot_store import BotStore
from hubbub.plugins.users.store import UserStore

OWNER: Final = "hubbub"


class Bots:
    """Finds or makes them: the server's own are the same ones in every worker."""

    def __init__(self, db: Any, store: UserStore) -> None:
        self._db = db
        self._store = store
        self._bots = BotStore(db)

    def find(self, username: str) -> User | None:
        """Return the bot of a name, or None. Raises `UserExists` when the account isn't a bot's."""
        found = self._store.get_by_username(username)
        # SECURITY: whoever took the name before must not get what is meant for the bot, nor speak in its name.
        if found is not None and not found.is_bot:
            raise UserExists("The account {name} belongs to a person.", name=username)
        return found

    def make(self, columns: dict[str, Any], description: str) -> User | None:
        """Store a bot; returns None when another worker has made it at the same moment."""
        try:
            return self.insert(columns, description, OWNER)
        except UniqueViolation:
            return None

    def insert(self, columns: dict[str, Any], description: str, owner_id: str) -> User | None:
        """Store a bot of somebody's. Raises `UniqueViolation`."""
        with self._db.transaction():
            self._store.insert(columns)
            self._bots.insert(columns["id"], description=description, owner_id=owner_id, now=columns["createat"])
        return self._store.get(columns["id"])
