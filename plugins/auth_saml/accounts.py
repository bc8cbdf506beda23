"""Accounts that begin to sign in by SAML, or change by what they are known there; for administrators."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from hubbub.core.contracts.errors import AppError, InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import AccountChange, User, UserService
from hubbub.plugins.auth_saml.identity import PROVIDER

PAGE: Final = 1_000
SOURCES: Final = {"email": "", "gitlab": "gitlab", "google": "google", "office365": "office365", "ldap": "ldap"}
"""What `from` may be, and what users.authservice holds for it."""


class Reset(msgspec.Struct, kw_only=True, frozen=True):
    """POST /saml/reset_auth_data. No `user_ids`: everybody."""

    include_deleted: bool = False
    dry_run: bool = False
    user_ids: list[str] = []


class Migration(msgspec.Struct, kw_only=True, frozen=True):
    """POST /users/migrate_auth/saml. `matches` maps addresses here to user names there; not needed with `auto`."""

    from_: str = msgspec.field(name="from", default="")
    matches: dict[str, str] = {}
    auto: bool = False


class Accounts:
    """Changes many accounts at once."""

    def __init__(self, context: PluginContext, users: UserService, sessions: SessionService) -> None:
        self._context = context
        self._users = users
        self._sessions = sessions

    def reset_to_address(self, wanted: Reset) -> int:
        """Know people by their addresses again, for when IdAttribute was emptied; return how many it concerns."""
        ids = set(wanted.user_ids)
        affected = 0
        for page in self._pages(PROVIDER):
            changes = [
                AccountChange(user_id=user.id, auth_data=user.email.lower())
                for user in page
                if (not ids or user.id in ids)
                and (wanted.include_deleted or not user.delete_at)
                and user.auth_data != user.email.lower()
            ]
            affected += len(changes) if wanted.dry_run else len(self._users.apply_changes(changes))
        return affected

    def migrate(self, wanted: Migration, *, session_id: str) -> int:
        """Have accounts of another service sign in by SAML, known by their addresses; return how many do now.

        Their sessions end, but for the caller's (`session_id`). What can't be (an address is another's, a name is
        taken) is left out and logged. Raises `InvalidBodyParam`.
        """
        if wanted.from_ not in SOURCES:
            raise InvalidBodyParam("from")
        if not wanted.auto and not wanted.matches:
            raise InvalidBodyParam("matches")
        matches = {email.strip().lower(): name.strip().lower() for email, name in wanted.matches.items()}
        moved = 0
        for page in self._pages(SOURCES[wanted.from_]):
            for user in page:
                if user.is_bot is True or user.delete_at or not (wanted.auto or user.email.lower() in matches):
                    continue
                moved += self._move(user, matches, session_id)
        return moved

    def _move(self, user: User, matches: Mapping[str, str], session_id: str) -> bool:
        name = matches.get(user.email.lower(), "")
        try:
            self._users.set_auth(user.id, PROVIDER, user.email.lower())
        except AppError as error:
            self._context.log.warning("%s doesn't sign in by SAML: %s", user.username, error.text)
            return False
        self._sessions.revoke_all_of_user(user.id, except_session_id=session_id)
        if name and name != user.username:
            self._users.apply_changes([AccountChange(user_id=user.id, username=name)])
        return True

    def _pages(self, service: str) -> Iterator[list[User]]:
        """Yield the accounts of a service, a thousand at a time."""
        after = ""
        while page := self._users.page_by_service(service, after_id=after, limit=PAGE):
            yield page
            after = page[-1].id
