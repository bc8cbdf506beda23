"""A message filter that limits how many people one message may mention."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService
from hubbub.plugins.filter_mentions.config import MentionsSettings

manifest = Manifest(
    id="filter_mentions",
    version="0.1.0",
    name="Filter: mentions",
    summary="Limits how many people one message may mention",
    requires=(UserService,),
    config=MentionsSettings,
    default_enabled=lambda _config: False,
    reloadable=True,
)
