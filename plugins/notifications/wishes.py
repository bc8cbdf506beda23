"""What members of a channel want to be told of: their own settings, and those they made for the channel."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User, UserService

DEFAULT: Final = "default"
ALL: Final = "all"
MENTIONED_ONLY: Final = "mention"
NONE: Final = "none"
MAX_CHANNELS: Final = 500
_OWN: Final = (
    ("email", "true"),
    ("email_threads", ALL),
    ("push", MENTIONED_ONLY),
    ("push_threads", ALL),
    ("push_status", "online"),
)
"""Own settings that count, and what they are where they aren't set."""
_OF_CHANNEL: Final = ("mark_unread", "email", "push", "push_threads")


class Wish(msgspec.Struct, frozen=True, eq=False):
    """What one person wants in one channel. Shared by all who want the same.

    `email` is for what isn't a reply in collapsed threads, where `own_email` counts. `push` and `push_threads` are
    all, mention or none, `push_status` online (always), away (away or offline) or offline.
    """

    muted: bool
    email: bool
    own_email: bool
    email_threads: str
    push: str
    push_threads: str
    push_status: str

    @property
    def everything(self) -> bool:
        """Say whether every post of the channel is wanted."""
        return self.push == ALL and not self.muted


class ChannelWishes(msgspec.Struct):
    """The wishes of the people in a channel who can be told of anything (no bots, nobody deactivated)."""

    by_user: dict[str, Wish]
    everything: frozenset[str]
    props: Mapping[str, Mapping[str, str]]
    """The settings that these were made of: others mean that these are old."""


class Wishes:
    """Keeps the wishes of channels: put together once, not for each post."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._known = context.cache("wishes", max_items=MAX_CHANNELS)

    def of(self, channel_id: str) -> ChannelWishes:
        """Return the wishes of a channel's members. One look-up when the caches are warm."""
        known: ChannelWishes = self._known.get_or_load(channel_id, self._load)
        if known.props is not self._channels.notify_props_of_members(channel_id):
            self._known.invalidate(channel_id)
            known = self._known.get_or_load(channel_id, self._load)
        return known

    def _load(self, channel_id: str) -> ChannelWishes:
        props = self._channels.notify_props_of_members(channel_id)
        return _put_together(self._users.get_many(props).values(), props)

    def user_changed(self, new: User, old: User) -> None:
        """Forget the channels of somebody whose settings have changed, in every worker."""
        if (new.notify_props, new.delete_at) != (old.notify_props, old.delete_at):
            for channel_id in self._channels.channel_ids_of(new.id):
                self._known.invalidate(channel_id)


def _put_together(users: Iterable[User], props: Mapping[str, Mapping[str, str]]) -> ChannelWishes:
    alike: dict[tuple[str, ...], Wish] = {}
    by_user: dict[str, Wish] = {}
    for user in users:
        if user.delete_at or user.is_bot is True:
            continue
        own = user.notify_props if isinstance(user.notify_props, dict) else {}
        channel = props[user.id]
        key = (
            *[own.get(name) or default for name, default in _OWN],
            *[channel.get(name) or DEFAULT for name in _OF_CHANNEL],
        )
        wish = alike.get(key)
        if wish is None:
            wish = alike[key] = _wish(*key)
        by_user[user.id] = wish
    everything = frozenset(user_id for user_id, wish in by_user.items() if wish.everything)
    return ChannelWishes(by_user, everything, props)


def _wish(
    email: str,
    email_threads: str,
    push: str,
    push_threads: str,
    push_status: str,
    mark_unread: str,
    channel_email: str,
    channel_push: str,
    channel_push_threads: str,
) -> Wish:
    return Wish(
        muted=mark_unread == MENTIONED_ONLY,
        email=(email if channel_email == DEFAULT else channel_email) != "false",
        own_email=email != "false",
        email_threads=email_threads,
        push=push if channel_push == DEFAULT else channel_push,
        push_threads=push_threads if channel_push_threads == DEFAULT else channel_push_threads,
        push_status=push_status,
    )
