"""Request bodies: read within a limit, decoded into records, wrong ones answered with a 400 that names the field."""

import re
from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, TooLarge

MAX_DEPTH: Final = 100
"""Levels of nesting that a body may have; real ones have fewer than ten."""
MAX_NULLS: Final = 16
"""Nulls removed one by one; a body with more loses all of them (see `_without_nulls`)."""
CHUNK: Final = 65_536

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_LONG_NUMBER = re.compile(rb"[0-9]{19}").search
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_BRACKETS = re.compile(rb"[\[\]{}]")
_AT = re.compile(r" - at `\$(.*)`$")
_MISSING = re.compile(r"^Object missing required field `([^`]*)`")
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


class PayloadParseError(BadRequest):
    """The body isn't the JSON that the operation takes."""

    id = "api.payload.parse.error"
    message = "The request body isn't valid JSON of the expected form."


def read_body(environ: dict[str, Any], limit: int) -> bytes:
    """Return the whole body. Raises `TooLarge` above `limit` bytes.

    Our own worker has small bodies in memory already. The stock workers' `wsgi.input` ends at the body's end for
    both Content-Length and chunked bodies.
    """
    body = environ.get("hubbub.body")
    if body is not None:
        if len(body) > limit:
            raise TooLarge
        return bytes(body)
    check_length(environ, limit)
    return b"".join(read_chunks(environ, limit))


def check_length(environ: dict[str, Any], limit: int) -> None:
    """Raise `TooLarge` for a body that says that it is larger than `limit` bytes, `BadRequest` for a false length."""
    length = environ.get("CONTENT_LENGTH")
    if not length:
        return
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("The header Content-Length is not a number.")
    if len(length) > 18 or int(length) > limit:
        raise TooLarge


def read_chunks(environ: dict[str, Any], limit: int) -> Any:
    """Yield the body in pieces of at most 64 KiB. Raises `TooLarge` once it passes `limit` bytes."""
    body = environ.get("hubbub.body")
    if body is not None:
        if len(body) > limit:
            raise TooLarge
        yield body
        return
    length = environ.get("CONTENT_LENGTH")
    if not length and "HTTP_TRANSFER_ENCODING" not in environ:
        return
    remaining = int(length) if length and length.isascii() and length.isdigit() else None
    stream = environ["wsgi.input"]
    total = 0
    while remaining is None or remaining > 0:
        chunk = stream.read(CHUNK if remaining is None else min(CHUNK, remaining))
        if not chunk:
            return
        total += len(chunk)
        if remaining is not None:
            remaining -= len(chunk)
        if total > limit:
            raise TooLarge
        yield chunk


def decode(body: bytes, type: Any, name: str = "") -> Any:
    """Return the JSON `body` as `type`.

    A null where the type has none counts as absent. `name` is what a body that is wrong as a whole is called.
    Raises `InvalidBodyParam` naming the field (dotted inside objects), `PayloadParseError` for what has no name.
    """
    check_text(body)
    decoder = _DECODERS.get(type)
    if decoder is None:
        decoder = _DECODERS[type] = msgspec.json.Decoder(type)
    try:
        value = decoder.decode(body)
    except msgspec.ValidationError as error:
        value = _convert_without_nulls(body, type, name, error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _whole_body(name, str(error)) from error
    if _LONG_NUMBER(body) is not None:
        _check_numbers(body)
    return value


def check_text(body: bytes) -> None:
    """Refuse what no column of text can hold (NUL) and what would exhaust the stack. Raises `PayloadParseError`."""
    # PERF: three searches in C, about 0.3 µs for an ordinary body; the exact checks run only on a hit.
    if b"\\u0000" in body and _NUL.search(body) is not None:
        raise PayloadParseError(detailed_error="the body contains the character NUL")
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise PayloadParseError(detailed_error=f"the body is nested more than {MAX_DEPTH} levels deep")


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", body)):
        if bracket in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _check_numbers(body: bytes) -> None:
    """Refuse integers that no column holds: msgspec takes integers of any size."""
    try:
        stack = [("", msgspec.json.decode(body))]
    except msgspec.DecodeError as error:  # thousands of digits, in a field that nobody reads
        raise PayloadParseError(detailed_error=str(error)) from error
    while stack:
        name, value = stack.pop()
        if isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                raise InvalidBodyParam(name[:64] or "body", detailed_error="integer out of range")
        elif isinstance(value, dict):
            stack.extend(value.items())
        elif isinstance(value, list):
            stack.extend((name, item) for item in value)


def _convert_without_nulls(body: bytes, type: Any, name: str, error: msgspec.ValidationError) -> Any:
    """Decode again, leaving out nulls where the type has none; raise what is wrong apart from that."""
    if "got `null`" not in str(error):
        raise _field_error(error, name)
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as failure:
        raise _whole_body(name, str(failure)) from failure
    for _ in range(MAX_NULLS):
        if not _remove(tree, _AT.search(str(error))):
            raise _field_error(error, name)
        try:
            return msgspec.convert(tree, type)
        except msgspec.ValidationError as failure:
            error = failure
            if "got `null`" not in str(error):
                raise _field_error(error, name) from failure
    try:
        return msgspec.convert(_without_nulls(tree), type)
    except msgspec.ValidationError as failure:
        raise _field_error(failure, name) from failure


def _remove(tree: Any, at: re.Match[str] | None) -> bool:
    """Delete the member that a path like `.user.props[...]` names; say whether it was there."""
    parts = re.findall(r"\.([^.\[]+)|\[(\d+)\]", at[1]) if at is not None else []
    if not parts or parts[-1][1]:
        return False
    if "[...]" in (at[1] if at is not None else ""):
        return False
    for key, index in parts[:-1]:
        tree = tree[key] if key else tree[int(index)]
    return tree.pop(parts[-1][0], ...) is not ...


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _field_error(error: msgspec.ValidationError, name: str) -> BadRequest:
    """Return the 400 that names the field which `error` is about."""
    text = str(error)
    at = _AT.search(text)
    path = re.sub(r"\[[^\]]*\]", "", at[1]).strip(".") if at is not None else ""
    missing = _MISSING.search(text)
    if missing is not None:
        path = f"{path}.{missing[1]}" if path else missing[1]
    if path:
        return InvalidBodyParam(path, detailed_error=text)
    return _whole_body(name, text)


def _whole_body(name: str, detail: str) -> BadRequest:
    return InvalidBodyParam(name, detailed_error=detail) if name else PayloadParseError(detailed_error=detail)
