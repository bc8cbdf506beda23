"""Messages on the wire between workers: length, topic length, topic, payload."""

import struct
from collections.abc import Iterator
from typing import Final

# Events with large posts are some hundred KiB; more than this is a broken stream, not a message.
MAX_FRAME: Final = 64 * 1024 * 1024
_HEAD: Final = struct.Struct(">IH")


class BrokenStream(Exception):
    """What came can't be a message of ours."""


def pack(topic: str, payload: bytes) -> bytes:
    """Return one frame. Raises `ValueError` for a payload above the limit or a topic above 64 KiB."""
    name = topic.encode()
    size = 2 + len(name) + len(payload)
    if size > MAX_FRAME or len(name) > 0xFFFF:
        raise ValueError(f"a bus message on {topic[:50]!r} is too large: {size} bytes, at most {MAX_FRAME}")
    return b"".join((_HEAD.pack(size, len(name)), name, payload))


class Unpacker:
    """Takes bytes as they come and gives whole messages."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield each complete (topic, payload). Raises `BrokenStream`."""
        buffer = self._rest + data if self._rest else data
        position = 0
        end = len(buffer)
        try:
            while end - position >= _HEAD.size:
                size, name_size = _HEAD.unpack_from(buffer, position)
                if size > MAX_FRAME or name_size + 2 > size:
                    raise BrokenStream(f"a frame of {size} bytes with a topic of {name_size}")
                following = position + 4 + size
                if following > end:
                    break
                start = position + _HEAD.size
                position = following
                try:
                    topic = buffer[start : start + name_size].decode()
                except UnicodeDecodeError as error:
                    raise BrokenStream("a topic that is not UTF-8") from error
                yield topic, buffer[start + name_size : following]
        finally:
            self._rest = buffer[position:]
