"""Which pictures of the directory are in use already: making one small costs much more than comparing its digest."""

from collections.abc import Mapping
from hashlib import sha256

from hubbub.core.db import Database


class KnownPictures:
    """Digests of the pictures that accounts have from the directory."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def new(self, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return those of the pictures (by account) that the account doesn't have. One query, none for no picture."""
        if not pictures:
            return {}
        rows = self._db.select_in("SELECT userid, digest FROM {hb_ldappictures} WHERE userid IN ({ids})", pictures)
        known = {row[0]: row[1] for row in rows}
        return {user_id: data for user_id, data in pictures.items() if known.get(user_id) != _digest(data)}

    def remember(self, user_id: str, picture: bytes) -> None:
        """Note which picture an account has."""
        self._db.upsert("hb_ldappictures", ("userid", "digest"), ("userid",), [(user_id, _digest(picture))])


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
