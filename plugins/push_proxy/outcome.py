"""What comes of handing a message to Apple or Google."""

from typing import Final

import msgspec

SENT: Final = "sent"
GONE: Final = "gone"
"""The app was removed from the phone, or the token never was one: nothing should be sent to it again."""
REFUSED: Final = "refused"
LATER: Final = "later"
"""The same message may get through in a moment."""
SIGN_IN: Final = "sign_in"
"""Our own token is too old: a new one may help, at once."""


class Outcome(msgspec.Struct, frozen=True):
    """One attempt. `reason` is for people; `after_s` how long the service wants to be left alone."""

    kind: str
    reason: str = ""
    after_s: float = 0.0


def retry_after(value: str) -> float:
    """Return the seconds of a Retry-After header, 0 where there are none (a date isn't understood)."""
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0.0
