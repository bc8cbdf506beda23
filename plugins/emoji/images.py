"""Pictures of emoji: checked, made small, kept in the file store, where Mattermost keeps them too."""

from contextlib import suppress
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from hubbub.core.contracts.errors import AppError, BadRequest, NotFound, TooLarge
from hubbub.core.contracts.files import FileStores, FileStoreUnavailable
from hubbub.core.contracts.plugin import PluginContext

MAX_BYTES: Final = 1 << 19
MAX_SIDE: Final = 1028
"""Pixels, of a picture that is sent; those larger than `SIDE` are scaled down."""
SIDE: Final = 128
TYPES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif", b"\xff\xd8\xff": "image/jpeg"}


class ImageTooLarge(TooLarge):
    id = "api.emoji.create.too_large.app_error"
    message = "The picture has more than {limit} bytes."


class BadImage(BadRequest):
    id = "api.emoji.upload.image.app_error"
    message = "The picture of an emoji is a PNG, GIF or JPEG file; this one can't be read."


class ImageTooWide(BadRequest):
    id = "api.emoji.upload.large_image.too_large.app_error"
    message = "The picture is {width} by {height} pixels; at most {limit} by {limit} are allowed."


class ImageNotFound(NotFound):
    id = "api.emoji.get_image.read.app_error"
    message = "The emoji's picture is missing in the file store."


def type_of(data: bytes) -> str:
    """Return the media type that a picture's first bytes tell, "" for none that emoji may have."""
    return next((type for head, type in TYPES.items() if data.startswith(head)), "")


def prepared(data: bytes) -> bytes:
    """Return a picture as it is kept: animations as they are, others at most `SIDE` pixels wide and high.

    Takes milliseconds of computing. Raises `ImageTooLarge`, `BadImage`, `ImageTooWide`.
    """
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(limit=MAX_BYTES)
    if not type_of(data):
        raise BadImage
    try:
        return _scaled(data)
    except AppError:
        raise
    # Pillow raises nearly anything for files that are broken on purpose.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError) as error:
        raise BadImage(detailed_error=type(error).__name__) from error


def _scaled(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=("PNG", "GIF", "JPEG")) as image:
        width, height = image.size
        # SECURITY: before anything is decoded: a small file can hold a huge picture.
        if width > MAX_SIDE or height > MAX_SIDE:
            raise ImageTooWide(width=width, height=height, limit=MAX_SIDE)
        image.load()
        if getattr(image, "is_animated", False) or max(width, height) <= SIDE:
            return data
        small = image.convert("RGBA")
        small.thumbnail((SIDE, SIDE))
        out = BytesIO()
        small.save(out, "PNG")
        return out.getvalue()


class EmojiImages:
    """Files `emoji/<id>/image` in the file store, where Mattermost has them too."""

    def __init__(self, context: PluginContext) -> None:
        self._stores = FileStores(context)

    def write(self, emoji_id: str, data: bytes) -> None:
        """Keep a picture: all of it or nothing, also when the power fails. Raises `NoFileStore`."""
        self._stores.current.write(_path(emoji_id), [data])

    def check(self) -> None:
        """Raise `NoFileStore` where pictures can't be kept."""
        self._stores.current  # noqa: B018  # it raises

    def read(self, emoji_id: str) -> bytes:
        """Return a picture. Raises `ImageNotFound`, `NoFileStore`."""
        try:
            return b"".join(self._stores.current.read(_path(emoji_id)))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ImageNotFound from error

    def remove(self, emoji_id: str) -> None:
        """Remove a picture; does nothing when it is gone, and one that can't be reached stays: nobody refers to it."""
        with suppress(FileStoreUnavailable):
            self._stores.current.remove(_path(emoji_id))


def _path(emoji_id: str) -> str:
    return f"emoji/{emoji_id}/image"
