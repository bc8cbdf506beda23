"""The rules of accounts: `UserService`."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import structs

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError, BadRequest
from hubbub.core.contracts.permissions import RoleService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import AccountChange, Credentials, NewUser, User, UserNotFound, UserPatch
from hubbub.core.ids import new_id
from hubbub.plugins.users import defaults, events
from hubbub.plugins.users.bots import Bots
from hubbub.plugins.users.changes import Changes
from hubbub.plugins.users.duplicates import named_duplicates
from hubbub.plugins.users.sanitize import sanitize
from hubbub.plugins.users.store import UserStore
from hubbub.plugins.users.validation import InvalidUser, check_fields, is_valid_locale

COLUMN_OF: Final = {
    "username": "username",
    "nickname": "nickname",
    "first_name": "firstname",
    "last_name": "lastname",
    "position": "position",
    "email": "email",
    "locale": "locale",
    "props": "props",
    "notify_props": "notifyprops",
    "timezone": "timezone",
}
_JSON: Final = frozenset({"props", "notify_props", "timezone"})


class RoleUnknown(BadRequest):
    """Somebody was to get a role that doesn't exist."""

    id = "app.role.check_roles_exist.role_not_found"
    message = "There is no role called {name}."


class LastAdmin(BadRequest):
    """Without this account nobody could administer the server."""

    id = "app.user.update.lastAdmin.app_error"
    message = "This is the last system admin; make somebody else one first."


class Users:
    """`UserService`, cached by id."""

    def __init__(self, context: PluginContext, store: UserStore) -> None:
        self._context = context
        self._db = context.db
        self._store = store
        self._bots = Bots(context.db, store)
        self._roles = context.service(RoleService)
        self._cache = context.cache("users", max_items=50_000, ttl_s=1_800)
        self._has_people = False
        self._changes = Changes(context, store, self._cache.invalidate)

    # -- reads

    def get(self, user_id: str) -> User:
        """Return the user, unsanitized. Raises `UserNotFound`."""
        user: User | None = self._cache.get_or_load(user_id, lambda *_: self._store.get(user_id))
        if user is None:
            raise UserNotFound
        return user

    def get_many(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Return the users that exist, by id."""
        return self._cache.get_many(user_ids, self._store.get_many)

    def get_by_username(self, username: str) -> User:
        """Return the user of a name. Raises `UserNotFound`."""
        return _found(self._store.get_by_username(username.lower()), "app.user.get_by_username.app_error")

    def get_by_usernames(self, usernames: Iterable[str]) -> list[User]:
        """Return the users that exist among these names."""
        return self._store.get_by_usernames(name.lower() for name in usernames)

    def get_by_email(self, email: str) -> User:
        """Return the user of an e-mail address. Raises `UserNotFound`."""
        return _found(self._store.get_by_email(email.lower()), UserNotFound.id)

    def get_by_auth(self, auth_service: str, auth_data: str) -> User | None:
        """Return the account linked to an identity elsewhere, or None."""
        user = self._store.get_by_auth(auth_service, auth_data)
        # SECURITY: MySQL finds identities in any case, but `anna` and `Anna` are two people elsewhere.
        return user if user is not None and user.auth_data == auth_data else None

    def get_by_auths(self, auth_service: str, auth_data: Iterable[str]) -> dict[str, User]:
        """Return the accounts linked to identities elsewhere, by auth_data."""
        return {str(user.auth_data): user for user in self._store.get_by_auths(auth_service, auth_data)}

    def page_by_service(self, auth_service: str, *, after_id: str = "", limit: int = 1000) -> list[User]:
        """Return accounts that sign in with a service, deactivated ones too, by id."""
        return self._store.page_by_service(auth_service, after_id, limit)

    def credentials(self, login_id: str) -> Credentials | None:
        """Return the account of a user name or e-mail address as sign-in settings allow, or None."""
        settings = self._context.config.EmailSettings
        columns = ["username"] if settings.EnableSignInWithUsername else []
        if settings.EnableSignInWithEmail:
            columns.append("email")
        login_id = login_id.strip().lower()
        return self._store.credentials(columns, login_id) if columns and login_id else None

    def credentials_of(self, user_id: str) -> Credentials:
        """Return the credentials of a user. Raises `UserNotFound`."""
        found = self._store.credentials(["id"], user_id)
        if found is None:
            raise UserNotFound
        return found

    def is_first(self) -> bool:
        """Say whether nobody but bots has an account yet."""
        self._has_people = self._has_people or self._store.has_people()
        return not self._has_people

    def count(self, *, include_deleted: bool = False, include_bots: bool = False) -> int:
        """Return how many accounts there are."""
        return self._store.count(include_deleted=include_deleted, include_bots=include_bots)

    def can_see(self, viewer_id: str, other_ids: Iterable[str]) -> set[str]:
        """Return which of the users the viewer may see (all, but for guests)."""
        wanted = set(other_ids)
        if not self.get(viewer_id).is_guest:
            return wanted
        return self.sharing_channel(viewer_id, wanted)

    def sharing_channel(self, viewer_id: str, user_ids: set[str]) -> set[str]:
        """Return which of the users are in a channel of the viewer's, the viewer included."""
        return self._store.sharing_channel(viewer_id, user_ids) | (user_ids & {viewer_id})

    def sanitize(self, user: User, *, viewer_id: str, full: bool = False) -> User:
        """Return the record as `viewer_id` may see it."""
        return sanitize(user, self._context.config, viewer_id=viewer_id, full=full)

    # -- changes

    def create(
        self, new: NewUser, *, password_hash: str = "", unless_first: AppError | None = None, invite_id: str = ""
    ) -> User:
        """Create an account; the very first one becomes system admin. Raises `UserExists`, `BadRequest`.

        `unless_first` is raised when it isn't the first one: how a closed server lets in exactly one.
        """
        columns = self.row_of(new, password_hash)
        maybe_first = self.is_first()
        if unless_first is not None and not maybe_first:
            raise unless_first
        with self._db.transaction():
            if maybe_first:
                self._store.lock()
                if not self._store.has_people():
                    columns["roles"] = _with_admin(columns["roles"])
                    columns["emailverified"] = True
                elif unless_first is not None:
                    raise unless_first
            with named_duplicates():
                self._store.insert(columns)
            user = _found(self._store.get(columns["id"]), UserNotFound.id)
            self._context.publish(events.new_user(user))
        self._has_people = True
        self._context.hooks.tell("user_has_been_created", user=user, invite_id=invite_id)
        return user

    def get_or_create_bot(self, username: str, *, display_name: str = "", description: str = "") -> User:
        """See `UserService.get_or_create_bot`."""
        bot = self._bots.find(username)
        if bot is None:
            new = NewUser(username=username, email=f"{username}@localhost", first_name=display_name)
            bot = self._bots.make(self.row_of(new, ""), description)
            if bot is None:
                return _found(self._bots.find(username), UserNotFound.id)
            self._context.publish(events.new_user(bot))
        return bot

    def create_bot(self, new: NewUser, description: str, owner_id: str) -> User:
        """Create an account for a program of somebody's. Raises `UserExists`, `BadRequest`."""
        with named_duplicates():
            bot = _found(self._bots.insert(self.row_of(new, ""), description, owner_id), UserNotFound.id)
        self._context.publish(events.new_user(bot))
        self._context.hooks.tell("user_has_been_created", user=bot, invite_id="")
        return bot

    def check_new(self, new: NewUser) -> None:
        """Raise `BadRequest` for a field that is wrong, before anything expensive is done for it."""
        self.row_of(new, "")

    def row_of(self, new: NewUser, password_hash: str) -> dict[str, Any]:
        """Check what a new account is made of and return its row."""
        now = now_ms()
        fields = structs.asdict(new) | {
            "username": new.username.strip().lower(),
            "email": new.email.strip().lower(),
            "locale": new.locale if new.locale and is_valid_locale(new.locale) else self._default_locale(),
            "roles": new.roles or defaults.USER_ROLE,
            "notify_props": {**defaults.NOTIFY_PROPS, **new.notify_props},
            "timezone": {**defaults.TIMEZONE, **new.timezone},
        }
        check_fields(fields)
        self._check_roles(fields["roles"])
        if new.auth_data and not new.auth_service:
            raise InvalidUser("auth_data", "Authentication data needs an authentication service.", suffix="_type")
        if new.auth_data and password_hash:
            raise InvalidUser("auth_data", "An account has a password or signs in elsewhere, not both.", suffix="_pwd")
        return {column: _stored(name, fields[name]) for name, column in COLUMN_OF.items()} | {
            "id": new_id(),
            "createat": now,
            "updateat": now,
            "deleteat": 0,
            "password": password_hash,
            "authdata": new.auth_data or None,
            "authservice": new.auth_service,
            "emailverified": new.email_verified,
            "roles": fields["roles"],
            "allowmarketing": new.allow_marketing,
            "lastpasswordupdate": now,
            "lastpictureupdate": 0,
            "failedattempts": 0,
            "mfaactive": False,
            "mfasecret": "",
            "lastlogin": 0,
        }

    def _default_locale(self) -> str:
        return str(self._context.config.LocalizationSettings.DefaultClientLocale)

    def patch(self, user_id: str, patch: UserPatch) -> User:
        """Change profile fields (not the password). Raises `UserNotFound`, `UserExists`, `BadRequest`."""
        given = {name: getattr(patch, name) for name in COLUMN_OF if getattr(patch, name) is not None}
        for name in ("username", "email"):
            if name in given:
                given[name] = given[name].strip().lower()
        with self._db.transaction():
            old = _found(self._store.get(user_id), UserNotFound.id)
            changed = {
                name: value for name, value in given.items() if value != (getattr(old, name) or _EMPTY.get(name, ""))
            }
            if not changed:
                return old
            check_fields(changed)
            if "username" in changed and "notify_props" not in changed and old.notify_props:
                keys = defaults.mention_keys_after_rename(old.notify_props.get("mention_keys", ""), old.username)
                if keys != old.notify_props.get("mention_keys", ""):
                    changed["notify_props"] = {**old.notify_props, "mention_keys": keys}
            columns = {COLUMN_OF[name]: _stored(name, value) for name, value in changed.items()}
            if "email" in changed:
                columns["emailverified"] = False
            user = self._update(old, columns)
            self._publish_updated(user)
        self._tell_updated(user, old)
        return user

    def set_password_hash(self, user_id: str, password_hash: str) -> None:
        """Store a new hash, set last_password_update, clear failed attempts."""
        columns = {
            "password": password_hash,
            "lastpasswordupdate": now_ms(),
            "failedattempts": 0,
            "authdata": None,
            "authservice": "",
        }
        self.set_columns(user_id, columns)

    def set_auth(self, user_id: str, auth_service: str, auth_data: str) -> User:
        """Have an account sign in elsewhere. Raises `UserNotFound`, `UserExists`."""
        check_fields({"auth_data": auth_data})
        moved = {"password": "", "authservice": auth_service, "authdata": auth_data}
        return self.set_columns(user_id, {**moved, "emailverified": True, "failedattempts": 0})

    def apply_changes(self, changes: Iterable[AccountChange]) -> list[User]:
        """Store what differs, in one transaction; return the accounts that changed."""
        return self._changes.apply(changes)

    def set_picture(self, user_id: str, data: bytes) -> None:
        """Give an account a picture, any image file. Raises `PictureRefused`, `NoFileStore`."""
        self._pictures(user_id, data)

    def keep_pictures_by(self, keep: Callable[[str, bytes], None]) -> None:
        """Say what keeps pictures."""
        self._pictures = keep

    def replace_password_hash(self, user_id: str, old_hash: str, new_hash: str) -> None:
        """Store the same password hashed anew, unless it was changed meanwhile. Nobody is told."""
        self._store.replace_password(user_id, old_hash, new_hash)

    def set_roles(self, user_id: str, roles: str) -> User:
        """Set the system roles. Raises `UserNotFound`, `BadRequest` for an unknown role."""
        roles = " ".join(dict.fromkeys(roles.split()))
        check_fields({"roles": roles})
        self._check_roles(roles)
        with self._db.transaction():
            self._store.lock()
            old = _found(self._store.get(user_id), UserNotFound.id)
            if _is_admin(old.roles) and not _is_admin(roles) and not old.delete_at and self._store.count_admins() < 2:
                raise LastAdmin
            user = self._update(old, {"roles": roles})
            self._context.publish(events.role_updated(user))
            self._publish_updated(user)
        self._tell_updated(user, old)
        return user

    def _check_roles(self, roles: str) -> None:
        names = roles.split()
        known = {role.name for role in self._roles.get_by_names(names)}
        for name in names:
            if name not in known:
                raise RoleUnknown(name=name)

    def set_active(self, user_id: str, active: bool) -> User:
        """Activate or deactivate (delete_at); tells `user_has_been_deactivated`."""
        old = _found(self._store.get(user_id), UserNotFound.id)
        if (old.delete_at == 0) == active:
            return old
        user = self.set_columns(user_id, {"deleteat": 0 if active else now_ms()})
        self._context.publish(events.activation_changed())
        if not active:
            self._context.hooks.tell("user_has_been_deactivated", user=user)
        return user

    def set_email_verified(self, user_id: str) -> User:
        """Take the account's address as confirmed. Raises `UserNotFound`."""
        user = _found(self._store.get(user_id), UserNotFound.id)
        return user if user.email_verified is True else self.set_columns(user_id, {"emailverified": True})

    def set_picture_time(self, user_id: str, time: int) -> User:
        """Note when the account's picture was chosen (ms), 0 for the generated one, and tell everybody."""
        return self.set_columns(user_id, {"lastpictureupdate": time})

    def record_login(self, user_id: str) -> None:
        """Set last_login and clear failed attempts."""
        self._store.record_login(user_id, now_ms())
        self._cache.invalidate(user_id)

    def record_failed_login(self, user_id: str) -> int:
        """Count a failed attempt, atomically; returns the new count."""
        count = self._store.record_failed_login(user_id)
        self._cache.invalidate(user_id)
        return count

    def reset_failed_attempts(self, user_id: str) -> None:
        """Let somebody sign in again who gave a wrong password too often. Raises `UserNotFound`."""
        if not self._store.update(user_id, {"failedattempts": 0}):
            raise UserNotFound
        self._cache.invalidate(user_id)

    def set_columns(self, user_id: str, columns: dict[str, Any], also: Callable[[], object] = lambda: None) -> User:
        """Set columns, tell everybody, and return the new record."""
        with self._db.transaction():
            old = _found(self._store.get(user_id), UserNotFound.id)
            also()
            user = self._update(old, columns)
            self._publish_updated(user)
        self._tell_updated(user, old)
        return user

    def change(self, user_id: str, *, also: Callable[[], object] = lambda: None) -> User:
        """Tell everybody that an account has changed; `also` changes what belongs to it, in the same transaction."""
        return self.set_columns(user_id, {}, also)

    def _update(self, old: User, columns: dict[str, Any]) -> User:
        with named_duplicates():
            self._store.update(old.id, columns | {"updateat": max(now_ms(), (old.update_at or 0) + 1)})
        self._cache.invalidate(old.id)
        return _found(self._store.get(old.id), UserNotFound.id)

    def _publish_updated(self, user: User) -> None:
        for event in events.user_updated(user, self._context.config):
            self._context.publish(event)

    def _tell_updated(self, user: User, old: User) -> None:
        self._context.hooks.tell("user_has_been_updated", new_user=user, old_user=old)


_EMPTY: Final[dict[str, Any]] = {"props": {}, "notify_props": {}, "timezone": {}}


def _stored(name: str, value: Any) -> Any:
    return json.encode_str(value) if name in _JSON else value


def _found(user: User | None, error_id: str) -> User:
    if user is None:
        raise UserNotFound(id=error_id)
    return user


def _is_admin(roles: str) -> bool:
    return "system_admin" in roles.split()


def _with_admin(roles: str) -> str:
    return " ".join(dict.fromkeys([*defaults.ADMIN_ROLES.split(), *roles.split()]))
