"""The one picture that a form brings: of a person, a team or the site."""

from typing import Any, Final

from hubbub.core.contracts.errors import BadRequest, TooLarge
from hubbub.core.http.form import OVERHEAD, read_file
from hubbub.core.http.request import Request
from hubbub.core.pictures import MAX_BYTES

FIELD: Final = "image"


def _limit(settings: Any) -> int:
    return min(int(settings.MaxFileSize), MAX_BYTES)


def body_limit(config: Any) -> int:
    """Return how many bytes a request with a picture may have; for a route's `body_limit`."""
    return _limit(config.FileSettings) + OVERHEAD


def read_picture(req: Request, settings: Any, *, too_large: type[TooLarge], missing: type[BadRequest]) -> bytes:
    """Return what the form's file `image` holds. `settings` is FileSettings.

    Raises `too_large` (whose message may name {limit}, in bytes), `missing`, `BadForm`.
    """
    limit = _limit(settings)
    try:
        data = read_file(req, FIELD, limit)
    except TooLarge as error:
        raise too_large(limit=limit) from error
    if data is None:
        raise missing
    return data
