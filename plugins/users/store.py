"""Queries on accounts by their keys, and every change of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hubbub.core.contracts.users import Credentials, User
from hubbub.plugins.users.records import FROM, SELECT, credentials_of, user_of

_WITH_PASSWORD: Final = SELECT + ", u.password" + FROM
_AT_ONCE: Final = 200
_PEOPLE: Final = " WHERE b.userid IS NULL AND (u.remoteid IS NULL OR u.remoteid = '')"


class UserStore:
    """Reads and writes accounts."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._by_id = db.prepare(f"{SELECT}{FROM} WHERE u.id = ?")
        self._by_username = db.prepare(f"{SELECT}{FROM} WHERE u.username = ?")
        self._by_email = db.prepare(f"{SELECT}{FROM} WHERE u.email = ?")
        self._by_auth = db.prepare(f"{SELECT}{FROM} WHERE u.authdata = ? AND u.authservice = ?")
        self._fail = db.prepare("UPDATE {users} SET failedattempts = COALESCE(failedattempts, 0) + 1 WHERE id = ?")
        self._attempts = db.prepare("SELECT failedattempts FROM {users} WHERE id = ?")
        self._login = db.prepare("UPDATE {users} SET lastlogin = ?, failedattempts = 0 WHERE id = ?")

    # -- reads

    def get(self, user_id: str) -> User | None:
        """Return the account, or None."""
        return self._one(self._by_id, user_id)

    def get_many(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Return the accounts that exist, by id."""
        rows = self._db.select_in(f"{SELECT}{FROM} WHERE u.id IN ({{ids}})", user_ids)
        return {row[0]: user_of(row) for row in rows}

    def get_by_username(self, username: str) -> User | None:
        """Return the account of a name (lower case), or None."""
        return self._one(self._by_username, username)

    def get_by_usernames(self, usernames: Iterable[str]) -> list[User]:
        """Return the accounts that exist among the names (lower case)."""
        rows = self._db.select_in(f"{SELECT}{FROM} WHERE u.username IN ({{ids}})", usernames)
        return [user_of(row) for row in rows]

    def get_by_email(self, email: str) -> User | None:
        """Return the account of an address (lower case), or None."""
        return self._one(self._by_email, email)

    def get_by_auth(self, service: str, data: str) -> User | None:
        """Return the account linked to an identity elsewhere, or None."""
        return self._one(self._by_auth, data, service)

    def get_by_auths(self, service: str, data: Iterable[str]) -> list[User]:
        """Return the accounts linked to identities elsewhere."""
        sql = f"{SELECT}{FROM} WHERE u.authservice = ? AND u.authdata IN ({{ids}})"
        return [user_of(row) for row in self._db.select_in(sql, data, (service,))]

    def page_by_service(self, service: str, after_id: str, limit: int) -> list[User]:
        """Return accounts of a service, by id."""
        sql = f"{SELECT}{FROM} WHERE u.authservice = ? AND u.id > ? ORDER BY u.id LIMIT ?"
        return [user_of(row) for row in self._db.fetch_all(sql, (service, after_id, limit))]

    def owners_of(self, column: str, values: Iterable[str]) -> dict[str, str]:
        """Return which accounts (ids) have these values in a unique column."""
        rows = self._db.select_in(f"SELECT {column}, id FROM {{users}} WHERE {column} IN ({{ids}})", values)
        return {row[0]: row[1] for row in rows}

    def _one(self, statement: Any, *params: Any) -> User | None:
        row = self._db.fetch_one(statement, params)
        return user_of(row) if row else None

    def credentials(self, columns: Sequence[str], value: str) -> Credentials | None:
        """Return the account of which one of `columns` is `value`; the first of the columns wins."""
        conditions = " OR ".join(f"u.{column} = ?" for column in columns)
        rows = self._db.fetch_all(f"{_WITH_PASSWORD} WHERE {conditions}", [value] * len(columns))
        found = [credentials_of(row) for row in rows]
        if len(found) > 1:  # one person's user name is another's address
            found.sort(key=lambda entry: getattr(entry.user, columns[0]) != value)
        return found[0] if found else None

    def has_people(self) -> bool:
        """Say whether there is an account that isn't a bot's."""
        return self._db.fetch_one(f"SELECT 1{FROM}{_PEOPLE} LIMIT 1") is not None

    def count(self, *, include_deleted: bool, include_bots: bool) -> int:
        """Return how many accounts there are."""
        conditions = [] if include_deleted else ["u.deleteat = 0"]
        if not include_bots:
            conditions.append("b.userid IS NULL")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return int(self._db.fetch_value(f"SELECT COUNT(*){FROM}{where}"))

    def count_admins(self) -> int:
        """Return how many active accounts are system admins."""
        like = self._db.dialect.like("system_admin")
        sql = "SELECT COUNT(*) FROM {users} WHERE deleteat = 0 AND roles LIKE ? ESCAPE '*'"
        return int(self._db.fetch_value(sql, (f"%{like}%",)))

    # -- changes

    def lock(self) -> None:
        """Let one transaction at a time decide who is (the first, the last) administrator."""
        # On SQLite a transaction is alone anyway; elsewhere this row is the lock.
        self._db.fetch_all("SELECT id FROM {roles} WHERE name = 'system_admin' {for_update}")

    def insert(self, columns: Mapping[str, Any]) -> None:
        """Insert an account. Raises `UniqueViolation`."""
        self._db.insert_many("users", tuple(columns), [tuple(columns.values())])

    def update(self, user_id: str, columns: Mapping[str, Any]) -> bool:
        """Set these columns only, so that two changes of different fields both stay; say whether it is there."""
        names = sorted(columns)
        assignments = ", ".join(f"{name} = ?" for name in names)
        values = [columns[name] for name in names]
        return bool(self._db.execute(f"UPDATE {{users}} SET {assignments} WHERE id = ?", (*values, user_id)))

    def update_many(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Set columns of many accounts, each to values of its own: one statement per 200 with the same columns."""
        alike: dict[tuple[str, ...], list[str]] = {}
        for user_id, columns in changes.items():
            alike.setdefault(tuple(sorted(columns)), []).append(user_id)
        for names, user_ids in alike.items():
            for start in range(0, len(user_ids), _AT_ONCE):
                self._update_alike(names, user_ids[start : start + _AT_ONCE], changes)

    def _update_alike(
        self, names: Sequence[str], user_ids: Sequence[str], changes: Mapping[str, Mapping[str, Any]]
    ) -> None:
        cases = " ".join(["WHEN ? THEN ?"] * len(user_ids))
        assignments = ", ".join(f"{name} = CASE id {cases} ELSE {name} END" for name in names)
        values = [value for name in names for user_id in user_ids for value in (user_id, changes[user_id][name])]
        marks = ", ".join("?" * len(user_ids))
        self._db.execute(f"UPDATE {{users}} SET {assignments} WHERE id IN ({marks})", (*values, *user_ids))

    def record_login(self, user_id: str, now: int) -> None:
        """Set the time of the last sign-in and clear failed attempts."""
        self._db.execute(self._login, (now, user_id))

    def record_failed_login(self, user_id: str) -> int:
        """Count a failed attempt; return how many there are now."""
        with self._db.transaction():
            self._db.execute(self._fail, (user_id,))
            return int(self._db.fetch_value(self._attempts, (user_id,)) or 0)

    def replace_password(self, user_id: str, old_hash: str, new_hash: str) -> None:
        """Store `new_hash` if the hash is still `old_hash`."""
        sql = "UPDATE {users} SET password = ? WHERE id = ? AND password = ?"
        self._db.execute(sql, (new_hash, user_id, old_hash))

    def sharing_channel(self, viewer_id: str, user_ids: Iterable[str]) -> set[str]:
        """Return which of the users are in a channel together with the viewer."""
        sql = """SELECT DISTINCT other.userid FROM {channelmembers} mine
            JOIN {channelmembers} other ON other.channelid = mine.channelid
            WHERE mine.userid = ? AND other.userid IN ({ids})"""
        return {row[0] for row in self._db.select_in(sql, user_ids, (viewer_id,))}
