"""Secrets, codes and QR codes (RFC 6238, with what every authenticator app takes: SHA-1, 6 digits, 30 seconds)."""

import base64
import binascii
import hmac
import io
from typing import Final
from urllib.parse import urlsplit

import pyotp
import segno

STEP_S: Final = 30
WINDOW: Final = (0, -1, 1)
"""Which steps around now are accepted, in the order they are tried: clocks may be half a minute wrong."""
_DIGITS: Final = 6
_SECRET_LENGTH: Final = 32
"""Characters of base32: 20 bytes."""
_PIXELS: Final = 6
"""Of a QR code's module."""


class Totp(pyotp.TOTP):
    """Codes of secrets that exist, also of the short ones that other servers once made; ours have 160 bits."""

    min_secret_length_bits = 80


def new_secret() -> str:
    """Return a secret of 20 bytes in base32."""
    return pyotp.random_base32(_SECRET_LENGTH)


def matching_step(secret: str, code: str, now_s: int) -> int | None:
    """Return the step (number of half-minutes since 1970) whose code this is, None when it is none of now."""
    code = "".join(code.split())
    if not secret or len(code) != _DIGITS:
        return None
    current = now_s // STEP_S
    found = None
    try:
        totp = Totp(secret)
        for offset in WINDOW:
            # SECURITY: all are compared, so that time doesn't tell which one it was.
            right = hmac.compare_digest(totp.generate_otp(current + offset).encode(), code.encode())
            found = current + offset if right and found is None else found
    except (binascii.Error, ValueError):  # what is stored is no base32
        return None
    return found


def qr_code(secret: str, *, email: str, site_url: str, site_name: str) -> str:
    """Return what an app scans, a PNG in base64: `otpauth://totp/<site>:<email>?secret=…`."""
    issuer = urlsplit(site_url).hostname or site_name
    uri = Totp(secret).provisioning_uri(name=email, issuer_name=issuer.replace(":", ""))
    picture = io.BytesIO()
    segno.make(uri, micro=False, error="l").save(picture, kind="png", scale=_PIXELS)
    return base64.b64encode(picture.getvalue()).decode()
