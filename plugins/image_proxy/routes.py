"""GET /api/v4/image: a picture of another site, through this server or a camo proxy."""

import hashlib
import hmac
from typing import Final

from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Reply, Request, Router
from hubbub.core.http.reply import redirect

MAX_BYTES: Final = 20 << 20
"""Of a picture that is passed on: it is kept in memory for a moment."""
SECONDS: Final = 15.0
MAX_AGE_S: Final = 3600
TYPES: Final = frozenset(f"image/{name}" for name in "png jpeg gif webp bmp avif x-icon vnd.microsoft.icon".split())
"""No SVG: it can hold scripts."""


class BadImageUrl(BadRequest):
    id = "api.image.get.app_error"
    message = "The parameter url must be an address of http:// or https://."


class NoImage(NotFound):
    id = "api.image.get.app_error"
    message = "There is no picture that can be shown at this address."


class ImageProxyRoutes:
    """Checks what is asked for, loads it, passes it on."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.get("/api/v4/image", self.get)

    def get(self, req: Request) -> Reply:
        """GET /image?url=…"""
        url = req.query("url")
        if not url.startswith(("http://", "https://")):
            raise BadImageUrl
        settings = self._context.config.ImageProxySettings
        if not settings.Enable:
            # SECURITY: a redirect is for pictures only. Followed by a click it would make any address look like ours.
            if req.header("Sec-Fetch-Dest") not in (None, "", "image"):
                raise NoImage
            return redirect(url)
        if settings.ImageProxyType == "atmos/camo":
            return redirect(camo(settings.RemoteImageProxyURL, settings.RemoteImageProxyOptions, url))
        return self._load(url)

    def _load(self, url: str) -> Reply:
        headers = {"Accept": "image/*"}
        try:
            answer = self._context.outgoing.request(
                "GET", url, headers=headers, timeout_s=SECONDS, max_bytes=MAX_BYTES, redirects=5
            )
        except (OutgoingFailed, OutgoingRefused) as error:
            raise NoImage(detailed_error=error.text) from error
        content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status != 200 or content_type not in TYPES:
            raise NoImage(detailed_error=f"status {answer.status}, {content_type or 'no content type'}")
        return Reply(
            answer.body,
            headers={
                "Cache-Control": f"max-age={MAX_AGE_S}, private",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": "inline",
            },
            content_type=content_type,
        )


def camo(server: str, key: str, url: str) -> str:
    """Return the address of a picture at a camo proxy (atmos/camo's `/digest/hex address`, HMAC-SHA1)."""
    digest = hmac.new(key.encode(), url.encode(), hashlib.sha1).hexdigest()
    return f"{server.rstrip('/')}/{digest}/{url.encode().hex()}"
