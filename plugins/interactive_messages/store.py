"""Queries on the table hb_interaction_keys."""

from hubbub.core.db import Database


class KeyStore:
    """Keeps the one secret of the site."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get_or_create(self, fresh: str) -> str:
        """Return the secret; `fresh` becomes it where there is none. Two workers at once get the same."""
        found = self._secret()
        if found is None:
            self._db.insert_new("hb_interaction_keys", ("id", "secret"), (1, fresh))
            found = self._secret()
        return found or fresh

    def _secret(self) -> str | None:
        value: str | None = self._db.fetch_value("SELECT secret FROM {hb_interaction_keys} WHERE id = 1")
        return value
