"""gzip where it pays: texts of some size, for clients that take it."""

import re
import zlib
from typing import Final

MINIMUM: Final = 1400
"""Bytes; a smaller body fits into one packet anyway."""
MAXIMUM: Final = 4 * 1024 * 1024
"""Bytes; compressing more would hold up everybody else on this worker for longer than 50 ms."""
LEVEL: Final = 1
_TEXTS = re.compile(r"(?:text/|application/(?:json|x-ndjson|javascript|xml|manifest\+json)|image/svg\+xml)").match
_GZIP = re.compile(r"(?:^|,)\s*(gzip|x-gzip|\*)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]*)?))?\s*(?=,|$)", re.IGNORECASE)
_answers: dict[str, bool] = {}


def compressible(content_type: str, size: int) -> bool:
    """Say whether a body of this type and size (bytes) is worth it."""
    return MINIMUM <= size <= MAXIMUM and _TEXTS(content_type) is not None


def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether an Accept-Encoding header asks for gzip; `q=0` refuses it (RFC 9110 section 12.5.3)."""
    known = _answers.get(accept_encoding)
    if known is None:
        if len(_answers) >= 256:
            _answers.clear()
        known = _answers[accept_encoding] = _parse(accept_encoding)
    return known


def _parse(accept_encoding: str) -> bool:
    named: bool | None = None
    anything = False
    for name, quality in _GZIP.findall(accept_encoding[:1000]):
        wanted = not quality or float(quality) > 0
        if name == "*":
            anything = wanted
        else:
            named = wanted
    return anything if named is None else named


def compress(data: bytes) -> bytes:
    """Return `data` as a gzip member."""
    return zlib.compress(data, LEVEL, 31)
