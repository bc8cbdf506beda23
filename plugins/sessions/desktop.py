"""Tokens of the desktop app: whoever signed in with a browser takes the session into the app, once, within minutes."""

import hashlib
import secrets
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import Unauthorized

LIFETIME_MS: Final = 180_000


class DesktopTokenInvalid(Unauthorized):
    id = "app.desktop_token.validate.invalid"
    message = "This sign-in was used already or is older than three minutes. Please sign in again."


class DesktopTokens:
    """The table `desktoptokens`. SECURITY: it holds hashes, so that a copy of it opens nothing."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def create(self, user_id: str) -> str:
        """Return a new token for somebody who has just proved who they are. One INSERT."""
        token = secrets.token_urlsafe(32)
        row = (_hashed(token), now_ms(), user_id)
        self._db.insert_many("desktoptokens", ("token", "createat", "userid"), [row])
        return token

    def take(self, token: str) -> str:
        """Return whose token it is, and use it up. Raises `DesktopTokenInvalid`. Two statements."""
        hashed = _hashed(token)
        row = self._db.fetch_one("SELECT createat, userid FROM {desktoptokens} WHERE token = ?", (hashed,))
        taken = row and self._db.execute("DELETE FROM {desktoptokens} WHERE token = ?", (hashed,))
        if not taken or now_ms() - row[0] > LIFETIME_MS:
            raise DesktopTokenInvalid
        return str(row[1])

    def delete_expired(self) -> None:
        """Delete what nobody can use any more."""
        self._db.execute("DELETE FROM {desktoptokens} WHERE createat < ?", (now_ms() - LIFETIME_MS,))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
