"""Accounts that nobody has used for long: reported, and deactivated where that is wanted.

Owns no table; joins those of users, statuses and sessions, which it only reads.
"""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.inactive_accounts.config import InactiveAccountsConfig

manifest = Manifest(
    id="inactive_accounts",
    version="0.1.0",
    name="Inactive accounts",
    summary="Reports accounts that nobody has used for long, and deactivates them where that is wanted",
    requires=(UserService, SessionService, StatusService),
    config=InactiveAccountsConfig,
)
