"""Pictures: their size, and smaller ones made of them; computed in threads, a few at a time."""

import base64
import os
from collections.abc import Callable, Iterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import msgspec
from gevent.lock import BoundedSemaphore
from PIL import Image, ImageOps

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.files.errors import ImageTooLarge
from hubbub.plugins.files.names import PICTURES

THUMBNAIL: Final = (120, 100)
PREVIEW_WIDTH: Final = 1920
MINI: Final = (16, 16)
QUALITY: Final = 90
IN_MEMORY: Final = 1 << 20
FORMATS: Final = ("PNG", "GIF", "JPEG", "BMP", "TIFF", "WEBP")
ORIENTATION: Final = 0x0112
SIDEWAYS: Final = frozenset({5, 6, 7, 8})
"""Values of the EXIF tag for pictures that lie on their side."""


class Made(msgspec.Struct):
    """What is known of a picture, and made of it: `preview` and `thumbnail` are JPEG files, None for animations."""

    width: int
    height: int
    preview: bytes | None = None
    thumbnail: bytes | None = None
    mini: str | None = None


def measure(file: IO[bytes]) -> tuple[int, int] | None:
    """Return a picture's width and height as its header tells them, None for what is none."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            return image.size
    # Pillow raises nearly anything for files that are broken on purpose.
    except Exception:
        return None


def make(file: IO[bytes]) -> Made | None:
    """Return what is made of a picture, None for one that can't be read."""
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            return _make(image)
    except Exception:
        return None


def _make(image: Image.Image) -> Made:
    width, height = image.size
    if image.getexif().get(ORIENTATION) in SIDEWAYS:
        width, height = height, width
    made = Made(width, height)
    animated = bool(getattr(image, "is_animated", False))
    # PERF: a JPEG can be decoded at half, a quarter or an eighth of its size, in as much less time and memory.
    image.draft("RGB", (PREVIEW_WIDTH, PREVIEW_WIDTH * 10))
    small = _flat(ImageOps.exif_transpose(image))
    if small.width > PREVIEW_WIDTH:
        size = (PREVIEW_WIDTH, max(1, round(small.height * PREVIEW_WIDTH / small.width)))
        small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if not animated:
        made.preview = _jpeg(small)
    small.thumbnail(THUMBNAIL)
    made.thumbnail = _jpeg(small)
    small.thumbnail(MINI)
    made.mini = base64.b64encode(_jpeg(small)).decode()
    return made


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture in RGB; what is transparent becomes white."""
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image.convert("RGB")
    image = image.convert("RGBA")
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


class ImageMaker:
    """Makes pictures smaller, `FileSettings.MaxImageDecoderConcurrency` at a time."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        wanted = context.config.FileSettings.MaxImageDecoderConcurrency
        self._turns = BoundedSemaphore(wanted if wanted > 0 else os.cpu_count() or 1)

    def make(self, mime_type: str, read: Callable[[], Iterator[bytes]]) -> Made | None:
        """Return what is made of a picture, None for what is none. Raises `ImageTooLarge` before decoding it."""
        if mime_type not in PICTURES:
            return None
        with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            for piece in read():
                file.write(piece)
            file.seek(0)
            self._check(measure(file))
            with self._turns:
                made: Made | None = self._run(make, file)
            return made

    def _check(self, size: tuple[int, int] | None) -> None:
        # SECURITY: a small file can hold a picture that no memory holds.
        limit = self._context.config.FileSettings.MaxImageResolution
        if size is not None and size[0] * size[1] > limit:
            raise ImageTooLarge(width=size[0], height=size[1], limit=limit)

    def _run(self, *call: Any) -> Any:
        return self._context.tasks.run_in_thread(*call)
