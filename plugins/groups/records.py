"""Groups as rows of their table, and what may be asked of them."""

from typing import Any, Final

import msgspec
from msgspec import UNSET

from hubbub.core.contracts.groups import Group

COLUMNS: Final = (
    "id", "name", "displayname", "description", "source", "remoteid", "createat", "updateat", "deleteat",
    "allowreference",
)  # fmt: skip


class GroupFilter(msgspec.Struct, kw_only=True):
    """Which groups are wanted; empty values leave a condition out.

    `archived`: False only those that aren't, True only those that are, None both. `since` (ms) finds archived ones too.
    """

    q: str = ""
    names: list[str] | None = None
    source: str = ""
    not_custom: bool = False
    mentionable: bool = False
    team_id: str = ""
    channel_id: str = ""
    not_team_id: str = ""
    not_channel_id: str = ""
    permitted_by_team_of: str = ""
    member_id: str = ""
    since: int = 0
    archived: bool | None = False


class Extras(msgspec.Struct, kw_only=True):
    """What is to be counted for each group."""

    member_count: bool = False
    member_ids: bool = False
    channel_id: str = ""
    timezones: bool = False


def to_group(row: tuple[Any, ...]) -> Group:
    """Return a row of `COLUMNS` and of how many teams and channels belong to it as a record."""
    return Group(
        id=row[0],
        name=row[1] or UNSET,
        display_name=row[2] or "",
        description=row[3] or "",
        source=row[4] or "",
        remote_id=row[5],
        create_at=row[6] or 0,
        update_at=row[7] or 0,
        delete_at=row[8] or 0,
        allow_reference=bool(row[9]),
        has_syncables=bool(row[10]),
    )


def to_row(group: Group) -> tuple[Any, ...]:
    """Return the values of `COLUMNS`."""
    return (
        group.id, group.name or None, group.display_name, group.description, group.source, group.remote_id,
        group.create_at, group.update_at, group.delete_at, group.allow_reference,
    )  # fmt: skip
