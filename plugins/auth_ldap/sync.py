"""Accounts follow the directory: the job `ldap_sync`.

Each step can be done twice, so a job that was cut off simply begins again. Who left is decided last, after the whole
directory has been read without an error: one that fails in the middle deactivates nobody.
"""

from collections.abc import Callable
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.auth import ExternalSignIn
from hubbub.core.contracts.errors import AppError, Unavailable
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import AccountChange, User, UserService
from hubbub.plugins.auth_ldap.entries import LDAP
from hubbub.plugins.auth_ldap.errors import DirectoryError
from hubbub.plugins.auth_ldap.people import Person
from hubbub.plugins.auth_ldap.pictures import KnownPictures
from hubbub.plugins.auth_ldap.saml_accounts import Run, SamlAccounts
from hubbub.plugins.auth_ldap.service import Ldap

JOB: Final = "ldap_sync"
ACCOUNTS: Final = 500
"""Accounts looked at in one go when those are found who have left."""

Progress = Callable[[int], bool]


class SyncFailed(Unavailable):
    id = "ent.ldap.syncronize.search_failure.app_error"
    message = "{why}"


class NobodyThere(Unavailable):
    id = "ent.ldap.syncronize.populate_syncables"
    message = (
        "The directory returned nobody, though {count} accounts sign in with it: nobody is deactivated. "
        "Look at LdapSettings.BaseDN and UserFilter."
    )


class Stopped(Exception):
    """The job was told to stop."""


class Sync:
    """Brings all accounts of the directory up to date."""

    def __init__(
        self,
        context: PluginContext,
        ldap: Ldap,
        users: UserService,
        accounts: ExternalSignIn,
        pictures: KnownPictures,
        saml: SamlAccounts,
    ) -> None:
        self._context = context
        self._ldap = ldap
        self._users = users
        self._accounts = accounts
        self._pictures = pictures
        self._saml = saml

    def run(self, data: dict[str, Any], progress: Progress) -> None:
        """Do the job; `data` says in the end how many were seen, updated, deactivated. Raises `AppError`."""
        self._ldap.require_enabled()
        started = now_ms()
        try:
            followers = self._saml.run()
            seen = self._update(data, progress, followers)
            self._deactivate(data, progress, seen, followers.left(started), started)
        except DirectoryError as error:
            raise SyncFailed(why=error.text) from None
        except Stopped:
            return
        self._context.log.info(
            "LDAP: %s people, %s accounts changed, %s deactivated", data["people"], data["updated"], data["deactivated"]
        )

    def _update(self, data: dict[str, Any], progress: Progress, followers: Run) -> set[str]:
        """Bring the accounts of everybody in the directory up to date; return the subjects that are there."""
        seen: set[str] = set()
        updated = pictures = 0
        for page in self._ldap.people().pages():
            people = {person.identity.subject: person for person in page}
            seen.update(people)
            accounts = {
                subject: user
                for subject, user in self._users.get_by_auths(LDAP, people).items()
                if subject in people  # a database that takes a and A for one finds more
            }
            updated += self._accounts.refresh({user.id: people[subject].identity for subject, user in accounts.items()})
            updated += followers.update(person.identity for person in page)
            pictures += self._keep_pictures(accounts, people)
            data.update(people=len(seen), updated=updated, pictures=pictures)
            # How many there are is known at the end only.
            if not progress(min(90, len(seen) // 500)):
                raise Stopped
        return seen

    def _keep_pictures(self, accounts: dict[str, User], people: dict[str, Person]) -> int:
        """Give accounts the pictures that are new; return how many there were."""
        offered = {
            user.id: people[subject].identity.picture
            for subject, user in accounts.items()
            if people[subject].identity.picture
        }
        kept = 0
        for user_id, picture in self._pictures.new(offered).items():
            try:
                self._users.set_picture(user_id, picture)
            except AppError as error:
                self._context.log.warning("the picture of %s in LDAP is not used: %s", user_id, error.text)
                continue
            finally:
                self._pictures.remember(user_id, picture)  # one that can't be used needn't be tried each time
            kept += 1
        return kept

    def _deactivate(
        self, data: dict[str, Any], progress: Progress, seen: set[str], others: list[str], started: int
    ) -> None:
        """Deactivate accounts of people who are no longer in the directory; `others` don't sign in with it."""
        leaving = [*others]
        count, after = len(others), ""
        while page := self._users.page_by_service(LDAP, after_id=after, limit=ACCOUNTS):
            after = page[-1].id
            active = [user for user in page if not user.delete_at]
            count += len(active)
            # Who signed in for the first time while the directory was being read needn't have been read.
            leaving += [user.id for user in active if user.auth_data not in seen and (user.create_at or 0) < started]
            if not progress(92):
                raise Stopped
        data["deactivated"] = 0
        if leaving and not seen:
            raise NobodyThere(count=count)
        for start in range(0, len(leaving), ACCOUNTS):
            chunk = leaving[start : start + ACCOUNTS]
            changed = self._users.apply_changes(AccountChange(user_id=user_id, active=False) for user_id in chunk)
            data["deactivated"] += len(changed)
            if not progress(95):
                raise Stopped
