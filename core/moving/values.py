"""What a value of one engine is on another, and sums over rows that are the same on all."""

import json
import struct
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final, Literal

from msgspec import msgpack

from hubbub.core.db import Row
from hubbub.core.db.dialects import Engine

Kind = Literal["bool", "json", "bytes", "char", "int", "real", "real4", "text"]
Convert = Callable[[Any], Any]
REPLACEMENT: Final = "\ufffd"
_MASK: Final = (1 << 64) - 1
_BEGINNINGS: Final[tuple[tuple[tuple[str, ...], Kind], ...]] = (
    (("bool", "tinyint(1)"), "bool"),
    (("json",), "json"),
    (("bytea", "blob", "longblob", "mediumblob", "tinyblob", "varbinary", "binary"), "bytes"),
    (("char(", "character("), "char"),
    (("int", "bigint", "smallint", "tinyint", "mediumint"), "int"),
    (("double", "float8", "numeric", "decimal"), "real"),
    (("real", "float"), "real4"),
)


def kind_of(engine: Engine, type_name: str) -> Kind:
    """Return what kind of values a column of this type holds, as the engine's catalog writes the type."""
    lowered = type_name.lower()
    for beginnings, kind in _BEGINNINGS:
        if lowered.startswith(beginnings):
            return "real" if kind == "real4" and engine == "sqlite" else kind
    return "text"


class Converter:
    """Makes rows fit for the columns of a target. `replaced` counts texts whose NULs had to be replaced."""

    def __init__(self, engine: Engine, kinds: Sequence[Kind], nullable: Sequence[bool]) -> None:
        self._engine = engine
        self.replaced = 0
        self._steps = [(place, self._step(kind, nullable[place])) for place, kind in enumerate(kinds)]

    def rows(self, rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
        """Return the rows as the target takes them. Raises `ValueError` for a value that it can't hold."""
        steps = self._steps
        return [[step(row[position]) for position, step in steps] for row in rows]

    def _step(self, kind: Kind, nullable: bool) -> Convert:
        if kind == "bool":
            return _bool if self._engine == "postgres" else _number_of_bool
        if kind == "json":
            return lambda value: self._json(value, nullable)
        if kind in ("text", "char"):
            return self._text_without_nul if self._engine == "postgres" else _text
        return {"bytes": _bytes, "int": _int}.get(kind, _real)

    def _text_without_nul(self, value: Any) -> Any:
        """PostgreSQL has no NUL in a text."""
        if type(value) is not str:
            value = _text(value)
        if value and "\0" in value:
            self.replaced += 1
            return value.replace("\0", REPLACEMENT)
        return value

    def _json(self, value: Any, nullable: bool) -> Any:
        """Return JSON text; nothing at all becomes NULL, or null."""
        text = _text(value)
        if text is None or not text.strip():
            return None if nullable else "null"
        if self._engine == "postgres" and ("\\u0000" in text or "\0" in text):
            self.replaced += 1
            return json.dumps(_without_nul(json.loads(text, strict=False)))
        return text


def _bool(value: Any) -> Any:
    return None if value is None else bool(int(value) if isinstance(value, str) else value)


def _number_of_bool(value: Any) -> Any:
    return None if value is None else int(_bool(value))


def _text(value: Any) -> Any:
    if value is None or type(value) is str:
        return value
    return bytes(value).decode() if isinstance(value, bytes | memoryview) else str(value)


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def _int(value: Any) -> Any:
    return value if value is None or type(value) is int else int(value)


def _real(value: Any) -> Any:
    return value if value is None or type(value) is float else float(value)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", REPLACEMENT)
    if isinstance(value, list):
        return [_without_nul(entry) for entry in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(entry) for key, entry in value.items()}
    return value


class Summer:
    """Adds up rows of a target's table: the sum is the same in whatever order they come."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        alike: dict[Kind, Convert] = {"json": _alike_json, "char": _alike_char, "real4": _alike_real4}
        self._alike = [(position, alike[kind]) for position, kind in enumerate(kinds) if kind in alike]
        self._encode = msgpack.Encoder().encode

    def sum(self, rows: Iterable[Row | list[Any]], start: int = 0) -> int:
        """Return `start` plus the rows' sum, in 64 bits."""
        encode, alike, total = self._encode, self._alike, start
        for row in rows:
            values = list(row)
            for position, convert in alike:
                if values[position] is not None:
                    values[position] = convert(values[position])
            total += int.from_bytes(blake2b(encode(values), digest_size=8).digest(), "big")
        return total & _MASK


def _alike_json(text: str) -> str:
    """PostgreSQL and MySQL write an object's keys in their own order, and numbers in their own way."""
    if text in ("{}", "[]", "null"):
        return text
    return json.dumps(json.loads(text, parse_float=_number), sort_keys=True)


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _alike_char(text: str) -> str:
    return text.rstrip(" ")


def _alike_real4(value: float) -> float:
    found: float = struct.unpack("f", struct.pack("f", value))[0]
    return round(found, 5)
