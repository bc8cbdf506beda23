"""What the table `users` knows about second factors: `SecondFactorRecords`."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.second_factor import SecondFactorRecord
from hubbub.core.contracts.users import User, UserNotFound
from hubbub.core.db.errors import UniqueViolation

KEPT: Final = 10
"""How many used steps are kept: more than are ever accepted at a time."""
USED_CODE: Final = "hb_mfa_used"
"""Type of the rows in `tokens` that remember used codes where `users` has no column for them (before v10)."""


class SecondFactors:
    """Reads and writes mfasecret, mfaactive and mfausedtimestamps; `change` is how an account's columns change."""

    def __init__(self, db: Any, change: Callable[[str, dict[str, Any]], User]) -> None:
        self._db = db
        self._change = change

    def get(self, user_id: str) -> SecondFactorRecord:
        """See `SecondFactorRecords.get`."""
        row = self._db.fetch_one("SELECT mfasecret, mfaactive FROM {users} WHERE id = ?", (user_id,))
        if row is None:
            raise UserNotFound
        return SecondFactorRecord(secret=row[0] or "", active=bool(row[1]))

    def set_secret(self, user_id: str, secret: str) -> bool:
        """See `SecondFactorRecords.set_secret`."""
        # SECURITY: one that is in use is only ever replaced by turning it off, which the account's owner is told of.
        sql = "UPDATE {users} SET mfasecret = ? WHERE id = ? AND (mfaactive IS NULL OR mfaactive = ?)"
        return bool(self._db.execute(sql, (secret, user_id, False)))

    def set_active(self, user_id: str, active: bool) -> User:
        """See `SecondFactorRecords.set_active`."""
        columns: dict[str, Any] = {"mfaactive": active}
        return self._change(user_id, columns if active else columns | {"mfasecret": ""})

    def use_step(self, user_id: str, step: int) -> bool:
        """See `SecondFactorRecords.use_step`."""
        if not self._db.has_column("users", "mfausedtimestamps"):
            return self._use_in_tokens(user_id, step)
        with self._db.transaction():
            row = self._db.fetch_one("SELECT mfausedtimestamps FROM {users} WHERE id = ? {for_update}", (user_id,))
            used = _steps(row[0]) if row is not None else [step]
            if step in used:
                return False
            kept = json.encode_str([*used, step][-KEPT:])
            self._db.execute("UPDATE {users} SET mfausedtimestamps = ? WHERE id = ?", (kept, user_id))
            return True

    def _use_in_tokens(self, user_id: str, step: int) -> bool:
        mark = hashlib.sha256(f"{user_id} {step}".encode()).hexdigest()
        try:
            row = (mark, now_ms(), USED_CODE, "{}")
            self._db.insert_many("tokens", ("token", "createat", "type", "extra"), [row])
        except UniqueViolation:
            return False
        return True


def _steps(text: Any) -> list[int]:
    """Return the steps of the column; another server may have left null or texts there."""
    value = json.decode(text) if text else None
    steps = value if isinstance(value, list) else []
    return [int(step) for step in steps if isinstance(step, int) or (isinstance(step, str) and step.isdigit())]
