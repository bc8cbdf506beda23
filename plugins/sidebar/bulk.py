"""Favourite channels in the bulk format: those of the category of favourites."""

from collections.abc import Iterable, Sequence
from typing import Final

from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry
from hubbub.core.db import Database
from hubbub.plugins.sidebar.service import FAVORITES, default_categories
from hubbub.plugins.sidebar.store import SidebarStore

_COLUMNS: Final = ("channelid", "userid", "categoryid", "sortorder")
_FAVORITE: Final = (
    "SELECT DISTINCT s.userid, s.channelid FROM {sidebarchannels} s JOIN {sidebarcategories} c ON c.id = s.categoryid"
    " AND c.type = ? WHERE "
)


class _Favorites:
    """Reads and writes the category of favourites."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._store = SidebarStore(db)

    def add(self, wanted: Iterable[tuple[str, str, str]]) -> None:
        """Put (user, team, channel) into favourites, behind what is there."""
        rows: dict[tuple[str, str, str], tuple[str, str, str, int]] = {}
        for user_id, team_id, channel_id in wanted:
            self._store.insert(default_categories(user_id, team_id))
            category_id = f"{FAVORITES}_{user_id}_{team_id}"
            rows[channel_id, user_id, category_id] = (channel_id, user_id, category_id, 10 * len(rows))
        self._db.insert_many("sidebarchannels", _COLUMNS, [rows[key] for key in sorted(rows)], ignore_duplicates=True)

    def of_users(self, user_ids: Iterable[str]) -> set[tuple[str, str]]:
        """Return (user, channel) of users' favourites."""
        return set(self._db.select_in(_FAVORITE + "s.userid IN ({ids})", user_ids, (FAVORITES,)))

    def of_channels(self, channel_ids: Iterable[str]) -> list[tuple[str, str]]:
        """Return (user, channel) of those whose favourites channels are."""
        return list(self._db.select_in(_FAVORITE + "s.channelid IN ({ids})", channel_ids, (FAVORITES,)))


class UserFavorites:
    """Favourites in lines of users."""

    line = "user"
    rank = 40

    def __init__(self, db: Database) -> None:
        self._favorites = _Favorites(db)

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store favourites."""
        wanted = [
            (entry.id, team.name, channel.name)
            for entry in entries
            for team in entry.data.teams or ()
            for channel in team.channels or ()
            if channel.favorite
        ]
        teams = run.names.teams({team for _, team, _ in wanted})
        channels = run.names.channels({(teams[team], channel) for _, team, channel in wanted})
        self._favorites.add((user_id, teams[team], channels[teams[team], channel]) for user_id, team, channel in wanted)

    def give(self, entries: Sequence[Entry], run: BulkExport) -> None:
        """Mark favourites."""
        found = self._favorites.of_users([entry.id for entry in entries])
        if not found:
            return
        ids = {(place.team, place.name): place.id for place in run.places().values()}
        for entry in entries:
            for team in entry.data.teams or ():
                for channel in team.channels or ():
                    if (entry.id, ids.get((team.name, channel.name))) in found:
                        channel.favorite = True


class DirectFavorites:
    """Direct and group channels that are favourites: in each team of who marked them."""

    line = "direct_channel"
    rank = 40

    def __init__(self, db: Database) -> None:
        self._db = db
        self._favorites = _Favorites(db)

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store favourites."""
        users = run.names.users({name for entry in entries for name in entry.data.favorited_by or ()})
        wanted = [(users[name], entry.id) for entry in entries for name in entry.data.favorited_by or ()]
        sql = "SELECT userid, teamid FROM {teammembers} WHERE deleteat = 0 AND userid IN ({ids})"
        teams: dict[str, list[str]] = {}
        for user_id, team_id in self._db.select_in(sql, {user_id for user_id, _ in wanted}):
            teams.setdefault(user_id, []).append(team_id)
        self._favorites.add(
            (user_id, team_id, channel_id) for user_id, channel_id in wanted for team_id in teams.get(user_id, ())
        )

    def give(self, entries: Sequence[Entry], run: BulkExport) -> None:
        """Name whose favourites channels are."""
        found = self._favorites.of_channels([entry.id for entry in entries])
        names = run.names.usernames({user_id for user_id, _ in found})
        by_id = {entry.id: entry.data for entry in entries}
        for user_id, channel_id in found:
            data = by_id[channel_id]
            if names.get(user_id) in data.usernames():
                data.favorited_by = sorted({*(data.favorited_by or ()), names[user_id]})
