"""Accounts in the bulk format."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, refused
from hubbub.core.contracts.bulk_lines import NotifyProps, UserLine
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.users import NewUser, User
from hubbub.core.db import Database
from hubbub.plugins.users import defaults
from hubbub.plugins.users.bulk_pictures import BulkPictures
from hubbub.plugins.users.service import Users
from hubbub.plugins.users.store import UserStore
from hubbub.plugins.users.validation import check_fields

BATCH: Final = 200
CUSTOM_STATUS: Final = "customStatus"
_PROPS: Final = {
    "desktop": "desktop", "desktop_sound": "desktop_sound", "email": "email", "mobile": "push",
    "mobile_push_status": "push_status", "channel": "channel", "comments": "comments", "mention_keys": "mention_keys",
}  # fmt: skip
_TEXTS: Final = ("nickname", "first_name", "last_name", "position", "roles", "locale")
_USUAL: Final = {"roles": defaults.USER_ROLE, "locale": "en"}
_COLUMNS: Final = {name: name.replace("_", "") for name in _TEXTS}


class UserLines:
    """Owns lines of type user: people; bots have lines of their own."""

    line = "user"
    rank = 0
    order = 50
    record = UserLine
    batch = BATCH

    def __init__(
        self, db: Database, users: Users, store: UserStore, passwords: PasswordService, pictures: BulkPictures
    ) -> None:
        self._db, self._users, self._store = db, users, store
        self._passwords, self._pictures = passwords, pictures

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse fields that an account can't have, and names and addresses that are somebody else's."""
        for entry in entries:
            data: UserLine = entry.data
            if data.auth_data and data.password:
                raise refused(
                    entry,
                    "{name} has a password and auth_data: an account has one of them.",
                    name=data.username,
                )
            if data.auth_data and not data.auth_service:
                raise refused(entry, "{name} has auth_data, but no auth_service.", name=data.username)
            if data.username != data.username.strip().lower():
                raise refused(entry, "user names are in lower case: {name}.", name=data.username)
            try:
                # Roles may be in the file too: those are looked at when they are stored.
                self._users.check_new(replace(_new(data), roles=""))
            except BadRequest as error:
                raise refused(entry, "the user {name}: {why}", name=data.username, why=error.text) from None
        self._refuse_taken(entries, "email", [entry.data.email.strip().lower() for entry in entries])
        self._refuse_taken(entries, "authdata", [entry.data.auth_data or "" for entry in entries])

    def _refuse_taken(self, entries: Sequence[Entry], column: str, values: list[str]) -> None:
        """Refuse addresses and identities that another account here has. An account is known by its name."""
        owners = self._store.owners_of(column, {value for value in values if value})
        named = self._store.get_many(owners.values())
        by_value = {value: named[user_id].username for value, user_id in owners.items() if user_id in named}
        for entry, value in zip(entries, values, strict=True):
            other = by_value.get(value)
            if other is not None and other != entry.data.username:
                raise BadRequest(
                    "{name} can't have the {what} {value}: the account {other} has it here. Correct the line, or rename"
                    " or change that account.",
                    line=entry.number, name=entry.data.username, value=value, other=other,
                    what="e-mail address" if column == "email" else "auth_data",
                )  # fmt: skip

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Make accounts, or change them. New ones without a password can't sign in until they have set one."""
        self.check(entries)
        known = {user.username: user for user in self._store.get_by_usernames(entry.data.username for entry in entries)}
        rows = []
        for entry in entries:
            data: UserLine = entry.data
            hashed = self._passwords.hash(data.password) if data.password else ""
            old = known.get(data.username)
            if old is None:
                rows.append(self._row(data, hashed))
                entry.id, entry.is_new = rows[-1]["id"], True
            else:
                entry.id = old.id
                self._users.check_new(_new(data))
                self._store.update(old.id, _changes(data, old, hashed))
        if rows:
            self._db.insert_many("users", tuple(rows[0]), [tuple(row.values()) for row in rows])
        self._pictures.take(entries, run)

    def _row(self, data: UserLine, hashed: str) -> dict[str, Any]:
        row = self._users.row_of(_new(data), hashed)
        row["deleteat"] = data.delete_at or 0
        return row

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield people by user name."""
        sql = "SELECT u.username, u.id FROM {users} u LEFT JOIN {bots} b ON b.userid = u.id WHERE b.userid IS NULL"
        found = sorted((row[0], row[1]) for row in self._db.fetch_all(sql))
        for start in range(0, len(found), BATCH):
            users = self._store.get_many(user_id for _, user_id in found[start : start + BATCH])
            entries = [Entry(id=user_id, data=_line(users[user_id])) for _, user_id in found[start : start + BATCH]]
            self._pictures.give(entries, users, run)
            yield entries


def _new(data: UserLine) -> NewUser:
    props = {CUSTOM_STATUS: json.encode_str(data.custom_status)} if data.custom_status else {}
    return NewUser(
        username=data.username,
        email=data.email,
        auth_service=data.auth_service or "",
        auth_data=data.auth_data or "",
        email_verified=True,
        props=props,
        notify_props=_notify_props(data),
        **_texts({name: getattr(data, name) for name in _TEXTS}),
    )


def _notify_props(data: UserLine) -> dict[str, str]:
    if data.notify_props is None:
        return {}
    given = {stored: getattr(data.notify_props, name) for name, stored in _PROPS.items()}
    return {name: value for name, value in given.items() if value is not None}


def _changes(data: UserLine, old: User, hashed: str) -> Mapping[str, Any]:
    """Return the columns that a line says something of."""
    given = {name: value for name in _TEXTS if (value := getattr(data, name)) is not None and value != ""}
    check_fields(given)
    columns: dict[str, Any] = {_COLUMNS[name]: value for name, value in given.items()}
    columns |= {"email": data.email.strip().lower(), "emailverified": True, "updateat": now_ms()}
    if data.delete_at is not None:
        columns["deleteat"] = data.delete_at
    if data.auth_data:
        columns |= {"authservice": data.auth_service, "authdata": data.auth_data, "password": ""}
    elif hashed:
        columns |= {"authservice": "", "authdata": None, "password": hashed, "lastpasswordupdate": now_ms()}
    if props := _notify_props(data):
        columns["notifyprops"] = json.encode_str({**(old.notify_props or {}), **props})
    if data.custom_status:
        columns["props"] = json.encode_str({**(old.props or {}), CUSTOM_STATUS: json.encode_str(data.custom_status)})
    return columns


def _line(user: User) -> UserLine:
    props = {**defaults.NOTIFY_PROPS, **(user.notify_props or {})}
    notify = {name: props.get(stored) for name, stored in _PROPS.items()}
    status = (user.props or {}).get(CUSTOM_STATUS)
    decoded = json.decode(status) if status else None
    return UserLine(
        username=user.username,
        email=user.email,
        auth_service=user.auth_service or None,
        auth_data=user.auth_data or None,
        delete_at=user.delete_at or None,
        notify_props=NotifyProps(**{name: value for name, value in notify.items() if value is not None}),
        custom_status=decoded if isinstance(decoded, dict) and decoded else None,
        **_texts({name: getattr(user, name) or _USUAL.get(name) for name in _TEXTS}),
    )


def _texts(given: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: value or "" for name, value in given.items()}
