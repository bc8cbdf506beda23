"""Accounts that begin to sign in with the directory, or get another id there; for administrators."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import AppError, BadRequest, InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import AccountChange, User, UserService
from hubbub.plugins.auth_ldap import filters
from hubbub.plugins.auth_ldap.entries import LDAP, subject_of
from hubbub.plugins.auth_ldap.errors import DirectoryError, MigrationFailed
from hubbub.plugins.auth_ldap.service import Ldap

PAGE: Final = 500
SOURCES: Final = {"email": "", "gitlab": "gitlab", "google": "google", "office365": "office365", "saml": "saml"}
"""What `from` may be, and what users.authservice holds for it."""
FIELDS: Final = {"email": "EmailAttribute", "username": "UsernameAttribute"}
"""What `match_field` may be, and the key with the attribute that it is compared with."""


class Migration(msgspec.Struct, kw_only=True, frozen=True):
    """POST /users/migrate_auth/ldap. With `force` accounts that nobody in the directory matches are left out."""

    from_: str = msgspec.field(name="from", default="")
    match_field: str = ""
    force: bool = False


class NotEverybody(BadRequest):
    id = "api.migrate_to_saml.error"
    message = "{count} accounts match nobody ({names}, …): nothing was changed. With force they are left out."


class Accounts:
    """Changes many accounts at once."""

    def __init__(self, context: PluginContext, ldap: Ldap, users: UserService) -> None:
        self._context = context
        self._ldap = ldap
        self._users = users
        self._sessions = context.service(SessionService)

    def migrate(self, wanted: Migration, *, session_id: str = "") -> int:
        """Have accounts of another service sign in with the directory; return how many do now.

        Their sessions end, but for the caller's. Raises `InvalidBodyParam`, `NotEverybody`, `MigrationFailed`.
        """
        if wanted.from_ not in SOURCES:
            raise InvalidBodyParam("from")
        if wanted.match_field not in FIELDS:
            raise InvalidBodyParam("match_field")
        subjects = self._subjects(getattr(self._ldap.settings, FIELDS[wanted.match_field]))
        pairs: list[tuple[User, str]] = []
        lost: list[str] = []
        for user in self._accounts(SOURCES[wanted.from_]):
            subject = subjects.get(getattr(user, wanted.match_field).lower())
            if subject:
                pairs.append((user, subject))
            else:
                lost.append(user.username)
        if lost and not wanted.force:
            raise NotEverybody(count=len(lost), names=", ".join(lost[:5]))
        return sum(self._move(user, subject, session_id) for user, subject in pairs)

    def _subjects(self, attribute: str) -> dict[str, str]:
        """Return value of an attribute → id, of everybody in the directory; a value that two have counts for none."""
        found: dict[str, str] = {}
        try:
            for page in self._ldap.people().pages():
                for person in page:
                    identity = person.identity
                    for value in identity.attributes.get(attribute.lower(), ())[:1]:
                        key = value.strip().lower()
                        found[key] = "" if key in found else identity.subject
        except DirectoryError as error:
            raise MigrationFailed(why=error.text) from None
        return found

    def _accounts(self, service: str) -> Iterator[User]:
        """Yield the active people who sign in with a service."""
        after = ""
        while page := self._users.page_by_service(service, after_id=after, limit=PAGE):
            after = page[-1].id
            yield from (user for user in page if user.is_bot is not True and not user.delete_at)

    def _move(self, user: User, subject: str, session_id: str) -> bool:
        try:
            self._users.set_auth(user.id, LDAP, subject)
        except AppError as error:
            self._context.log.warning("%s doesn't sign in with LDAP: %s", user.username, error.text)
            return False
        self._sessions.revoke_all_of_user(user.id, except_session_id=session_id)
        return True

    def migrate_id(self, attribute: str) -> int:
        """Have accounts known by another attribute of the directory; return how many are.

        LdapSettings.IdAttribute is to be set to it afterwards. Nothing is changed unless everybody's value is known.
        Raises `MigrationFailed`.
        """
        ids = self._new_ids(attribute)
        changes = [
            AccountChange(user_id=user.id, auth_data=ids[str(user.auth_data)])
            for user in self._accounts(LDAP)
            if str(user.auth_data) in ids
        ]
        if len({change.auth_data for change in changes}) < len(changes):
            raise MigrationFailed(why=f"Several people have the same {attribute}: it can't be an id.")
        return sum(
            len(self._users.apply_changes(changes[start : start + PAGE])) for start in range(0, len(changes), PAGE)
        )

    def _new_ids(self, attribute: str) -> dict[str, str]:
        """Return old id → new id of everybody in the directory."""
        ldap: Any = self._ldap.settings
        ids: dict[str, str] = {}
        try:
            directory = self._ldap.directory()
            for page in directory.pages(filters.both(ldap.UserFilter), [ldap.IdAttribute, attribute]):
                for entry in page:
                    old, new = entry.first(ldap.IdAttribute), entry.first(attribute)
                    if old and not new:
                        raise MigrationFailed(why=f"{entry.dn} has no {attribute}: nothing was changed.")
                    if old:
                        ids[subject_of(old, ldap.IdAttribute)] = subject_of(new, attribute)
        except DirectoryError as error:
            raise MigrationFailed(why=error.text) from None
        if not ids:
            raise MigrationFailed(why="Nobody is found in the directory: nothing was changed.")
        return ids
