"""Users: people and bots with an account."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.errors import BadRequest, NotFound

SYSTEM_BOTS: Final = ("system-bot", "hubbub-bot")
"""Names of the server's own account: the second one where a person has the first."""
RESERVED_USERNAMES: Final = frozenset({"all", "channel", "matterbot", "system"})
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9._-]+")
_LONGEST_NAME: Final = 64


def nearest_username(text: str) -> str:
    """Return the user name that comes nearest to a text: with hyphens for other signs; "" when nothing is left."""
    return _NOT_IN_NAMES.sub("-", text.strip().lower()).strip("-")[:_LONGEST_NAME]


class User(msgspec.Struct, kw_only=True):
    """An account as the API shows it. Shared between requests: never change it.

    Times in ms. `roles` are system roles separated by spaces. Secrets (password, MFA) are never in here.
    Fields that are UNSET are left out of JSON: what a viewer may not see, or what is empty.
    """

    id: str
    create_at: int | UnsetType = UNSET
    update_at: int | UnsetType = UNSET
    delete_at: int = 0
    username: str = ""
    auth_data: str | UnsetType = UNSET
    auth_service: str = ""
    email: str = ""
    email_verified: bool | UnsetType = UNSET
    nickname: str = ""
    first_name: str = ""
    last_name: str = ""
    position: str = ""
    roles: str = ""
    allow_marketing: bool | UnsetType = UNSET
    props: dict[str, str] | UnsetType = UNSET
    notify_props: dict[str, str] | UnsetType = UNSET
    last_password_update: int | UnsetType = UNSET
    last_picture_update: int | UnsetType = UNSET
    failed_attempts: int | UnsetType = UNSET
    locale: str = "en"
    timezone: dict[str, str] = msgspec.field(default_factory=dict)
    mfa_active: bool | UnsetType = UNSET
    remote_id: str | UnsetType = UNSET
    last_activity_at: int | UnsetType = UNSET
    is_bot: bool | UnsetType = UNSET
    bot_description: str | UnsetType = UNSET
    bot_last_icon_update: int | UnsetType = UNSET
    terms_of_service_id: str | UnsetType = UNSET
    terms_of_service_create_at: int | UnsetType = UNSET
    disable_welcome_email: bool = False
    last_login: int | UnsetType = UNSET

    def role_names(self) -> list[str]:
        """Return the names of the system roles."""
        return self.roles.split()

    @property
    def is_guest(self) -> bool:
        """Say whether the account is a guest's."""
        return "system_guest" in self.roles.split()


class NewUser(msgspec.Struct, kw_only=True):
    """What it takes to create an account. `password` is empty for accounts that sign in elsewhere."""

    username: str
    email: str
    password: str = ""
    auth_service: str = ""
    auth_data: str = ""
    nickname: str = ""
    first_name: str = ""
    last_name: str = ""
    position: str = ""
    locale: str = ""
    roles: str = ""
    email_verified: bool = False
    props: dict[str, str] = msgspec.field(default_factory=dict)
    notify_props: dict[str, str] = msgspec.field(default_factory=dict)
    timezone: dict[str, str] = msgspec.field(default_factory=dict)
    allow_marketing: bool = False
    disable_welcome_email: bool = False


class UserPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    username: str | None = None
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    position: str | None = None
    email: str | None = None
    password: str | None = None
    props: dict[str, str] | None = None
    notify_props: dict[str, str] | None = None
    locale: str | None = None
    timezone: dict[str, str] | None = None


class AccountChange(msgspec.Struct, kw_only=True):
    """What a directory says about an account now; None leaves a field as it is."""

    user_id: str
    username: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    nickname: str | None = None
    position: str | None = None
    roles: str | None = None
    auth_data: str | None = None
    active: bool | None = None


class Credentials(msgspec.Struct, kw_only=True):
    """What an auth provider compares a password with."""

    user: User
    password_hash: str
    failed_attempts: int
    last_password_update: int


class UserNotFound(NotFound):
    id = "app.user.missing_account.const"
    message = "There is no such user."


class UserExists(BadRequest):
    """The user name or e-mail address is taken; `id` says which (username_exists or email_exists)."""

    id = "app.user.save.username_exists.app_error"
    message = "An account with that user name exists already."


class UserService(Protocol):
    """Accounts. Reads are cached (by id); every change is broadcast as an event and clears caches everywhere."""

    def get(self, user_id: str) -> User:
        """Return the user, unsanitized (see `sanitize`). Raises `UserNotFound`. Cached."""

    def get_many(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Return the users that exist, by id. Cached; at most one query."""

    def get_by_username(self, username: str) -> User:
        """Return the user of a name (in any case). Raises `UserNotFound`. One query."""

    def get_by_usernames(self, usernames: Iterable[str]) -> list[User]:
        """Return the users that exist among these names. One query."""

    def get_by_email(self, email: str) -> User:
        """Return the user of an e-mail address (in any case). Raises `UserNotFound`. One query."""

    def get_by_auth(self, auth_service: str, auth_data: str) -> User | None:
        """Return the account linked to an identity elsewhere, or None. One query."""

    def get_by_auths(self, auth_service: str, auth_data: Iterable[str]) -> dict[str, User]:
        """Return the accounts linked to identities elsewhere, by auth_data. One query per 500."""

    def page_by_service(self, auth_service: str, *, after_id: str = "", limit: int = 1000) -> list[User]:
        """Return accounts that sign in with a service, deactivated ones too, by id. One query."""

    def credentials(self, login_id: str) -> Credentials | None:
        """Return the account of a user name or e-mail address as sign-in settings allow, or None. One query."""

    def credentials_of(self, user_id: str) -> Credentials:
        """Return the credentials of a user. Raises `UserNotFound`. One query."""

    def create(self, new: NewUser, *, password_hash: str = "") -> User:
        """Create an account; the very first one becomes system admin. Raises `UserExists`, `BadRequest`."""

    def get_or_create_bot(self, username: str, *, display_name: str = "", description: str = "") -> User:
        """Return the server's own bot of a name, made when it is first needed. One query when it is there.

        It can't sign in. Raises `UserExists` when the name is a person's.
        """

    def patch(self, user_id: str, patch: UserPatch) -> User:
        """Change profile fields (not the password). Raises `UserNotFound`, `UserExists`, `BadRequest`."""

    def set_password_hash(self, user_id: str, password_hash: str) -> None:
        """Store a new hash, set last_password_update, clear failed attempts."""

    def replace_password_hash(self, user_id: str, old_hash: str, new_hash: str) -> None:
        """Store the same password hashed by a stronger method, unless it was changed meanwhile. Nobody is told."""

    def set_roles(self, user_id: str, roles: str) -> User:
        """Set the system roles. Raises `UserNotFound`, `BadRequest` for an unknown role."""

    def set_active(self, user_id: str, active: bool) -> User:
        """Activate or deactivate (delete_at); tells `user_has_been_deactivated`."""

    def set_auth(self, user_id: str, auth_service: str, auth_data: str, *, confirms_email: bool = True) -> User:
        """Have an account sign in elsewhere: the password is cleared.

        The address counts as confirmed, unless not `confirms_email`: then it is as it was.

        Raises `UserNotFound`, `UserExists` when the identity is another account's.
        """

    def apply_changes(self, changes: Iterable[AccountChange]) -> list[User]:
        """Store what differs, in one transaction; return the accounts that changed, as they are now.

        User names and addresses that others have, fields that can't be an account's and the last administrator's
        role and activity are left as they are, and logged. Addresses count as confirmed.
        """

    def set_picture(self, user_id: str, data: bytes) -> None:
        """Give an account a picture, any image file. Raises `BadRequest` for what is no picture, `NoFileStore`."""

    def record_login(self, user_id: str) -> None:
        """Set last_login and clear failed attempts. One statement."""

    def record_failed_login(self, user_id: str) -> int:
        """Count a failed attempt, atomically; returns the new count."""

    def sanitize(self, user: User, *, viewer_id: str, full: bool = False) -> User:
        """Return the record as `viewer_id` may see it: oneself and `full` (admins) everything but secrets.

        Otherwise what PrivacySettings hide (e-mail, full name), and props/notify_props and the like, is gone.
        """

    def count(self, *, include_deleted: bool = False, include_bots: bool = False) -> int:
        """Return how many accounts there are. One query."""

    def can_see(self, viewer_id: str, other_ids: Iterable[str]) -> set[str]:
        """Return which of the users the viewer may see (all, but for guests)."""


StringMap = Mapping[str, str]


def system_bot(users: UserService) -> User:
    """Return the account that speaks for the server, made when it is first needed. Raises `UserExists`."""
    description = "Tells you what the server has to say to you."
    for username in SYSTEM_BOTS:
        try:
            return users.get_or_create_bot(username, display_name="System", description=description)
        except UserExists:
            continue
    raise UserExists("The accounts {names} belong to people: no bot can speak.", names=", ".join(SYSTEM_BOTS))
