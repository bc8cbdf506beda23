"""Who is connected to this process, by user, channel and team.

Most channels are small or direct ones: one connected member stands for itself, hundreds are a list, more are a set.
"""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hubbub.core.realtime.audience import Delivery
    from hubbub.core.realtime.connection import Connection


class UserEntry:
    """A user with connections (open or waiting to be resumed), and the memberships the index has for them.

    `stale`: memberships must be read again before the next event that depends on them. `recheck`: sessions and
    permissions must be looked at before any event. `generation` counts these demands, so that a reading that began
    before the latest one is not used. `pending`: events that wait for the reading, in order.
    `expires_at`: when the first of the sessions ends (ms, 0 never).
    """

    __slots__ = (
        "channels",
        "connections",
        "expires_at",
        "generation",
        "pending",
        "recheck",
        "refreshing",
        "retries",
        "stale",
        "teams",
        "user_id",
    )

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.connections: tuple[Connection, ...] = ()
        self.channels: tuple[str, ...] = ()
        self.teams: tuple[str, ...] = ()
        self.stale = True
        self.recheck = False
        self.refreshing = False
        self.expires_at = 0
        self.generation = 0
        self.retries = 0
        self.pending: deque[Delivery] | None = None


_Audiences = dict[str, "UserEntry | list[UserEntry] | set[UserEntry]"]
_LISTED: Final = 256
"""A set takes four times the memory of a list; taking one of 256 out of a list costs 2 µs."""


class Index:
    """Look-ups of users and audiences; plain dictionaries, nothing here blocks."""

    def __init__(self) -> None:
        self.users: dict[str, UserEntry] = {}
        self.stale: set[UserEntry] = set()
        self._channels: _Audiences = {}
        self._teams: _Audiences = {}

    def add_user(self, user_id: str) -> UserEntry:
        """Return the entry of a user, new and stale when there is none."""
        entry = self.users.get(user_id)
        if entry is None:
            entry = self.users[user_id] = UserEntry(user_id)
            self.stale.add(entry)
        return entry

    def remove_user(self, entry: UserEntry) -> None:
        """Forget a user without connections."""
        if self.users.get(entry.user_id) is entry:
            del self.users[entry.user_id]
        self.install(entry, (), ())
        self.stale.discard(entry)

    def mark_stale(self, entry: UserEntry) -> None:
        """Have the user's memberships read again before the next event that depends on them."""
        entry.stale = True
        entry.generation += 1
        self.stale.add(entry)

    def install(self, entry: UserEntry, channels: Iterable[str], teams: Iterable[str]) -> None:
        """Put memberships in place of those that the index has; the entry is no longer stale."""
        entry.channels = _replace(self._channels, entry, entry.channels, tuple(channels))
        entry.teams = _replace(self._teams, entry, entry.teams, tuple(teams))
        entry.stale = False
        self.stale.discard(entry)

    def in_channel(self, channel_id: str) -> list[UserEntry]:
        """Return the connected members of a channel; stale users are judged by what was known."""
        return _audience(self._channels, channel_id)

    def in_team(self, team_id: str) -> list[UserEntry]:
        """Return the connected members of a team; stale users are judged by what was known."""
        return _audience(self._teams, team_id)


def _audience(audiences: _Audiences, key: str) -> list[UserEntry]:
    found = audiences.get(key)
    if found is None:
        return []
    return [found] if isinstance(found, UserEntry) else list(found)


def _replace(audiences: _Audiences, entry: UserEntry, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    before, after = set(old), set(new)
    for key in before - after:
        _discard(audiences, key, entry)
    for key in after - before:
        _add(audiences, key, entry)
    return new


def _add(audiences: _Audiences, key: str, entry: UserEntry) -> None:
    found = audiences.get(key)
    if found is None:
        audiences[key] = entry
    elif isinstance(found, set):
        found.add(entry)
    elif isinstance(found, list):
        if entry not in found:
            found.append(entry)
            if len(found) > _LISTED:
                audiences[key] = set(found)
    elif found is not entry:
        audiences[key] = [found, entry]


def _discard(audiences: _Audiences, key: str, entry: UserEntry) -> None:
    found = audiences.get(key)
    if isinstance(found, set):
        found.discard(entry)
        if len(found) <= _LISTED // 2:
            audiences[key] = list(found)
    elif isinstance(found, list):
        if entry in found:
            found.remove(entry)
        if len(found) == 1:
            audiences[key] = found[0]
    elif found is entry:
        del audiences[key]
