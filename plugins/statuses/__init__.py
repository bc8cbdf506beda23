"""Presence: who is online, away, busy or offline, custom statuses, and who is typing. Owns the table status."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.statuses.config import StatusSettings

manifest = Manifest(
    id="statuses",
    version="0.1.0",
    name="Statuses",
    summary="Who is online, away, busy or offline, custom statuses, typing",
    provides=(StatusService,),
    requires=(UserService, PermissionService, PreferenceService),
    config=StatusSettings,
)
