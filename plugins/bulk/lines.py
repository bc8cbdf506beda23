"""Lines as bytes and as records, in both directions."""

import re
from typing import Any, Final

import msgspec

from hubbub.core.contracts.bulk import BulkError, BulkOwner

VERSION: Final = 1
_NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
_encoder: Final = msgspec.json.Encoder(order=None)


class Decoder:
    """Reads lines; made for the types of lines that plugins own."""

    def __init__(self, owners: dict[str, BulkOwner]) -> None:
        self._types = [*owners, "version"]
        fields: list[Any] = [("type", str), ("version", int | None, None)]
        fields += [(name, owner.record | None, None) for name, owner in owners.items()]
        self._known = frozenset(owners)
        self._decode = msgspec.json.Decoder(msgspec.defstruct("Line", fields, kw_only=True)).decode

    def decode(self, number: int, line: bytes) -> tuple[str, Any]:
        """Return (type, record). Raises `BulkError` that names the line and the field."""
        if b"\\u0000" in line:  # no database but SQLite stores it in a text
            line = _NUL.sub(rb"\1\\ufffd", line)
        try:
            found: Any = self._decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BulkError("line {line}: {why}", line=number, why=_why(line, error)) from None
        data = getattr(found, found.type, None) if found.type in self._known or found.type == "version" else None
        if data is None:
            raise BulkError("line {line}: {why}", line=number, why=self._complaint(found.type))
        return found.type, data

    def _complaint(self, name: str) -> str:
        if name in self._types:
            return f"a line of type {name} needs a field {name}."
        return (
            f"the type {name!r} is not known here. There are: {', '.join(sorted(self._types))}. Was it written by a"
            " plugin? Turn that one on, or take the lines out."
        )


def _why(line: bytes, error: Exception) -> str:
    try:
        line.decode()
    except UnicodeDecodeError as broken:
        return f"the text is not UTF-8 (byte {broken.start + 1} of the line): convert the file to UTF-8."
    text = str(error)
    if isinstance(error, msgspec.ValidationError):
        what, _, path = text.partition(" - at `")
        return f"{path.rstrip('`').removeprefix('$.') or 'the line'}: {what}."
    return f"this is not JSON ({text}). Each line is one whole JSON object."


def encode(type_name: str, data: Any) -> bytes:
    """Return a line."""
    line = _encoder.encode({"type": type_name, type_name: data})
    if b"\\u0000" in line:
        line = _NUL.sub(rb"\1\\ufffd", line)
    return line + b"\n"


def first_line(server: str) -> bytes:
    """Return the line that every file begins with. It has no time in it: the same site is the same file."""
    info = {"generator": "hubbub", "version": server, "created": ""}
    return _encoder.encode({"type": "version", "version": VERSION, "info": info}) + b"\n"
