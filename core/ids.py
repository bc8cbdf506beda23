"""The one id maker: 26 lower-case letters and digits, as every table and client expects."""

import os
import re
from typing import Final

ID_LENGTH: Final = 26
_VALID = re.compile(r"[a-zA-Z0-9]{26}").fullmatch


def new_id() -> str:
    """Return a new random id of 26 characters (104 random bits).

    Hexadecimal digits are letters and digits, which is all that clients and the schema ask of an id; base32
    as other servers write it would cost five times as much on the path of every post.
    """
    return os.urandom(13).hex()


def is_valid_id(value: str) -> bool:
    """Say whether `value` has the shape of an id."""
    return _VALID(value) is not None
