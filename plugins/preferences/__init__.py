"""Preferences: small settings that clients keep on the server. Owns the table preferences."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.preferences import PreferenceService

manifest = Manifest(
    id="preferences",
    version="0.1.0",
    name="Preferences",
    summary="Small settings that clients keep on the server, per user",
    provides=(PreferenceService,),
    requires=(PermissionService,),
)
