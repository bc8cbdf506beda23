"""Every query on assertions that were used."""

import hashlib
from typing import Any


class AssertionStore:
    """Remembers what was used, for all workers of all hosts."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def use(self, issuer: str, assertion_id: str, expires_at: int) -> bool:
        """Note that an assertion is used now; False when it was already. One statement."""
        key = hashlib.sha256(f"{issuer}\n{assertion_id}".encode()).hexdigest()
        return bool(self._db.insert_new("hb_saml_assertions", ("id", "expiresat"), (key, expires_at)))

    def delete_expired(self, now: int) -> None:
        """Forget those that nobody could use any more at `now` (ms)."""
        self._db.execute("DELETE FROM {hb_saml_assertions} WHERE expiresat < ?", (now,))
