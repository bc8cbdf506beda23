"""A message filter that limits how many messages somebody may post in a time."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService
from hubbub.plugins.filter_rate.config import RateSettings

manifest = Manifest(
    id="filter_rate",
    version="0.1.0",
    name="Filter: rate",
    summary="Limits how many messages somebody may post in a time",
    requires=(UserService,),
    config=RateSettings,
    default_enabled=lambda _config: False,
    reloadable=True,
)
