"""Migrations of the search index."""

from typing import Final

REBUILDS: Final = ("hb_search",)
"""Tables whose names begin so are made from the posts that are there: `hubbub db copy` and backups leave them out."""
