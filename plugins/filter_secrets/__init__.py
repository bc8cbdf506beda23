"""A message filter for keys, tokens and card numbers that were sent by mistake."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService
from hubbub.plugins.filter_secrets.config import SecretsSettings

manifest = Manifest(
    id="filter_secrets",
    version="0.1.0",
    name="Filter: secrets",
    summary="Keeps keys, tokens and card numbers out of messages",
    requires=(UserService,),
    config=SecretsSettings,
    default_enabled=lambda _config: False,
    reloadable=True,
)
