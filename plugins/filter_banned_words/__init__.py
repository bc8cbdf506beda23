"""A message filter for words that nobody shall write."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService
from hubbub.plugins.filter_banned_words.config import BannedWordsSettings

manifest = Manifest(
    id="filter_banned_words",
    version="0.1.0",
    name="Filter: banned words",
    summary="Masks words that nobody shall write, or refuses messages with them",
    requires=(UserService,),
    config=BannedWordsSettings,
    default_enabled=lambda _config: False,
    reloadable=True,
)
