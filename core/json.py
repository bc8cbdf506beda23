"""The one JSON codec: msgspec, whose Structs are the wire shape of every record."""

from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")
_encoder = msgspec.json.Encoder()

encode = _encoder.encode


def encode_str(value: object) -> str:
    """Return `value` as JSON text."""
    return _encoder.encode(value).decode()


def decode(data: bytes | str, type: type[_T] | Any = Any) -> Any:
    """Return `data` decoded as `type`.

    Raises `msgspec.ValidationError` for a wrong shape, `msgspec.DecodeError` for text that is not JSON.
    """
    return msgspec.json.decode(data, type=type)
