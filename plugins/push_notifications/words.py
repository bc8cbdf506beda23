"""What pushes say in which language."""

from pathlib import Path
from typing import Final

import msgspec

FOLDER: Final = Path(__file__).parent / "locales"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language; `{…}` are filled in."""

    direct: str
    mention: str
    everybody: str
    thread: str
    other: str
    new_message: str
    files: str
    session_expired: str
