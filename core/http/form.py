"""Multipart forms, read as they come: fields in memory, files in pieces."""

from collections.abc import Iterator
from typing import Any, Final

import falcon
from falcon.media.multipart import MultipartFormHandler, MultipartParseError

from hubbub.core.contracts.errors import BadRequest, TooLarge
from hubbub.core.http.request import Request

PIECE: Final = 64 << 10
MAX_FIELD: Final = 10 << 10
MAX_PARTS: Final = 64
OVERHEAD: Final = 64 << 10
"""Bytes that a form may have beside its files."""
_FIELD_ERRORS: Final = (falcon.HTTPError, UnicodeDecodeError, ValueError)


class BadForm(BadRequest):
    id = "api.file.upload_file.read_request.app_error"
    message = "The request isn't a whole multipart form of the expected fields."


class Part:
    """One field or file of a form. `filename` is None for a field."""

    def __init__(self, part: Any) -> None:
        self._part = part
        try:
            self.name = str(part.name or "")
            filename = part.filename
        except _FIELD_ERRORS as error:
            raise BadForm(detailed_error=str(error)) from error
        self.filename: str | None = str(filename) if filename is not None else None

    def text(self) -> str:
        """Return a field's value. Raises `BadForm` for a long one."""
        data: bytes = self._part.stream.read(MAX_FIELD + 1)
        if len(data) > MAX_FIELD:
            raise BadForm(detailed_error=f"the field {self.name[:64]} has more than {MAX_FIELD} bytes")
        return data.decode("utf-8", "replace").strip()

    def pieces(self) -> Iterator[bytes]:
        """Yield a file's bytes. Raises what reading the body raises.

        A form that ends here, in the middle, is noticed when the next part is looked for.
        """
        while piece := self._part.stream.read(PIECE):
            yield piece


class _Body:
    """The pieces of a body as falcon's parser reads them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end."""
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        taken = bytes(self._left[:size])
        self._left = self._left[size:]
        return taken


def parts_of(req: Request, limit: int) -> Iterator[Part]:
    """Yield the parts of a form of at most `limit` bytes; each must be read before the next. Raises `BadForm`."""
    handler: Any = MultipartFormHandler()
    handler.parse_options.max_body_part_count = MAX_PARTS
    try:
        form = handler.deserialize(_Body(req.read_chunks(limit)), req.content_type or "", limit + 1)
        for part in form:
            yield Part(part)
    except (falcon.HTTPError, MultipartParseError) as error:
        raise BadForm(detailed_error=str(getattr(error, "description", "") or error)) from error


def read_file(req: Request, name: str, limit: int) -> bytes | None:
    """Return the content of a form's file, None when it has none of that name.

    For small files: `limit` is the most bytes that it may have. Raises `BadForm`, `TooLarge`.
    """
    found: bytes | None = None
    for part in parts_of(req, limit + OVERHEAD):
        if part.name == name and part.filename is not None and found is None:
            found = b"".join(part.pieces())
            if len(found) > limit:
                raise TooLarge
    return found
