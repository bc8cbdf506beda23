"""The picture of who has none: an initial on a coloured square, as a PNG.

Every client shows PNG; an image library is not needed for one letter of a 5x7 grid.
"""

import struct
import zlib
from functools import lru_cache
from typing import Final

from hubbub.core.contracts.users import User

SIZE: Final = 128
_SCALE: Final = 10
_COLOURS: Final = (
    "c51162 d50000 aa00ff 6200ea 304ffe 2962ff 0091ea 00838f 00796b 2e7d32 558b2f 9e6b00 e65100 bf360c 5d4037 37474f"
).split()

# Rows of five pixels, top to bottom, as the five low bits of two hexadecimal digits.
_GLYPHS: Final = {
    "a": "0e11111f111111", "b": "1e11111e11111e", "c": "0e11101010110e", "d": "1e11111111111e", "e": "1f10101e10101f",
    "f": "1f10101e101010", "g": "0e11101711110f", "h": "1111111f111111", "i": "0e04040404040e", "j": "0702020202120c",
    "k": "11121418141211", "l": "1010101010101f", "m": "111b1515111111", "n": "11191915131311", "o": "0e11111111110e",
    "p": "1e11111e101010", "q": "0e11111115120d", "r": "1e11111e141211", "s": "0f10100e01011e", "t": "1f040404040404",
    "u": "1111111111110e", "v": "11111111110a04", "w": "1111111515150a", "x": "11110a040a1111", "y": "1111110a040404",
    "z": "1f01020408101f", "0": "0e11131519110e", "1": "040c040404040e", "2": "0e11010204081f", "3": "1f02040201110e",
    "4": "02060a121f0202", "5": "1f101e0101110e", "6": "0608101e11110e", "7": "1f010204080808", "8": "0e11110e11110e",
    "9": "0e11110f01020c", "_": "0000000000001f", "-": "0000001f000000", ".": "00000000000c0c", "?": "0e110102040004",
}  # fmt: skip


def initial_of(user: User) -> str:
    """Return the letter that stands for an account: the first of its user name."""
    first = user.username[:1].lower()
    return first if first in _GLYPHS else "?"


def default_avatar(user: User) -> bytes:
    """Return the generated picture of an account: 128x128 pixels, the same for the same account and name."""
    colour = _COLOURS[zlib.crc32(user.id.encode()) % len(_COLOURS)]
    return render(initial_of(user), colour)


@lru_cache(maxsize=len(_GLYPHS) * len(_COLOURS))
def render(initial: str, colour: str) -> bytes:
    """Return a PNG of two colours: a white letter on `colour` (hexadecimal RRGGBB)."""
    rows = [int(_GLYPHS[initial][at : at + 2], 16) for at in range(0, 14, 2)]
    left, top = (SIZE - 5 * _SCALE) // 2, (SIZE - 7 * _SCALE) // 2
    blank = b"\0" + bytes(SIZE // 8)
    lines = [blank] * top
    for row in rows:
        bits = 0
        for column in range(5):
            if row & (0x10 >> column):
                begin = left + column * _SCALE
                bits |= ((1 << _SCALE) - 1) << (SIZE - begin - _SCALE)
        lines += [b"\0" + bits.to_bytes(SIZE // 8, "big")] * _SCALE
    lines += [blank] * (SIZE - len(lines))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 1, 3, 0, 0, 0)
    palette = bytes.fromhex(colour) + b"\xff\xff\xff"
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", palette)
        + _chunk(b"IDAT", zlib.compress(b"".join(lines), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
