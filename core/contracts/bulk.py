"""Import and export of whole sites in the bulk format: what a plugin brings to it (hook `register_bulk_parts`).

A file is lines of JSON, each `{"type": …, "<type>": {…}}`; fields are in `bulk_lines`. Each type of line has one owner,
which stores lines and finds them again; other plugins are parts of it: who keeps memberships reads and writes those of
user lines. Everything is done in batches, and every batch in a transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from hubbub.core.contracts.bulk_lines import ReplyLine
from hubbub.core.contracts.errors import BadRequest


class Entry(msgspec.Struct, kw_only=True):
    """A line: `data` is its record. The owner sets `id` (and `is_new`) when it is stored; on export they are known.

    `number` counts from 1, 0 on export.
    """

    data: Any
    number: int = 0
    id: str = ""
    is_new: bool = False


class PostEntry(msgspec.Struct, kw_only=True):
    """A post of a line of type post or direct_post: a root, or one of its replies. Parts name them both "post".

    Of several in a batch roots come before their replies. `file_ids` has an id per attachment, "" for one that
    is there already.
    """

    data: ReplyLine
    number: int = 0
    id: str = ""
    is_new: bool = False
    user_id: str = ""
    channel_id: str = ""
    team_id: str = ""
    root: "PostEntry | None" = None
    file_ids: list[str] = msgspec.field(default_factory=list)


class BulkError(BadRequest):
    """A file that can't be imported, or not any further; the text names the line and what to do."""

    id = "app.import.bulk_import.error"
    message = "The file can't be imported."


def refused(entry: Entry | PostEntry, message: str, **params: Any) -> BadRequest:
    """Return the error for a line that can't be stored."""
    return BadRequest(message, line=entry.number, **params)


class BulkNames(Protocol):
    """Names and ids, remembered up to a limit; each call is at most one query per 500 unknown ones."""

    def users(self, usernames: Iterable[str]) -> Mapping[str, str]:
        """Return user name → id of those that exist."""

    def teams(self, names: Iterable[str]) -> Mapping[str, str]:
        """Return team name → id of those that exist."""

    def channels(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Return (team id, channel name) → id of those that exist."""

    def usernames(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """Return user id → name of those that exist."""


class BulkImport(Protocol):
    """An import under way. `started` is when it began (ms), also of one that was cut off and goes on.

    `notes` (what JSON can hold, little of it) is kept with each batch: an import that goes on has it again.
    """

    @property
    def started(self) -> int:
        """When it began (ms)."""

    @property
    def names(self) -> BulkNames:
        """Names and ids."""

    @property
    def notes(self) -> dict[str, Any]:
        """What parts note."""

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows in the fastest way that doesn't stop others."""

    def has_file(self, path: str) -> bool:
        """Say whether the import brings a file. Raises `BulkError` for a path that leads elsewhere."""

    def file(self, path: str) -> Iterator[bytes]:
        """Return a file's bytes, in pieces. Raises `BulkError` when it isn't there."""


class Place(msgspec.Struct, frozen=True):
    """A public or private channel that is exported."""

    id: str
    name: str
    team: str
    team_id: str
    archived: bool


class DirectPlace(msgspec.Struct, frozen=True):
    """A direct or group channel that is exported; `usernames` are sorted, one's own channel names one twice."""

    id: str
    usernames: tuple[str, ...]


class BulkExport(Protocol):
    """An export under way; `started` is when it began (ms): what is newer is left out.

    `scratch` is for what parts work out once.
    """

    started: int
    names: BulkNames
    scratch: dict[str, Any]
    with_archived: bool
    with_attachments: bool
    with_pictures: bool
    with_roles: bool

    def places(self) -> Mapping[str, Place]:
        """Return channel id → public and private channels of teams, by the names of team and channel."""

    def direct_places(self) -> Mapping[str, DirectPlace]:
        """Return channel id → direct and group channels, by the names of their members."""

    def add_file(self, path: str, pieces: Iterable[bytes]) -> None:
        """Put a file beside the lines, under a path that they name."""

    def left_out(self, what: str) -> None:
        """Count something that the file can't hold; the admin is told."""


class BulkPart(Protocol):
    """What a plugin has to do with one type of lines (`line`); parts of a type come in the order of `rank`."""

    line: str
    rank: int


@runtime_checkable
class BulkReader(Protocol):
    """A part that stores."""

    def take(self, entries: Sequence[Any], run: BulkImport) -> None:
        """Store what lines say (`Entry`, for posts `PostEntry`), in the batch's transaction. May run again.

        Raise `refused(entry, …)` to name the line that can't be stored.
        """


@runtime_checkable
class BulkWriter(Protocol):
    """A part that adds to lines on their way out."""

    def give(self, entries: Sequence[Any], run: BulkExport) -> None:
        """Fill in the fields that are this part's. At most a few queries for all."""


@runtime_checkable
class BulkBeginner(Protocol):
    """A part that notes how things were before the import."""

    def begin(self, run: BulkImport) -> None:
        """Do it, before the first line is stored; not again for an import that goes on."""


@runtime_checkable
class BulkFinisher(Protocol):
    """A part with something to do when every line is stored."""

    def finish(self, run: BulkImport) -> None:
        """Do it, in one transaction with the note that the import is complete."""


@runtime_checkable
class BulkChecker(Protocol):
    """A part that looks at lines before anything is stored."""

    def check(self, entries: Sequence[Entry]) -> None:
        """Raise `refused(entry, …)` for what can't be stored."""


@runtime_checkable
class BulkOwner(Protocol):
    """The part that a type of lines belongs to: `record` says what they look like, `order` where they are in a file.

    `batch` is how many lines are stored at once.
    """

    line: str
    record: type[msgspec.Struct]
    order: int
    batch: int

    def batches(self, run: BulkExport) -> Iterator[list[Any]]:
        """Yield all there is, in an order that doesn't depend on ids; of posts, each root before its replies."""


class MemberFlags(NamedTuple):
    """A membership's roles as they are stored: names of other roles, and which scheme roles it has."""

    explicit: str
    guest: bool
    user: bool
    admin: bool


def member_flags(scope: str, roles: str | None) -> MemberFlags:
    """Return what a line's roles mean; `scope` is "team" or "channel". Who has none is a user."""
    names = (roles or f"{scope}_user").split()
    own = [f"{scope}_guest", f"{scope}_user", f"{scope}_admin"]
    explicit = " ".join(name for name in names if name not in own)
    guest, user, admin = (name in names for name in own)
    return MemberFlags(explicit, guest, user or not (guest or explicit), admin)


def roles_text(scope: str, flags: MemberFlags) -> str:
    """Return a membership's roles as lines have them."""
    kinds = zip(("guest", "user", "admin"), flags[1:], strict=True)
    return " ".join([*flags.explicit.split(), *(f"{scope}_{kind}" for kind, has in kinds if has)])
