"""A message filter that lets messages link to chosen sites only."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService
from hubbub.plugins.filter_links.config import LinksSettings

manifest = Manifest(
    id="filter_links",
    version="0.1.0",
    name="Filter: links",
    summary="Lets messages link to chosen sites only",
    requires=(UserService,),
    config=LinksSettings,
    default_enabled=lambda _config: False,
    reloadable=True,
)
