"""What message filters share: whom they leave alone, when a rule is asked, which texts a post has."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Final, Generic, Protocol, TypeVar

import msgspec

from hubbub.core.config.setting import Section, Setting
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserNotFound, UserService
from hubbub.hookspecs import hookimpl

T = TypeVar("T")
ADMIN: Final = "system_admin"
_ATTACHMENTS: Final = "attachments"


class FilterSettings(Section, frozen=True):
    """Whose posts a filter leaves alone, beside the server's own."""

    ExemptBots: Annotated[bool, Setting("Leave posts of bots alone")] = False
    ExemptWebhooks: Annotated[bool, Setting("Leave posts of incoming webhooks alone")] = False
    ExemptAdmins: Annotated[bool, Setting("Leave posts of system admins alone")] = False


class Ready(Generic[T]):
    """What a plugin makes of its settings (sets, patterns, files that were read): made once per configuration."""

    def __init__(self, context: PluginContext, make: Callable[[Any], T]) -> None:
        self._context = context
        self._make = make
        self._made: tuple[Any, T] | None = None

    @property
    def now(self) -> T:
        """What belongs to the configuration as it is now. Raises what making it raises."""
        config = self._context.config
        if self._made is None or self._made[0] is not config:
            self._made = config, self._make(self._context.settings)
        return self._made[1]


class Exemptions:
    """Says whose posts a filter leaves alone."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)

    def author(self, post: Post) -> User | None:
        """Return who wrote the post, None for somebody unknown. Cached."""
        try:
            return self._users.get(post.user_id)
        except UserNotFound:
            return None

    def has(self, settings: FilterSettings, post: Post, session: Session | None = None, *, edit: bool = False) -> bool:
        """Say whether a filter leaves the post alone. System messages and what the server's bots say always pass."""
        if post.type.startswith("system_"):
            return True
        author = self.author(post)
        is_bot = author is not None and author.is_bot is True
        if session is None and not edit:
            # SECURITY: that it comes from a webhook is believed of what the server itself posts, never of clients.
            from_webhook = post.props.get("from_webhook") == "true"
            if from_webhook:
                return settings.ExemptWebhooks
            if is_bot:
                return True
        if is_bot:
            return settings.ExemptBots
        return settings.ExemptAdmins and author is not None and ADMIN in author.roles.split()


class Rule(Protocol):
    """What a filter looks for, made of its settings."""

    settings: Any

    def __init__(self, settings: Any) -> None: ...

    def check(self, post: Post) -> Post:
        """Return the post, perhaps changed. Raises `Rejected`."""


class RuleFilter:
    """A plugin that has one rule look at new messages, and at edits that change what is said."""

    rule: ClassVar[type[Rule]]
    """Makes the rule of the plugin's settings. Raises `ValueError` for settings that can't work."""

    def __init__(self, context: PluginContext) -> None:
        self._exempt = Exemptions(context)
        self._ready = Ready(context, type(self).rule)
        self._ready.now  # noqa: B018  # settings that can't work stop the start

    @hookimpl
    def message_will_be_posted(self, post: Post, session: Session | None) -> Post:
        """Look at a new message."""
        rule = self._ready.now
        return post if self._exempt.has(rule.settings, post, session) else rule.check(post)

    @hookimpl
    def message_will_be_updated(self, new_post: Post, old_post: Post) -> Post:
        """Look at an edit that changes what is said."""
        rule = self._ready.now
        if says_the_same(new_post, old_post) or self._exempt.has(rule.settings, new_post, edit=True):
            return new_post
        return rule.check(new_post)


def texts_of(post: Post) -> Iterator[str]:
    """Yield what readers see of a post: its message, and the texts of its attachments."""
    yield post.message
    yield from _texts_in(post.props.get(_ATTACHMENTS))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def with_texts(post: Post, change: Callable[[str], str]) -> Post:
    """Return the post with each of its texts (see `texts_of`) changed; the same object when nothing is."""
    message = change(post.message)
    before = post.props.get(_ATTACHMENTS)
    after = _changed(before, change)
    if message == post.message and after == before:
        return post
    props = post.props if after == before else {**post.props, _ATTACHMENTS: after}
    return msgspec.structs.replace(post, message=message, props=props)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _changed(one, change) for key, one in value.items()}
    return [_changed(one, change) for one in value] if isinstance(value, list) else value


def says_the_same(new: Post, old: Post) -> bool:
    """Say whether an edit leaves all texts as they are: pinning an old post isn't saying it again."""
    return new.message == old.message and new.props.get(_ATTACHMENTS) == old.props.get(_ATTACHMENTS)
