"""Which inactive accounts may be deactivated, and doing so."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import AccountChange, UserService
from hubbub.plugins.inactive_accounts.config import InactiveAccountsConfig
from hubbub.plugins.inactive_accounts.store import Account, ActivityStore

DAY_MS: Final = 86_400_000
AT_ONCE: Final = 100
SPARED: Final = "spared by SparedUsernames"
DIRECTORY: Final = "left to the LDAP directory"


class InactiveAccounts:
    """Finds, reports and deactivates. Bots aren't accounts of people; guests are."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._store = ActivityStore(context.db)

    @property
    def settings(self) -> InactiveAccountsConfig:
        """The settings as they are now."""
        found: InactiveAccountsConfig = self._context.settings
        return found

    def find(self, days: int) -> Iterator[tuple[Account, str]]:
        """Yield accounts that nobody has used for so many days, and why one isn't to be deactivated ("": it is)."""
        spared = {name.strip().lower() for name in self.settings.SparedUsernames}
        ldap = self._context.config.LdapSettings
        for account in self._store.inactive_since(now_ms() - days * DAY_MS):
            why = ""
            if account.username in spared:
                why = SPARED
            elif account.auth_service == "ldap" and ldap.Enable and ldap.EnableSync:
                why = DIRECTORY
            yield account, why

    def deactivate(self, accounts: list[Account]) -> list[str]:
        """Deactivate accounts; return the ids of those that are. The last system administrator isn't.

        Administrators come last, the one who was here last at the very end, so that it is they who stay.
        """
        ordered = sorted(accounts, key=lambda account: (account.is_admin, account.active_at))
        done = []
        for begin in range(0, len(ordered), AT_ONCE):
            chunk = ordered[begin : begin + AT_ONCE]
            changed = self._users.apply_changes(AccountChange(user_id=one.id, active=False) for one in chunk)
            ids = {user.id for user in changed if user.delete_at}
            done += [one.id for one in chunk if one.id in ids]
            for one in chunk:
                if one.id in ids:
                    self._context.log.info("%s is deactivated: nobody has used the account for long", one.username)
        return done

    def run(self, data: dict[str, Any], progress: Callable[[int], bool]) -> None:
        """Do the job: `data` says how many accounts are inactive, and how many were deactivated."""
        days, deactivates = self.settings.InactiveDays, self.settings.Deactivate
        if days <= 0:
            data.update(inactive=0, deactivated=0)
            return
        found = list(self.find(days))
        data.update(inactive=len(found), deactivated=0)
        if progress(50) and deactivates:
            data["deactivated"] = len(self.deactivate([account for account, why in found if not why]))
        names = [account.username for account, _ in found[:AT_ONCE]]
        self._context.log.info(
            "%d accounts without activity for %d days (%s), %d deactivated",
            *(len(found), days, ", ".join(names) or "none", data["deactivated"]),
        )
