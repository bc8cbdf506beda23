"""Every query on `sessions`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.sessions import Session

COLUMNS: Final = (
    "id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, expirednotify, props"
)


class SessionStore:
    """Reads and writes sessions."""

    def __init__(self, db: Any) -> None:
        self._db = db
        select = f"SELECT {COLUMNS} FROM {{sessions}}"
        self._by_token = db.prepare(f"{select} WHERE token = ?")
        self._by_id = db.prepare(f"{select} WHERE id = ?")
        self._of_user = db.prepare(f"{select} WHERE userid = ? ORDER BY lastactivityat DESC, id")
        self._delete = db.prepare("DELETE FROM {sessions} WHERE id = ?")
        self._touch = db.prepare(
            "UPDATE {sessions} SET lastactivityat = {greatest}(COALESCE(lastactivityat, 0), ?),"
            " expiresat = CASE WHEN ? > 0 THEN {greatest}(COALESCE(expiresat, 0), ?) ELSE expiresat END,"
            " expirednotify = ? WHERE id = ?"
        )

    def get_by_token(self, token: str) -> Session | None:
        """Return the session of a token, or None."""
        row = self._db.fetch_one(self._by_token, (token,))
        return _session(row) if row else None

    def get(self, session_id: str) -> Session | None:
        """Return a session, or None."""
        row = self._db.fetch_one(self._by_id, (session_id,))
        return _session(row) if row else None

    def of_user(self, user_id: str) -> list[Session]:
        """Return the user's sessions, the one used last first."""
        return [_session(row) for row in self._db.fetch_all(self._of_user, (user_id,))]

    def with_devices(self, user_ids: Iterable[str], now: int) -> list[Session]:
        """Return the sessions of these users that have a device and aren't over at `now`."""
        sql = (
            f"SELECT {COLUMNS} FROM {{sessions}} WHERE deviceid <> ''"
            " AND (COALESCE(expiresat, 0) = 0 OR expiresat > ?) AND userid IN ({ids})"
        )
        return [_session(row) for row in self._db.select_in(sql, user_ids, (now,))]

    def expired_with_devices(self, since: int, now: int, limit: int) -> list[Session]:
        """Return sessions of devices that ended between two times (ms) and whose users weren't told."""
        sql = (
            f"SELECT {COLUMNS} FROM {{sessions}} WHERE expiresat > ? AND expiresat <= ? AND deviceid <> ''"
            " AND COALESCE(expirednotify, FALSE) = FALSE ORDER BY expiresat LIMIT ?"
        )
        return [_session(row) for row in self._db.fetch_all(sql, (since, now, limit))]

    def take_expired(self, session_id: str) -> bool:
        """Note that a session's user is told of its end; say whether this call did that."""
        sql = "UPDATE {sessions} SET expirednotify = ? WHERE id = ? AND COALESCE(expirednotify, FALSE) = FALSE"
        return bool(self._db.execute(sql, (True, session_id)))

    def insert(self, session: Session, *, unless_there: bool = False) -> None:
        """Insert a session; `unless_there` leaves an existing one of its id as it is."""
        row = (
            session.id,
            session.token,
            session.create_at,
            session.expires_at,
            session.last_activity_at,
            session.user_id,
            session.device_id,
            session.roles,
            session.is_oauth,
            session.expired_notify,
            json.encode_str(session.props),
        )
        self._db.insert_many("sessions", COLUMNS.split(", "), [row], ignore_duplicates=unless_there)

    def touch(self, session_id: str, last_activity_at: int, expires_at: int) -> None:
        """Record activity; `expires_at` 0 leaves the end as it is. Neither time ever goes back."""
        self._db.execute(self._touch, (last_activity_at, expires_at, expires_at, False, session_id))

    def update(self, session_id: str, columns: Mapping[str, Any]) -> None:
        """Set columns of a session."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._db.execute(f"UPDATE {{sessions}} SET {assignments} WHERE id = ?", (*columns.values(), session_id))

    def set_roles(self, user_id: str, roles: str) -> None:
        """Give all sessions of a user their new system roles."""
        self._db.execute("UPDATE {sessions} SET roles = ? WHERE userid = ?", (roles, user_id))

    def delete(self, session_id: str) -> None:
        """Delete a session."""
        self._db.execute(self._delete, (session_id,))

    def delete_many(self, session_ids: list[str]) -> None:
        """Delete sessions."""
        self._db.execute_many(self._delete, [(session_id,) for session_id in session_ids])

    def delete_all(self) -> None:
        """Delete every session of everybody."""
        self._db.execute("DELETE FROM {sessions}")

    def delete_expired(self, before: int) -> int:
        """Delete sessions that ended before `before` (ms); return how many there were."""
        return int(self._db.execute("DELETE FROM {sessions} WHERE expiresat > 0 AND expiresat < ?", (before,)))


def _session(row: tuple[Any, ...]) -> Session:
    props = json.decode(row[10]) if row[10] else {}
    return Session(
        id=row[0],
        token=row[1] or "",
        create_at=row[2] or 0,
        expires_at=row[3] or 0,
        last_activity_at=row[4] or 0,
        user_id=row[5] or "",
        device_id=row[6] or "",
        roles=row[7] or "",
        is_oauth=bool(row[8]),
        expired_notify=bool(row[9]),
        props={key: str(value) for key, value in props.items()} if isinstance(props, dict) else {},
    )
