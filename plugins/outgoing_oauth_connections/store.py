"""Queries on the table outgoingoauthconnections."""

from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.db import Database
from hubbub.plugins.outgoing_oauth_connections.records import CLIENT_CREDENTIALS, Connection

_COLUMNS: Final = (
    "id", "name", "creatorid", "createat", "updateat", "clientid", "clientsecret", "credentialsusername",
    "credentialspassword", "oauthtokenurl", "granttype", "audiences",
)  # fmt: skip
AT_MOST: Final = 1_000
"""Connections that are looked at."""


class ConnectionStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Connection]:
        """Return connections by name."""
        sql = f"SELECT {', '.join(_COLUMNS)} FROM {{outgoingoauthconnections}} ORDER BY name, id LIMIT ?"
        return [_connection(row) for row in self._db.fetch_all(sql, (AT_MOST,))]

    def insert(self, connection: Connection) -> None:
        """Store a new connection."""
        self._db.insert_many("outgoingoauthconnections", _COLUMNS, [_row(connection)])

    def update(self, connection: Connection) -> bool:
        """Store what has changed of a connection; say whether it was there."""
        changed = dict(zip(_COLUMNS, _row(connection), strict=True))
        id = changed.pop("id")
        assignments = ", ".join(f"{name} = ?" for name in changed)
        sql = f"UPDATE {{outgoingoauthconnections}} SET {assignments} WHERE id = ?"
        return bool(self._db.execute(sql, (*changed.values(), id)))

    def delete(self, connection_id: str) -> bool:
        """Remove a connection; say whether it was there."""
        return bool(self._db.execute("DELETE FROM {outgoingoauthconnections} WHERE id = ?", (connection_id,)))


def _row(one: Connection) -> tuple[Any, ...]:
    return (
        one.id, one.name, one.creator_id, one.create_at, one.update_at, one.client_id, one.client_secret,
        one.credentials_username, one.credentials_password, one.oauth_token_url, one.grant_type,
        json.encode_str(one.audiences),
    )  # fmt: skip


def _connection(row: Any) -> Connection:
    try:
        audiences = json.decode(row[11] or "[]", list[str])
    except msgspec.MsgspecError:
        audiences = []
    return Connection(
        id=row[0],
        name=row[1] or "",
        creator_id=row[2] or "",
        create_at=row[3] or 0,
        update_at=row[4] or 0,
        client_id=row[5] or "",
        client_secret=row[6] or "",
        credentials_username=row[7] or "",
        credentials_password=row[8] or "",
        oauth_token_url=row[9] or "",
        grant_type=row[10] or CLIENT_CREDENTIALS,
        audiences=audiences,
    )
