"""How passwords are hashed: PBKDF2 in the form that Mattermost 11 writes, and bcrypt of the servers before it."""

import base64
import binascii
import hashlib
import hmac
import os
import re
from typing import Final

import bcrypt

ITERATIONS: Final = 600_000
MAXIMUM_ITERATIONS: Final = 10_000_000
"""What a stored hash may ask for: no row of the database may keep a thread busy for minutes."""
BCRYPT_COST: Final = 10
SALT_BYTES: Final = 16
KEY_BYTES: Final = 32

_PBKDF2: Final = re.compile(
    r"\$pbkdf2\$f=(SHA256|SHA512),w=([1-9]\d{0,7}),l=([1-9]\d{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
).fullmatch
_BCRYPT: Final = re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}").fullmatch


class Pbkdf2Hasher:
    """`$pbkdf2$f=SHA256,w=600000,l=32$<salt>$<hash>`, both in base64 without padding (PHC string format)."""

    def __init__(self, iterations: int = ITERATIONS) -> None:
        self._iterations = iterations

    def hash(self, password: str) -> str:
        """Return a new hash, salt included."""
        salt = os.urandom(SALT_BYTES)
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, self._iterations, KEY_BYTES)
        return f"$pbkdf2$f=SHA256,w={self._iterations},l={KEY_BYTES}${_encode(salt)}${_encode(key)}"

    def verify(self, password: str, hashed: str) -> bool:
        """Say whether the password is the one that was hashed; False for a form it doesn't know."""
        match = _PBKDF2(hashed)
        if match is None:
            return False
        function, iterations, length = match[1].lower(), int(match[2]), int(match[3])
        try:
            salt, expected = _decode(match[4]), _decode(match[5])
        except binascii.Error:
            return False
        if iterations > MAXIMUM_ITERATIONS or len(expected) != length:
            return False
        key = hashlib.pbkdf2_hmac(function, password.encode(), salt, iterations, length)
        return hmac.compare_digest(key, expected)

    def needs_rehash(self, hashed: str) -> bool:
        """Say whether the hash isn't what `hash` would write today."""
        return not hashed.startswith(f"$pbkdf2$f=SHA256,w={self._iterations},l={KEY_BYTES}$")


class BcryptHasher:
    """bcrypt, as servers before version 11 write it and every version reads it."""

    def hash(self, password: str) -> str:
        """Return a new hash, salt included."""
        return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(BCRYPT_COST, prefix=b"2a")).decode()

    def verify(self, password: str, hashed: str) -> bool:
        """Say whether the password is the one that was hashed; False for a form it doesn't know."""
        if _BCRYPT(hashed) is None:
            return False
        try:
            return bcrypt.checkpw(password.encode()[:72], hashed.encode())
        except ValueError:  # a cost out of range
            return False

    def needs_rehash(self, hashed: str) -> bool:
        """Say whether the hash isn't bcrypt, or was made with less work than `hash` would take."""
        return _BCRYPT(hashed) is None or int(hashed[4:6]) < BCRYPT_COST


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
