"""Every query on categories."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from hubbub.core.db import Database

COLUMNS: Final = (
    "id", "userid", "teamid", "sortorder", "sorting", "type", "displayname", "muted", "collapsed",
)  # fmt: skip


class Category(msgspec.Struct, kw_only=True):
    """A category with the ids of its channels, in order."""

    id: str = ""
    user_id: str = ""
    team_id: str = ""
    sort_order: int = 0
    sorting: str = ""
    type: str = "custom"
    display_name: str = ""
    muted: bool = False
    collapsed: bool = False
    channel_ids: list[str] = msgspec.field(default_factory=list)


class SidebarStore:
    """Reads and writes categories."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def categories(self, user_id: str, team_id: str) -> list[Category]:
        """Return a user's categories of a team in order, with the channels that were put into them."""
        rows = self.db.fetch_all(
            f"SELECT {', '.join(COLUMNS)} FROM {{sidebarcategories}} WHERE userid = ? AND teamid = ?"
            " ORDER BY sortorder, id",
            (user_id, team_id),
        )
        found = {row[0]: _to_category(row) for row in rows}
        placed = self.db.select_in(
            "SELECT categoryid, channelid FROM {sidebarchannels} WHERE userid = ? AND categoryid IN ({ids})"
            " ORDER BY sortorder, channelid",
            found,
            (user_id,),
        )
        for category_id, channel_id in placed:
            found[category_id].channel_ids.append(channel_id)
        return list(found.values())

    def insert(self, categories: Iterable[Category]) -> None:
        """Store new categories; ones that are there already are left alone."""
        rows = [_to_row(category) for category in categories]
        self.db.insert_many("sidebarcategories", COLUMNS, rows, ignore_duplicates=True)

    def update(self, category: Category) -> None:
        """Store a category's name and settings."""
        self.db.execute(
            "UPDATE {sidebarcategories} SET displayname = ?, sorting = ?, muted = ?, collapsed = ? WHERE id = ?",
            (category.display_name, category.sorting, category.muted, category.collapsed, category.id),
        )

    def place(self, category: Category, team_category_ids: list[str]) -> None:
        """Store which channels a category holds; they leave the other categories of the team."""
        user_id = category.user_id
        self.db.execute("DELETE FROM {sidebarchannels} WHERE userid = ? AND categoryid = ?", (user_id, category.id))
        for other_id in team_category_ids:
            text, ids = self.db.in_list(
                "DELETE FROM {sidebarchannels} WHERE userid = ? AND categoryid = ? AND channelid IN ({ids})",
                category.channel_ids or [""],
            )
            self.db.execute(text, (user_id, other_id, *ids))
        rows = [(id, user_id, category.id, 10 * order) for order, id in enumerate(category.channel_ids)]
        self.db.upsert(
            "sidebarchannels",
            ("channelid", "userid", "categoryid", "sortorder"),
            ("channelid", "userid", "categoryid"),
            rows,
        )

    def set_order(self, category_ids: Iterable[str]) -> None:
        """Store the order of categories."""
        self.db.execute_many(
            "UPDATE {sidebarcategories} SET sortorder = ? WHERE id = ?",
            [(10 * order, category_id) for order, category_id in enumerate(category_ids)],
        )

    def delete(self, category: Category) -> None:
        """Remove a category; its channels fall back into the default ones."""
        self.db.execute(
            "DELETE FROM {sidebarchannels} WHERE userid = ? AND categoryid = ?", (category.user_id, category.id)
        )
        self.db.execute("DELETE FROM {sidebarcategories} WHERE id = ?", (category.id,))

    def forget_everywhere(self, channel_id: str) -> None:
        """Take a channel that went to another team out of everybody's categories."""
        self.db.execute("DELETE FROM {sidebarchannels} WHERE channelid = ?", (channel_id,))

    def forget_channel(self, user_id: str, channel_id: str) -> None:
        """Take a channel that was left out of the user's categories."""
        self.db.execute("DELETE FROM {sidebarchannels} WHERE userid = ? AND channelid = ?", (user_id, channel_id))


def _to_category(row: tuple[Any, ...]) -> Category:
    return Category(
        id=row[0],
        user_id=row[1],
        team_id=row[2],
        sort_order=row[3] or 0,
        sorting=row[4] or "",
        type=row[5],
        display_name=row[6] or "",
        muted=bool(row[7]),
        collapsed=bool(row[8]),
    )


def _to_row(category: Category) -> tuple[Any, ...]:
    return (
        category.id, category.user_id, category.team_id, category.sort_order, category.sorting, category.type,
        category.display_name, category.muted, category.collapsed,
    )  # fmt: skip
