"""Import and export of whole sites in Mattermost's bulk format. Owns the table hb_bulkimports.

What the lines say is stored and found by the plugins that own it (hook `register_bulk_parts`).
"""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="bulk",
    version="0.1.0",
    name="Bulk import and export",
    summary="Brings whole sites in and out in Mattermost's bulk format",
    requires=(PermissionService,),
)
