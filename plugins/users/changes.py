"""What a directory changes about accounts, many at once."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import AccountChange, User
from hubbub.plugins.users import events
from hubbub.plugins.users.store import UserStore
from hubbub.plugins.users.validation import check_fields

_FIELDS: Final = {
    "username": "username",
    "email": "email",
    "first_name": "firstname",
    "last_name": "lastname",
    "nickname": "nickname",
    "position": "position",
    "roles": "roles",
    "auth_data": "authdata",
}
_ADMIN: Final = "system_admin"


class Changes:
    """Applies `AccountChange`s: one transaction and a few statements, whatever differs."""

    def __init__(self, context: PluginContext, store: UserStore, forget: Callable[[str], None]) -> None:
        self._context = context
        self._store = store
        self._forget = forget

    def apply(self, changes: Iterable[AccountChange]) -> list[User]:
        """Store what differs and tell everybody; return the changed accounts."""
        wanted = {change.user_id: change for change in changes}
        db = self._context.db
        with db.transaction():
            old = self._store.get_many(wanted)
            # In the order of the changes: the last of several administrators to lose that stays one.
            columns = {one: self._differing(old[one], change) for one, change in wanted.items() if one in old}
            columns = {user_id: fields for user_id, fields in columns.items() if fields}
            self._leave_taken(columns)
            self._keep_an_admin(columns, old)
            columns = {user_id: fields for user_id, fields in columns.items() if fields}
            now = now_ms()
            self._store.update_many(
                {
                    user_id: fields | {"updateat": max(now, (old[user_id].update_at or 0) + 1)}
                    for user_id, fields in columns.items()
                }
            )
            for user_id in columns:
                self._forget(user_id)
            new = self._store.get_many(columns)
            self._publish(new, old)
        self._tell(new, old)
        return list(new.values())

    def _differing(self, user: User, change: AccountChange) -> dict[str, Any]:
        """Return the columns that the change sets to something else than what is there."""
        fields: dict[str, Any] = {}
        for name, column in _FIELDS.items():
            value = getattr(change, name)
            if value is not None and name in ("username", "email"):
                value = value.strip().lower()
            if value is None or value == (getattr(user, name) or ""):
                continue
            try:
                check_fields({name: value})
            except BadRequest as error:
                self._context.log.warning("%s keeps the %s it has: %s", user.username, name, error.text)
                continue
            fields[column] = value
        if "email" in fields:
            fields["emailverified"] = True
        if change.active is not None and change.active != (user.delete_at == 0):
            fields["deleteat"] = 0 if change.active else now_ms()
        return fields

    def _leave_taken(self, columns: Mapping[str, dict[str, Any]]) -> None:
        """Take out user names, addresses and identities that are somebody else's, or wanted twice."""
        for column in ("username", "email", "authdata"):
            wanting: dict[str, str] = {}
            for user_id, fields in columns.items():
                value = fields.get(column)
                if value is not None and wanting.setdefault(value, user_id) != user_id:
                    self._drop(user_id, fields, column)
            for value, owner in self._store.owners_of(column, wanting).items():
                if owner != wanting[value]:
                    self._drop(wanting[value], columns[wanting[value]], column)

    def _drop(self, user_id: str, fields: dict[str, Any], column: str) -> None:
        value = fields.pop(column)
        if column == "email":
            fields.pop("emailverified", None)
        self._context.log.warning("user %s keeps the %s it has: %s is another account's", user_id, column, value)

    def _keep_an_admin(self, columns: Mapping[str, dict[str, Any]], old: Mapping[str, User]) -> None:
        """Take out what would leave the server without an administrator."""
        losing = [user_id for user_id, fields in columns.items() if _loses_admin(old[user_id], fields)]
        if not losing:
            return
        self._store.lock()
        left = self._store.count_admins()
        for user_id in losing:
            if left > 1:
                left -= 1
                continue
            fields = columns[user_id]
            fields.pop("roles", None)
            if fields.get("deleteat"):
                del fields["deleteat"]
            self._context.log.warning("%s stays: the last system admin", old[user_id].username)

    def _publish(self, new: Mapping[str, User], old: Mapping[str, User]) -> None:
        for user in new.values():
            if user.roles != old[user.id].roles:
                self._context.publish(events.role_updated(user))
            for event in events.user_updated(user, self._context.config):
                self._context.publish(event)
        if any(user.delete_at != old[user.id].delete_at for user in new.values()):
            self._context.publish(events.activation_changed())

    def _tell(self, new: Mapping[str, User], old: Mapping[str, User]) -> None:
        for user in new.values():
            self._context.hooks.tell("user_has_been_updated", new_user=user, old_user=old[user.id])
            if user.delete_at and not old[user.id].delete_at:
                self._context.hooks.tell("user_has_been_deactivated", user=user)


def _loses_admin(user: User, fields: Mapping[str, Any]) -> bool:
    if _ADMIN not in user.roles.split() or user.delete_at:
        return False
    return bool(fields.get("deleteat")) or _ADMIN not in fields.get("roles", user.roles).split()
