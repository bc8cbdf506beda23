"""Signing in and out, sessions, personal access tokens."""

from hubbub.core.contracts.auth import ExternalSignIn, PasswordService
from hubbub.core.contracts.bots import BotService
from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.profile_attributes import SyncedAttributes
from hubbub.core.contracts.second_factor import SecondFactor
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.single_sign_on import SingleSignOn
from hubbub.core.contracts.teams import TeamInvitations
from hubbub.core.contracts.tokens import OneTimeTokenService
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="sessions",
    version="0.1.0",
    name="Sessions",
    summary="Signing in and out, sessions, personal access tokens.",
    provides=(SessionService, ExternalSignIn, SingleSignOn),
    requires=(UserService, BotService, PasswordService, PermissionService, OneTimeTokenService),
    optional=(Mailer, SecondFactor, TeamInvitations, SyncedAttributes),
)
