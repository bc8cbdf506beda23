"""A second factor at the sign-in: one-time codes of an authenticator app."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.second_factor import SecondFactor, SecondFactorRecords
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="mfa",
    version="0.1.0",
    name="Second factor",
    summary="One-time codes of an authenticator app: set-up by QR code, asked for at the sign-in, each good once.",
    provides=(SecondFactor,),
    requires=(UserService, SecondFactorRecords, PermissionService),
)
