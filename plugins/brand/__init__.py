"""The site's own picture on the sign-in page."""

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="brand",
    version="0.1.0",
    name="Brand",
    summary="The site's own picture on the sign-in page",
    requires=(PermissionService,),
    reloadable=True,
)
