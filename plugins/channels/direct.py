"""Direct and group channels: found by their members, made when they are first needed."""

from collections.abc import Iterable
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import DIRECT, GROUP, Channel, direct_name, group_name
from hubbub.core.contracts.errors import BadRequest, Internal
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Event
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.channels import events
from hubbub.plugins.channels.members import Members
from hubbub.plugins.channels.store import ChannelStore

MIN_GROUP: Final = 3
MAX_GROUP: Final = 8
NEW_MS: Final = 10_000
"""For so long another worker's word that it made a channel may still be on its way."""


class DirectChannels:
    """Finds or makes channels without a team."""

    def __init__(self, context: PluginContext, store: ChannelStore, members: Members) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._store = store
        self._members = members

    def get_or_create(self, user_id: str, other_id: str) -> Channel:
        """Return the direct channel of two users (or of one with themselves)."""
        users = self._existing(
            dict.fromkeys((user_id, other_id)), "api.channel.create_direct_channel.invalid_user.app_error"
        )
        name = direct_name(user_id, other_id)
        channel = Channel(id=new_id(), type=DIRECT, name=name, creator_id=user_id)
        return self._find_or_make(channel, users, [events.direct_added(channel, user_id, other_id)])

    def get_or_create_group(self, user_ids: Iterable[str], *, creator_id: str) -> Channel:
        """Return the group channel of 3 to 8 users."""
        ids = sorted(set(user_ids))
        if not MIN_GROUP <= len(ids) <= MAX_GROUP:
            raise BadRequest(
                "A group channel has {minimum} to {maximum} members, its creator included.",
                id="api.channel.create_group.bad_size.app_error",
                minimum=MIN_GROUP,
                maximum=MAX_GROUP,
            )
        users = self._existing(ids, "api.channel.create_group.bad_user.app_error")
        names = ", ".join(sorted(user.username for user in users))
        channel = Channel(id=new_id(), type=GROUP, name=group_name(ids), display_name=names[:64], creator_id=creator_id)
        return self._find_or_make(channel, users, [events.group_added(channel, ids, user_id) for user_id in ids])

    def _existing(self, ids: Iterable[str], error_id: str) -> list[User]:
        wanted = list(ids)
        found = self._users.get_many(wanted)
        missing = [user_id for user_id in wanted if user_id not in found]
        if missing:
            raise UserNotFound("There is no user {user}.", id=error_id, status_code=400, user=missing[0])
        return [found[user_id] for user_id in wanted]

    def _find_or_make(self, channel: Channel, users: list[User], announcements: list[Event]) -> Channel:
        existing = self._store.get_by_name("", channel.name)
        if existing is not None:
            return self._found(existing, users)
        now = now_ms()
        channel.create_at = channel.update_at = channel.extra_update_at = now
        try:
            with self._context.db.transaction():
                self._store.insert(channel)
                for user in users:
                    self._members.insert(self._members.draft(channel, user))
                for event in announcements:
                    self._context.publish(event)
        except UniqueViolation as error:
            # Somebody else made it at the same moment: theirs it is.
            existing = self._store.get_by_name("", channel.name)
            if existing is None:
                raise Internal from error
            return self._found(existing, users)
        self._context.hooks.tell_later("channel_has_been_created", channel=channel)
        return channel

    def _found(self, channel: Channel, users: Iterable[User]) -> Channel:
        """Return a channel that was there; who is in one that another worker has just made is read again here."""
        if now_ms() - channel.create_at < NEW_MS:
            for user in users:
                if not self._members.is_member(channel.id, user.id):
                    self._members.forget(channel.id, user.id)
        return channel
