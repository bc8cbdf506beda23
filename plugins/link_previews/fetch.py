"""Looks at an address: a picture has a size, a page says what it is about."""

import warnings
from io import BytesIO
from typing import Any, Final

from PIL import Image

from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.link_previews import page
from hubbub.plugins.link_previews.store import Found

SECONDS: Final = 8.0
"""For the whole of one request."""
MAX_BYTES: Final = 2 << 20
"""Of an answer that are looked at: a page's head and a picture's size come first."""
REDIRECTS: Final = 5
_ACCEPT: Final = {"Accept": "text/html,application/xhtml+xml,image/*;q=0.9", "Accept-Language": "en,*;q=0.5"}
_FORMATS: Final = ("PNG", "GIF", "JPEG", "BMP", "WEBP")


class Fetcher:
    """Asks other servers, guarded by `context.outgoing`; reads what they answer in a thread."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def fetch(self, url: str, timestamp: int) -> Found:
        """Return what is at an address; `none` when it can't be reached or has nothing to show. Up to 8 s."""
        try:
            answer = self._context.outgoing.request(
                "GET", url, headers=_ACCEPT, timeout_s=SECONDS, max_bytes=MAX_BYTES, redirects=REDIRECTS, truncate=True
            )
        except (OutgoingFailed, OutgoingRefused) as error:
            self._context.log.info("a link has no preview: %s", error.text)
            return Found(url, timestamp, "none", {})
        content_type = answer.headers.get("content-type", "")
        if answer.status != 200:
            return Found(url, timestamp, "none", {})
        kind, data = self._context.tasks.run_in_thread(_read, answer.body, content_type, url)
        return Found(url, timestamp, kind, data)


def _read(body: bytes, content_type: str, url: str) -> tuple[str, dict[str, Any]]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("image/"):
        data = image(body, kind)
        return ("image", data) if data else ("none", {})
    if kind in ("text/html", "application/xhtml+xml"):
        data = page.described(page.text_of(body, content_type), url)
        return ("opengraph", data) if data else ("none", {})
    return "none", {}


def image(body: bytes, kind: str) -> dict[str, Any]:
    """Return `{width, height, format, frame_count}` of a picture, {} for what is none. Nothing is decoded."""
    if kind == "image/svg+xml":
        return {"width": 0, "height": 0, "format": "svg", "frame_count": 0}
    try:
        # A large picture is no danger here: its size is read, not its pixels.
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(body), formats=_FORMATS) as opened:
            width, height = opened.size
            name = (opened.format or "").lower()
            frames = getattr(opened, "n_frames", 1) if name == "gif" and len(body) < MAX_BYTES else 1
    # Pillow raises nearly anything for files that are broken on purpose.
    except Exception:
        return {}
    return {"width": width, "height": height, "format": name, "frame_count": frames}
