"""Accounts of people and bots.

Owns the tables `users`, `bots`, `tokens`, `termsofservice` and `usertermsofservice`. Lists of users by team, channel
and group are joins, so this plugin also reads (never writes) `teammembers`, `channelmembers`, `channels`, `teams`,
`status`, `usergroups` and `groupmembers`, which belong to other plugins; those require this one, so their services
can't be asked from here.
"""

from hubbub.core.contracts.auth import PasswordService
from hubbub.core.contracts.bots import BotService
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.permissions import PermissionService, RoleService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.second_factor import SecondFactorRecords
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="users",
    version="0.1.0",
    name="Users",
    summary="Accounts of people and bots: sign-up, profiles, search, roles, activation.",
    provides=(UserService, OneTimeTokenService, BotService, SecondFactorRecords),
    requires=(PermissionService, RoleService, PasswordService),
    optional=(Mailer,),
)
