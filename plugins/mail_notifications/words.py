"""What notifications by mail say in which language."""

from pathlib import Path
from typing import Final

import msgspec

FOLDER: Final = Path(__file__).parent / "locales"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language; `{…}` are filled in."""

    subject_direct: str
    subject_team: str
    subject_channel: str
    title_direct: str
    title_mention: str
    title_thread: str
    title_added: str
    title_other: str
    files: str
    generic: str
    button: str
    footer: str
    digest_subject: str
    digest_title: str
    more: str
