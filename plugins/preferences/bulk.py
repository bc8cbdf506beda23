"""Preferences in the bulk format: settings of people, channels they have shown or marked, posts they have saved."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, PostEntry, refused
from hubbub.core.contracts.preferences import Preference
from hubbub.core.db import Database
from hubbub.plugins.preferences.service import SAVED_POSTS
from hubbub.plugins.preferences.store import PreferenceStore

FAVORITE: Final = "favorite_channel"
DIRECT_SHOWN: Final = "direct_channel_show"
GROUP_SHOWN: Final = "group_channel_show"
THEME: Final = "theme"
TRUE: Final = "true"
_OWN_NAME: Final = "tutorial_step"
"""The preference of this category is named by its user's id."""
_SETTINGS: Final = {
    "feature_enabled_markdown_preview": ("advanced_settings", "feature_enabled_markdown_preview"),
    "formatting": ("advanced_settings", "formatting"),
    "send_on_ctrl_enter": ("advanced_settings", "send_on_ctrl_enter"),
    "code_block_ctrl_enter": ("advanced_settings", "code_block_ctrl_enter"),
    "show_join_leave": ("advanced_settings", "join_leave"),
    "show_unread_scroll_position": ("advanced_settings", "unread_scroll_position"),
    "sync_drafts": ("advanced_settings", "sync_drafts"),
    "show_unread_section": ("sidebar_settings", "show_unread_section"),
    "limit_visible_dms_gms": ("sidebar_settings", "limit_visible_dms_gms"),
    "name_format": ("display_settings", "name_format"),
    "military_time": ("display_settings", "use_military_time"),
    "link_previews": ("display_settings", "link_previews"),
    "message_display": ("display_settings", "message_display"),
    "collapse_consecutive_messages": ("display_settings", "collapse_consecutive_messages"),
    "colorize_usernames": ("display_settings", "colorize_usernames"),
    "channel_display_mode": ("display_settings", "channel_display_mode"),
    "theme": (THEME, ""),
    "tutorial_step": (_OWN_NAME, ""),
    "email_interval": ("notifications", "email_interval"),
}
"""Field of a line → category and name."""
_FIELDS: Final = {key: field for field, key in _SETTINGS.items()}
_INTERVALS: Final = {"immediately": "30", "fifteen": "900", "hour": "3600"}
_WORDS: Final = {seconds: word for word, seconds in _INTERVALS.items()}


class UserPreferences:
    """Settings, themes and favourites in lines of users."""

    line = "user"
    rank = 30

    def __init__(self, db: Database) -> None:
        self._db = db
        self._store = PreferenceStore(db)

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store what lines say."""
        teams = run.names.teams({team.name for entry in entries for team in entry.data.teams or ()})
        keys = {
            (teams.get(team.name, ""), channel.name)
            for entry in entries
            for team in entry.data.teams or ()
            for channel in team.channels or ()
            if channel.favorite is not None
        }
        channels = run.names.channels(keys)
        found = []
        for entry in entries:
            for field, (category, name) in _SETTINGS.items():
                value = getattr(entry.data, field)
                if value is not None:
                    if field == "email_interval":
                        value = _INTERVALS.get(value, value)
                    found.append(_preference(entry.id, category, entry.id if category == _OWN_NAME else name, value))
            for team in entry.data.teams or ():
                if team.theme is not None:
                    found.append(_preference(entry.id, THEME, teams[team.name], team.theme))
                for channel in team.channels or ():
                    if channel.favorite:
                        found.append(_preference(entry.id, FAVORITE, channels[teams[team.name], channel.name], TRUE))
        self._store.save(found)

    def give(self, entries: Sequence[Entry], run: BulkExport) -> None:
        """Fill in what people have set."""
        places, teams = run.places(), {place.team_id: place.team for place in run.places().values()}
        by_id = {entry.id: entry.data for entry in entries}
        sql = "SELECT userid, category, name, value FROM {preferences} WHERE userid IN ({ids})"
        for user_id, category, name, value in self._db.select_in(sql, by_id):
            data = by_id[user_id]
            field = _FIELDS.get((category, "" if category == _OWN_NAME and name == user_id else name))
            if field is not None:
                setattr(data, field, _WORDS.get(value, value) if field == "email_interval" else value or "")
            own = {team.name: team for team in data.teams or ()}
            if category == THEME and name in teams and teams[name] in own:
                own[teams[name]].theme = value
            elif category == FAVORITE and value == TRUE and name in places and places[name].team in own:
                for channel in own[places[name].team].channels or ():
                    if channel.name == places[name].name:
                        channel.favorite = True


class DirectPreferences:
    """Who has a direct or group channel in sight, or among the favourites."""

    line = "direct_channel"
    rank = 30

    def __init__(self, db: Database) -> None:
        self._db = db
        self._store = PreferenceStore(db)

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store it. Channels that nobody is said to show are shown by none."""
        users = run.names.users({name for entry in entries for name in entry.data.usernames()})
        found = []
        for entry in entries:
            ids = [users[name] for name in entry.data.usernames()]
            for name in entry.data.favorited_by or ():
                found.append(_preference(_known(users, name, entry), FAVORITE, entry.id, TRUE))
            for name in entry.data.shown_by or ():
                user_id = _known(users, name, entry)
                category, key = _shown(user_id, ids, entry.id)
                found.append(_preference(user_id, category, key, TRUE))
        self._store.save(found)

    def give(self, entries: Sequence[Entry], run: BulkExport) -> None:
        """Fill in who shows channels, and whose favourites they are."""
        names = {name for entry in entries for name in entry.data.usernames()}
        sql = "SELECT id, username FROM {users} WHERE username IN ({ids})"
        usernames: dict[str, str] = dict(self._db.select_in(sql, names))
        ids = {name: user_id for user_id, name in usernames.items()}
        wanted: dict[tuple[str, str, str], tuple[Entry, str]] = {}
        for entry in entries:
            members = [ids[name] for name in entry.data.usernames() if name in ids]
            for user_id in members:
                wanted[(user_id, *_shown(user_id, members, entry.id))] = (entry, "shown_by")
                wanted[user_id, FAVORITE, entry.id] = (entry, "favorited_by")
        found = self._read({name for _, _, name in wanted})
        for key in found:
            if key in wanted:
                entry, field = wanted[key]
                setattr(entry.data, field, [*(getattr(entry.data, field) or ()), usernames[key[0]]])
        for entry in entries:
            for field in ("shown_by", "favorited_by"):
                if getattr(entry.data, field):
                    setattr(entry.data, field, sorted(set(getattr(entry.data, field))))

    def _read(self, names: Iterable[str]) -> list[tuple[str, str, str]]:
        sql = "SELECT userid, category, name, value FROM {preferences} WHERE name IN ({ids})"
        return [(row[0], row[1], row[2]) for row in self._db.select_in(sql, names) if row[3] == TRUE]


class FlaggedPosts:
    """Fills in and stores `flagged_by` of posts."""

    line = "post"
    rank = 60

    def __init__(self, db: Database) -> None:
        self._db = db
        self._store = PreferenceStore(db)

    def take(self, entries: Sequence[PostEntry], run: BulkImport) -> None:
        """Store who has saved posts."""
        wanted = [(entry, name) for entry in entries if entry.data.flagged_by for name in entry.data.flagged_by]
        users = run.names.users({name for _, name in wanted})
        self._store.save(
            [_preference(_known(users, name, entry), SAVED_POSTS, entry.id, TRUE) for entry, name in wanted]
        )

    def give(self, entries: Sequence[PostEntry], run: BulkExport) -> None:
        """Name who has saved posts."""
        by_id = {entry.id: entry.data for entry in entries}
        sql = "SELECT name, userid FROM {preferences} WHERE category = ? AND name IN ({ids})"
        rows = self._db.select_in(sql, by_id, (SAVED_POSTS,))
        names = run.names.usernames({row[1] for row in rows})
        for post_id, user_id in rows:
            if user_id in names:
                data = by_id[post_id]
                data.flagged_by = sorted([*(data.flagged_by or ()), names[user_id]])


def _preference(user_id: str, category: str, name: str, value: str) -> Preference:
    return Preference(user_id=user_id, category=category, name=name, value=value)


def _known(users: Mapping[str, str], name: str, entry: Entry | PostEntry) -> str:
    if name not in users:
        raise refused(entry, "there is no user {name}.", name=name)
    return users[name]


def _shown(user_id: str, members: Sequence[str], channel_id: str) -> tuple[str, str]:
    """Return category and name of the preference that has a channel in sight."""
    others = [other for other in members if other != user_id]
    if len(set(members)) <= 2:
        return DIRECT_SHOWN, others[0] if others else user_id
    return GROUP_SHOWN, channel_id
