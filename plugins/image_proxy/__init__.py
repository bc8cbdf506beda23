"""Pictures of other sites, loaded by the server: those sites don't learn who reads, and readers stay on HTTPS."""

from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="image_proxy",
    version="0.1.0",
    name="Image proxy",
    summary="Loads pictures of other sites for those who read posts",
)
