"""From the bytes of a request's head to a WSGI environ, or None for whatever is not plain HTTP/1.1."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from hubbub.core.http_fast.settings import Environ, Settings

# SECURITY: possessive quantifiers (*+, ++) keep both patterns linear; plain ones backtrack for seconds on 64 KiB
# of spaces. Only what is listed here is fast; anything else is left to gunicorn's parser, which refuses or repairs it.
_REQUEST_LINE: Final = re.compile(
    rb"(GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH) "
    rb"((/[\x21\x22\x24-\x3e\x40-\x7e]*+)(?:\?([\x21\x22\x24-\x7e]*+))?+) HTTP/1\.1\r\n"
)

# SECURITY: no "_" in names (X_Forwarded_For and X-Forwarded-For share an environ key), no space before the colon
# ("Transfer-Encoding : chunked"), no control character, CR, LF or NUL in values. The look-behind makes each match
# start a line: with it, and one match per line end, no byte of the head was skipped.
_FIELD: Final = re.compile(rb"(?<=\r\n)([A-Za-z0-9!#$%&'*+.^`|~-]++):[ \t]*+([\t\x20-\x7e\x80-\xff]*+)\r\n")

BARE_LF: Final = re.compile(rb"(?<!\r)\n")

_METHODS: Final = {method.encode(): method for method in "GET POST PUT DELETE HEAD OPTIONS PATCH".split()}

# SECURITY: fields with one value. Two of them may be read differently by a proxy in front (request smuggling).
_SINGLE: Final = frozenset(("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_HOST"))

_MAX_KEYS: Final = 500
_MAX_DIGITS: Final = 12
_keys: dict[bytes, str] = {}


def _environ_key(name: bytes) -> str:
    """Return the CGI name of a field; names seen are remembered, up to a limit that no client can push."""
    upper = name.decode("ascii").upper().replace("-", "_")
    key = upper if upper in ("CONTENT_LENGTH", "CONTENT_TYPE") else "HTTP_" + upper
    if len(_keys) < _MAX_KEYS:
        _keys[name] = key
    return key


def _too_long(buffer: bytes, start: int, end: int, settings: Settings) -> bool:
    """Tell whether a single field exceeds gunicorn's limit; cheap for the usual head, which is shorter than it."""
    limit = settings.limit_field_size
    return end - start > limit and any(len(line) + 2 > limit for line in buffer[start:end].split(b"\r\n"))


def parse_head(buffer: bytes, end: int, base: Environ, settings: Settings) -> tuple[Environ, int] | None:
    """Return the environ and the body's length in bytes for the head `buffer[:end + 4]`.

    `end` is where its CRLF CRLF begins, `base` the connection's part of the environ (copied, not changed).
    None: the request is unusual and gunicorn's own parser has to decide. Source: RFC 9112 sections 3, 5 and 6.
    """
    line = _REQUEST_LINE.match(buffer)
    if line is None:
        return None
    start, stop = line.end(), end + 2
    fields = _FIELD.findall(buffer, start, stop)
    count = len(fields)
    if (
        count != buffer.count(b"\r\n", start, stop)
        or count > settings.limit_fields
        or start - 2 > settings.limit_line > 0
        or settings.script_name
        or _too_long(buffer, start, end, settings)
    ):
        return None
    environ = base.copy()
    method, uri, path, query = line.groups()
    environ["REQUEST_METHOD"] = _METHODS[method]
    environ["RAW_URI"] = uri.decode("ascii")
    environ["QUERY_STRING"] = query.decode("ascii") if query else ""
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if b"%" in path else path.decode("ascii")
    for name, value in fields:
        key = _keys.get(name) or _environ_key(name)
        text = value.decode("latin-1").rstrip(" \t")
        if key not in environ:
            environ[key] = text
        elif key in _SINGLE:
            return None
        else:
            environ[key] = f"{environ[key]},{text}"
    return _checked(environ)


def _checked(environ: Environ) -> tuple[Environ, int] | None:
    """Return the environ with the body's length, or None where framing or routing is not plain."""
    # SECURITY: any Transfer-Encoding, with or without a length beside it, is decided by one parser only (CL.TE, TE.CL).
    if "HTTP_TRANSFER_ENCODING" in environ or "HTTP_EXPECT" in environ or "HTTP_HOST" not in environ:
        return None
    upgrade = environ.get("HTTP_UPGRADE")
    if upgrade is not None and upgrade.lower() != "websocket":
        return None
    length = environ.get("CONTENT_LENGTH")
    if length is None:
        return environ, 0
    # SECURITY: ASCII digits only; int() alone takes "+5", " 5", "5_0" and digits of other scripts.
    if not (length.isascii() and length.isdigit()) or len(length) > _MAX_DIGITS:
        return None
    return environ, int(length)
