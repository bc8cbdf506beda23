"""One-time tokens: `OneTimeTokenService`."""

import secrets
import string
from typing import Any, Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.tokens import (
    GUEST_MAGIC_LINK,
    LIFETIMES_MS,
    SIGN_ON_STATE,
    SSO_CODE,
    TOKEN_LENGTH,
    OneTimeToken,
)

SHORT_LIVED: Final = (SIGN_ON_STATE, SSO_CODE, GUEST_MAGIC_LINK)
"""Made by anybody who opens an address, so they go as soon as they are no use."""
_LETTERS: Final = string.ascii_lowercase + string.digits


class OneTimeTokens:
    """Implements `OneTimeTokenService`."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def create(self, type: str, extra: dict[str, str]) -> str:
        """See `OneTimeTokenService.create`."""
        token = "".join(secrets.choice(_LETTERS) for _ in range(TOKEN_LENGTH))
        row = (token, now_ms(), type, json.encode_str(extra))
        self._db.insert_many("tokens", ("token", "createat", "type", "extra"), [row])
        return token

    def get(self, token: str, *types: str) -> OneTimeToken | None:
        """See `OneTimeTokenService.get`."""
        row = self._db.fetch_one("SELECT createat, type, extra FROM {tokens} WHERE token = ?", (token,))
        if row is None or row[1] not in types:
            return None
        extra = json.decode(row[2]) if row[2] else {}
        texts = (
            {key: value for key, value in extra.items() if isinstance(value, str)} if isinstance(extra, dict) else {}
        )
        return OneTimeToken(token=token, create_at=row[0] or 0, type=row[1], extra=texts)

    def take(self, token: OneTimeToken) -> bool:
        """See `OneTimeTokenService.take`."""
        return bool(self._db.execute("DELETE FROM {tokens} WHERE token = ?", (token.token,)))

    def count_like(self, type: str, extra: dict[str, str]) -> int:
        """See `OneTimeTokenService.count_like`."""
        sql = "SELECT COUNT(*) FROM {tokens} WHERE type = ? AND createat >= ? AND extra = ?"
        return int(self._db.fetch_value(sql, (type, now_ms() - LIFETIMES_MS[type], json.encode_str(extra))))

    def forget(self, *types: str) -> int:
        """See `OneTimeTokenService.forget`."""
        condition, params = self._db.in_list("type IN ({ids})", types)
        return int(self._db.execute(f"DELETE FROM {{tokens}} WHERE {condition}", params))

    def delete_expired(self) -> None:
        """Delete tokens whose time has been over for a day: until then people are told that theirs is too old."""
        longest = max(LIFETIMES_MS.values())
        self._db.execute("DELETE FROM {tokens} WHERE createat < ?", (now_ms() - 2 * longest,))
        for type in SHORT_LIVED:
            self._db.execute(
                "DELETE FROM {tokens} WHERE type = ? AND createat < ?", (type, now_ms() - LIFETIMES_MS[type])
            )
