"""Has readers load the pictures in posts through the image proxy, by changing their addresses on the way."""

from typing import Any

from hubbub.core.contracts.plugin import Manifest


def _wanted(config: Any) -> bool:
    return bool(config.ImageProxySettings.Enable)


manifest = Manifest(
    id="proxied_images",
    version="0.1.0",
    name="Proxied images",
    summary="Has pictures in posts loaded through the image proxy (ImageProxySettings.Enable)",
    default_enabled=_wanted,
)
