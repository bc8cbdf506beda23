"""Counts the words that everybody writes."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.users import UserService

manifest = Manifest(
    id="word_count",
    version="1.0.0",
    summary="Counts the words that everybody writes",
    requires=(UserService,),
    reloadable=True,
)
