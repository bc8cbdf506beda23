"""Accounts that sign in by SAML and follow the directory all the same (SamlSettings.EnableSyncWithLdap).

A person of the directory and an account are matched by the mail address, or by the id of the directory where
SamlSettings.EnableSyncWithLdapIncludeAuth binds accounts to it.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from hubbub.core.contracts.auth import ExternalIdentity, ExternalSignIn
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import AccountChange, User, UserService
from hubbub.plugins.auth_ldap.errors import DirectoryError
from hubbub.plugins.auth_ldap.service import Ldap, has_followers

SAML: Final = "saml"
PAGE: Final = 1_000
_PROFILE: Final = ("username", "email", "first_name", "last_name", "nickname", "position")


class SamlAccounts:
    """What the directory says of accounts that sign in by SAML."""

    def __init__(self, context: PluginContext, ldap: Ldap, users: UserService, accounts: ExternalSignIn) -> None:
        self._context = context
        self._ldap = ldap
        self._users = users
        self._accounts = accounts

    def wanted(self) -> bool:
        """Say whether such accounts follow the directory."""
        return has_followers(self._context.config)

    def run(self) -> "Run":
        """Begin to bring them up to date."""
        return Run(self._everybody() if self.wanted() else (), self._bound_by_id(), self._users, self._accounts)

    def complete(self, identity: ExternalIdentity) -> ExternalIdentity | None:
        """Put what the directory says of somebody in the place of what the SAML provider says, at their sign-in.

        None when it knows nobody of that address, or when nobody can be asked: the next run will.
        """
        if identity.provider != SAML or not identity.email or not self.wanted():
            return None
        try:
            with self._ldap.directory().in_time():
                person = self._ldap.people().by_email(identity.email)
        except DirectoryError as error:
            self._context.log.warning("%s signs in without what LDAP knows: %s", identity.username, error.text)
            return None
        if person is None or (identity.is_guest and self._context.config.SamlSettings.IgnoreGuestsLdapSync):
            return None
        known = person.identity
        said = {name: getattr(known, name) for name in _PROFILE if getattr(known, name)}
        if self._bound_by_id() and known.subject:
            said["subject"] = known.subject
        return msgspec.structs.replace(identity, **said)

    def _bound_by_id(self) -> bool:
        return bool(self._context.config.SamlSettings.EnableSyncWithLdapIncludeAuth)

    def _everybody(self) -> Iterable[User]:
        """Yield the accounts, guests too unless the settings leave them out."""
        without_guests = self._context.config.SamlSettings.IgnoreGuestsLdapSync
        after = ""
        while page := self._users.page_by_service(SAML, after_id=after, limit=PAGE):
            after = page[-1].id
            yield from (user for user in page if not (without_guests and user.is_guest))


class Run:
    """One run over the directory, which is given page by page."""

    def __init__(
        self, users: Iterable[User], bound_by_id: bool, service: UserService, accounts: ExternalSignIn
    ) -> None:
        self._waiting = {user.id: user for user in users}
        self._by_email = {user.email.lower(): user for user in self._waiting.values()}
        self._by_subject = {str(user.auth_data): user for user in self._waiting.values()} if bound_by_id else {}
        self._bound_by_id = bound_by_id
        self._service = service
        self._accounts = accounts

    def update(self, people: Iterable[ExternalIdentity]) -> int:
        """Bring the accounts of people up to date; return how many changed."""
        found: dict[str, ExternalIdentity] = {}
        bound: list[AccountChange] = []
        for person in people:
            user = self._by_subject.get(person.subject) or self._by_email.get(person.email.lower())
            if user is None or self._waiting.pop(user.id, None) is None:
                continue
            # Who is a guest or an administrator is the SAML provider's to say.
            found[user.id] = msgspec.structs.replace(person, is_guest=None, is_admin=None, picture=b"")
            if self._bound_by_id and person.subject != user.auth_data:
                bound.append(AccountChange(user_id=user.id, auth_data=person.subject))
        moved = {user.id for user in self._service.apply_changes(bound)} if bound else set()
        return (self._accounts.refresh(found) if found else 0) + len(moved)

    def left(self, before: int) -> list[str]:
        """Return the active accounts of nobody in the directory, but for those made since `before` (ms)."""
        return [user.id for user in self._waiting.values() if not user.delete_at and (user.create_at or 0) < before]
