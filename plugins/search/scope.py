"""From names to ids: whose posts, and in which of the asker's channels."""

import hashlib
from collections.abc import Iterable

from hubbub.core.contracts.channels import Channel, ChannelService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.search.language import Asked

USER_FLAGS = ("from", "-from")
CHANNEL_FLAGS = ("in", "-in")


class Scope:
    """Where one search looks: `channel_ids` to search in, authors wanted and not wanted.

    `is_empty` says that what is asked for can't exist: an unknown author, a channel that the asker isn't in.
    """

    def __init__(self, channels: Iterable[Channel], users: dict[str, str], asker_id: str, asked: Asked) -> None:
        self._channels = list(channels)
        self._users = users
        self._asker_id = asker_id
        self._by_name: dict[str, set[str]] = {}
        for channel in self._channels:
            for name in (channel.name, channel.id):
                self._by_name.setdefault(name, set()).add(channel.id)
        self.from_user_ids = self._user_ids(asked.values("from"))
        self.excluded_user_ids = self._user_ids(asked.values("-from"))
        wanted, unwanted = asked.values("in"), self._channel_ids(asked.values("-in"))
        ids = self._channel_ids(wanted) if wanted else {channel.id for channel in self._channels}
        self.channel_ids = tuple(sorted(ids - unwanted))
        self.is_empty = not self.channel_ids or bool(asked.values("from") and not self.from_user_ids)

    def _user_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        found = (self._users.get(_bare(name)) for name in names)
        return tuple(dict.fromkeys(user_id for user_id in found if user_id))

    def _channel_ids(self, names: Iterable[str]) -> set[str]:
        return {channel_id for name in names for channel_id in self._by_name.get(self._channel_name(name), ())}

    def _channel_name(self, name: str) -> str:
        """Return the name by which a channel is stored: `@bob` and `@bob,carol` are the asker's with these people."""
        if not name.startswith("@"):
            return name.lower().removeprefix("~")
        ids = [self._users.get(person) for person in _people(name)]
        if not ids or None in ids:
            return ""
        members = {user_id for user_id in ids if user_id}
        if len(members) == 1:
            return "__".join(sorted([self._asker_id, *members]))
        members.add(self._asker_id)
        return hashlib.sha1("".join(sorted(members)).encode(), usedforsecurity=False).hexdigest()


def usernames(asked: Asked) -> set[str]:
    """Return the names of all people who are mentioned in flags, in lower case."""
    names = {_bare(name) for flag in USER_FLAGS for name in asked.values(flag)}
    for flag in CHANNEL_FLAGS:
        for name in asked.values(flag):
            if name.startswith("@"):
                names.update(_people(name))
    return names - {""}


def searched_channels(channels: ChannelService, user_id: str, team_id: str, *, include_archived: bool) -> list[Channel]:
    """Return the asker's channels of a team (of all for ""), with direct and group ones."""
    known = channels.get_many(channels.channel_ids_of(user_id)).values()
    return [
        channel
        for channel in known
        if (not team_id or channel.team_id == team_id or channel.is_direct_or_group)
        and (include_archived or not channel.delete_at)
    ]


def ids_by_name(users: UserService, asked: Asked) -> dict[str, str]:
    """Return name → id of the people who are mentioned. At most one query."""
    names = usernames(asked)
    return {user.username: user.id for user in users.get_by_usernames(names)} if names else {}


def _bare(name: str) -> str:
    return name.removeprefix("@").lower()


def _people(name: str) -> list[str]:
    return [part for part in (_bare(part) for part in name.split(",")) if part]
