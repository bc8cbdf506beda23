"""How people see things: the names of others, and replies as threads or not."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from hubbub.core.contracts.channels import DIRECT, GROUP, Channel, ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.preferences import Preference, PreferenceService
from hubbub.core.contracts.threads import thread_service
from hubbub.core.contracts.users import User, UserService

CATEGORY: Final = "display_settings"
NAME_FORMAT: Final = "name_format"
COLLAPSED: Final = "collapsed_reply_threads"
FULL_NAME: Final = "full_name"
NICKNAME: Final = "nickname_full_name"


class Display(msgspec.Struct, frozen=True):
    """What one person has chosen; `name_format` is "" where they haven't."""

    name_format: str
    is_crt: bool


class Displays:
    """Keeps what people have chosen, and names things accordingly."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._preferences = context.service(PreferenceService)
        self._known = context.cache("displays", max_items=50_000)
        context.on_config_change(self._config_changed)

    def of(self, user_ids: Iterable[str]) -> Mapping[str, Display]:
        """Return what these people have chosen. Cached; at most one query."""
        return self._known.get_many(user_ids, self._load)

    def _load(self, user_ids: list[str]) -> dict[str, Display]:
        chosen = self._preferences.several_of(user_ids, CATEGORY, (NAME_FORMAT, COLLAPSED))
        formats = chosen[NAME_FORMAT]
        collapsed = thread_service(self._context.hooks).collapsed_among(user_ids, chosen[COLLAPSED])
        return {user_id: Display(formats.get(user_id, ""), user_id in collapsed) for user_id in user_ids}

    def changed(self, preferences: Iterable[Preference]) -> None:
        """Forget what people have chosen anew."""
        for preference in preferences:
            if preference.category == CATEGORY and preference.name in (NAME_FORMAT, COLLAPSED):
                self._known.invalidate(preference.user_id)

    def _config_changed(self, old: Any, new: Any) -> None:
        if old.ServiceSettings.CollapsedThreads != new.ServiceSettings.CollapsedThreads:
            self._known.invalidate_all()

    def name_format(self, display: Display) -> str:
        """Return how somebody wants others to be named."""
        settings = self._context.config.TeamSettings
        server: str = settings.TeammateNameDisplay
        return server if settings.LockTeammateNameDisplay or not display.name_format else display.name_format

    def sender_name(self, sender: User, post: Post, name_format: str) -> str:
        """Return who has written a post: a webhook may call itself as it likes, where the server allows it."""
        override = post.props.get("override_username")
        allowed = self._context.config.ServiceSettings.EnablePostUsernameOverride
        if allowed and isinstance(override, str) and override and post.props.get("from_webhook") == "true":
            return override
        return shown_name(sender, name_format)

    def channel_name(self, channel: Channel, reader_id: str, sender_name: str, name_format: str) -> str:
        """Return how somebody sees a channel: those of theirs are named after who else is in them."""
        if channel.type == DIRECT:
            return sender_name
        if channel.type != GROUP:
            return channel.display_name
        others = self._users.get_many(set(self._channels.member_ids(channel.id)) - {reader_id})
        return ", ".join(sorted(shown_name(user, name_format) for user in others.values()))


class Names:
    """The names of a post's author and channel, as one person after the other sees them."""

    def __init__(self, displays: Displays, channel: Channel, sender: User, post: Post) -> None:
        self._displays = displays
        self._channel = channel
        self._sender = sender
        self._post = post
        self._is_named_after_people = channel.is_direct_or_group
        self._known: dict[str, tuple[str, str]] = {}

    def for_one(self, user_id: str, display: Display) -> tuple[str, str]:
        """Return the author's name and the channel's."""
        known = self._known.get(display.name_format)
        if known is None:
            name_format = self._displays.name_format(display)
            sender_name = self._displays.sender_name(self._sender, self._post, name_format)
            known = self._known[display.name_format] = (name_format, sender_name)
        name_format, sender_name = known
        if not self._is_named_after_people:
            return sender_name, self._channel.display_name
        return sender_name, self._displays.channel_name(self._channel, user_id, sender_name, name_format)


def shown_name(user: User, name_format: str) -> str:
    """Return a person's name: as TeamSettings.TeammateNameDisplay and the preference name_format call the forms."""
    full_name = f"{user.first_name} {user.last_name}".strip()
    if name_format == NICKNAME:
        return user.nickname or full_name or user.username
    if name_format == FULL_NAME:
        return full_name or user.username
    return user.username
