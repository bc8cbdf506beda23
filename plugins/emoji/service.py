"""The rules of custom emoji: `EmojiService`, and what posts show of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.emoji import Emoji, EmojiDisabled, EmojiNotFound
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import NewPost, Post
from hubbub.core.contracts.realtime import Event
from hubbub.core.contracts.sessions import Session
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.emoji import images, names
from hubbub.plugins.emoji.store import EmojiStore


class NameTaken(BadRequest):
    id = "api.emoji.create.duplicate.app_error"
    message = "There is an emoji named {name} already: choose another name."


class InvalidName(BadRequest):
    id = "model.emoji.name.app_error"
    message = "An emoji's name has 1 to 64 of these characters: a-z, A-Z, 0-9, +, - and _."


class SystemName(BadRequest):
    id = "model.emoji.system_emoji_name.app_error"
    message = "{name} is the name of an emoji that every client has: choose another name."


class NoEmojiOfThatName(NotFound):
    id = "app.emoji.get_by_name.no_result"
    message = "There is no custom emoji of that name."


class Emojis:
    """Implements `EmojiService`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._store = EmojiStore(context.db)
        self._images = images.EmojiImages(context)
        # Name → emoji, None in a tuple for a name that nobody has given: texts are full of things between colons.
        self._by_name = context.cache("emoji_by_name", max_items=10_000)

    @property
    def enabled(self) -> bool:
        """Whether the site has custom emoji."""
        enabled: bool = self._context.config_store.current.ServiceSettings.EnableCustomEmoji
        return enabled

    def require_enabled(self) -> None:
        """Raise `EmojiDisabled` while custom emoji are turned off."""
        if not self.enabled:
            raise EmojiDisabled

    def is_system(self, name: str) -> bool:
        """See `EmojiService.is_system`."""
        return names.is_system(name)

    def get_by_names(self, names: Iterable[str]) -> Mapping[str, Emoji]:
        """See `EmojiService.get_by_names`."""
        wanted = list(names)
        if not wanted or not self.enabled:
            return {}
        found = self._by_name.get_many(wanted, self._load)
        return {name: entry[0] for name, entry in found.items() if entry[0] is not None}

    def _load(self, names: list[str]) -> dict[str, tuple[Emoji | None]]:
        entries: dict[str, tuple[Emoji | None]] = dict.fromkeys(names, (None,))
        # MySQL compares without case: what was not asked for is left out.
        entries.update((emoji.name, (emoji,)) for emoji in self._store.get_by_names(names) if emoji.name in entries)
        return entries

    def get(self, emoji_id: str) -> Emoji:
        """Return an emoji. Raises `EmojiNotFound`. One query."""
        emoji = self._store.get(emoji_id)
        if emoji is None:
            raise EmojiNotFound
        return emoji

    def get_by_name(self, name: str) -> Emoji:
        """Return the emoji of a name. Raises `NoEmojiOfThatName`. Cached."""
        emoji = self.get_by_names([name]).get(name)
        if emoji is None:
            raise NoEmojiOfThatName
        return emoji

    def page(self, offset: int, limit: int, *, by_name: bool) -> list[Emoji]:
        """Return a page of all emoji."""
        return self._store.page(offset, limit, by_name=by_name)

    def search(self, term: str, *, prefix_only: bool, limit: int) -> list[Emoji]:
        """Return emoji whose names hold (or begin with) a term, in any case."""
        return self._store.search(term, prefix_only=prefix_only, limit=limit)

    def create(self, name: str, creator_id: str, image: bytes) -> Emoji:
        """Store an emoji and its picture; publishes `emoji_added` to everybody.

        Raises `InvalidName`, `SystemName`, `NameTaken`, and what `images.prepared` raises.
        """
        self._images.check()
        if not names.is_valid(name):
            raise InvalidName
        # In any case: MySQL would take a reaction with one for a reaction with the other.
        if names.is_system(name.lower()):
            raise SystemName(name=name)
        picture = self._context.tasks.run_in_thread(images.prepared, image)
        now = now_ms()
        emoji = Emoji(id=new_id(), create_at=now, update_at=now, creator_id=creator_id, name=name)
        # The picture first: an emoji that is stored can be shown. One that nobody refers to does no harm.
        self._images.write(emoji.id, picture)
        try:
            with self._context.db.transaction():
                self._store.insert(emoji)
                self._by_name.invalidate(name)
                self._context.publish(Event(name="emoji_added", data={"emoji": json.encode_str(emoji)}))
        except BaseException as error:
            self._images.remove(emoji.id)
            if isinstance(error, UniqueViolation):
                raise NameTaken(name=name) from error
            raise
        return emoji

    def delete(self, emoji: Emoji) -> None:
        """Delete an emoji and its picture; reactions with it go too. Raises `EmojiNotFound`."""
        with self._context.db.transaction():
            if not self._store.delete(emoji.id, now_ms()):
                raise EmojiNotFound
            self._by_name.invalidate(emoji.name)
            self._context.hooks.tell_later("emoji_has_been_deleted", emoji=emoji)
        self._images.remove(emoji.id)

    def image(self, emoji_id: str) -> tuple[bytes, str]:
        """Return an emoji's picture and its media type. Raises `EmojiNotFound`, `ImageNotFound`."""
        self.get(emoji_id)
        data = self._images.read(emoji_id)
        return data, images.type_of(data) or "application/octet-stream"

    def shown_with(self, posts: Iterable[Post]) -> dict[str, dict[str, Any]]:
        """Return what posts show of the custom emoji that their texts name: post id → `{"emojis": […]}`."""
        named = {post.id: wanted for post in posts if (wanted := list(names.custom_in(post.message)))}
        if not named:
            return {}
        found = self.get_by_names({name for wanted in named.values() for name in wanted})
        return {
            post_id: {"emojis": [found[name] for name in dict.fromkeys(wanted) if name in found]}
            for post_id, wanted in named.items()
            if any(name in found for name in wanted)
        }


class EmojiRecorder:
    """Puts the custom emoji that a new post names into what everybody hears of it."""

    keeps: frozenset[str] = frozenset()

    def __init__(self, emojis: Emojis) -> None:
        self._emojis = emojis

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Add `emojis` to the post's metadata."""
        if ":" in post.message and (shown := self._emojis.shown_with([post])):
            post.metadata = {**(post.metadata or {}), **shown[post.id]}

    def record(self, posts: Iterable[NewPost]) -> None:
        """Write nothing: the text says it all."""
