"""Previews of pages and pictures that posts link to. Owns the table linkmetadata."""

from hubbub.core.contracts.plugin import Manifest
from hubbub.core.contracts.posts import PostService

manifest = Manifest(
    id="link_previews",
    version="0.1.0",
    name="Link previews",
    summary="Shows the title, text and picture of pages that posts link to",
    requires=(PostService,),
)
