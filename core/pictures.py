"""Small square pictures of people and teams, made of what is uploaded."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

FORMATS: Final = ("PNG", "GIF", "JPEG", "BMP", "WEBP")
MAX_BYTES: Final = 32 << 20
"""Of an uploaded picture: it is kept in memory for a moment."""


class BadPicture(ValueError):
    """What was sent is no picture that can be read; or, as the message says, one with too many pixels."""


def square(data: bytes, side: int, max_pixels: int) -> bytes:
    """Return the middle of a picture as a PNG of `side` by `side` pixels, upright. Raises `BadPicture`.

    Takes up to a second of computing: run it in a thread.
    """
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            # SECURITY: before anything is decoded: a small file can hold a huge picture.
            if width * height > max_pixels:
                raise BadPicture(f"it is {width} by {height} pixels, more than {max_pixels} in all")
            image.draft("RGB", (side * 2, side * 2))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        fitted = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        fitted.save(out, "PNG")
        return out.getvalue()
    except BadPicture:
        raise
    # Pillow raises nearly anything for files that are broken on purpose.
    except Exception as error:
        raise BadPicture(f"it can't be read ({type(error).__name__})") from error
