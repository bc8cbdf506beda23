"""Pictures of people, teams and the site, made of what is uploaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

FORMATS: Final = ("PNG", "GIF", "JPEG", "BMP", "WEBP")
MAX_BYTES: Final = 32 << 20
"""Of an uploaded picture: it is kept in memory for a moment."""


class BadPicture(ValueError):
    """What was sent is no picture that can be read; or, as the message says, one with too many pixels."""


@contextmanager
def opened(data: bytes, max_pixels: int, *, enough: int = 0) -> Iterator[Image.Image]:
    """Give a picture, upright, in RGBA; of a large one it is enough to decode `enough` pixels of a side.

    Takes up to a second of computing: run it in a thread. Raises `BadPicture`, also for what fails within.
    """
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            # SECURITY: before anything is decoded: a small file can hold a huge picture.
            if width * height > max_pixels:
                raise BadPicture(f"it is {width} by {height} pixels, more than {max_pixels} in all")
            if enough:
                image.draft("RGB", (enough, enough))
            yield ImageOps.exif_transpose(image).convert("RGBA")
    except BadPicture:
        raise
    # Pillow raises nearly anything for files that are broken on purpose.
    except Exception as error:
        raise BadPicture(f"it can't be read ({type(error).__name__})") from error


def square(data: bytes, side: int, max_pixels: int) -> bytes:
    """Return the middle of a picture as a PNG of `side` by `side` pixels. Raises `BadPicture`."""
    with opened(data, max_pixels, enough=side * 2) as image:
        out = BytesIO()
        ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()
