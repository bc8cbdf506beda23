"""Categories of the channels in each user's sidebar. Owns the tables sidebarcategories and sidebarchannels."""

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="sidebar",
    version="0.1.0",
    name="Sidebar",
    summary="Favourites, custom categories and their order",
    requires=(ChannelService, PermissionService),
)
