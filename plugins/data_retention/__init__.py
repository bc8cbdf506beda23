"""Deletes what is too old: posts with all that belongs to them, files. Owns the tables retentionpolicies…"""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.teams import TeamService

manifest = Manifest(
    id="data_retention",
    version="0.1.0",
    name="Data retention",
    summary="Deletes messages and files that are older than the configuration wants them",
    requires=(PostService, PermissionService, TeamService, ChannelService),
)
