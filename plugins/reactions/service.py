"""The rules of reactions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.emoji import Emoji, EmojiDisabled, EmojiService
from hubbub.core.contracts.errors import BadRequest, Forbidden, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostNotFound, PostService
from hubbub.core.contracts.reactions import Reaction
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.reactions.store import ReactionStore


class TooManyEmoji(BadRequest):
    id = "app.reaction.save.save.too_many_reactions"
    message = "A message can carry {limit} different emoji; react with one that it has already."


class UnknownEmoji(NotFound):
    id = "app.emoji.get_by_name.no_result"
    message = "There is no emoji named {name}."


class CustomEmojiDisabled(Forbidden):
    id = EmojiDisabled.id
    message = EmojiDisabled.message


class Reactions:
    """Adds, removes and reads reactions; callers have checked permissions."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._emoji = context.service(EmojiService)
        self._store = ReactionStore(context.db)

    def add(self, post: Post, user_id: str, emoji_name: str) -> Reaction:
        """Add a reaction; one that is there already is returned as it is. Publishes `reaction_added`.

        Raises `UnknownEmoji`, `TooManyEmoji`, `PostNotFound`, and `Forbidden` in an archived channel.
        """
        self._require_live_channel(post, "save")
        existing = self._store.get(post.id, user_id, emoji_name)
        if existing is not None:
            return existing
        self._require_known(emoji_name)
        now = now_ms()
        reaction = Reaction(
            user_id=user_id,
            post_id=post.id,
            emoji_name=emoji_name,
            create_at=now,
            update_at=now,
            remote_id="",
            channel_id=post.channel_id,
        )
        with self._context.db.transaction():
            # First of all: the post is locked, and whoever reacts to it at the same moment waits and counts after us.
            self._posts.touch(post.id, has_reactions=True)
            self._require_room(post.id, emoji_name)
            self._store.save(reaction)
            stored = self._store.get(post.id, user_id, emoji_name) or reaction
            self._publish("reaction_added", stored)
            self._context.hooks.tell_later("reaction_has_been_added", reaction=stored)
        return stored

    def remove(self, post: Post, user_id: str, emoji_name: str) -> None:
        """Take a reaction back; does nothing when there is none. Publishes `reaction_removed`."""
        self._require_live_channel(post, "delete")
        self._remove(post.id, user_id, emoji_name)

    def _remove(self, post_id: str, user_id: str, emoji_name: str) -> None:
        reaction = self._store.get(post_id, user_id, emoji_name)
        if reaction is None:
            return
        now = now_ms()
        with self._context.db.transaction():
            self._posts.touch(post_id)
            if not self._store.remove(post_id, user_id, emoji_name, now):
                return
            if not self._store.names_on(post_id):
                self._posts.touch(post_id, has_reactions=False)
            reaction.update_at = reaction.delete_at = now
            self._publish("reaction_removed", reaction)
            self._context.hooks.tell_later("reaction_has_been_removed", reaction=reaction)

    def erase_of(self, post_ids: Sequence[str]) -> None:
        """Remove the reactions of posts that are gone for good."""
        self._store.erase_of(post_ids)

    def remove_all_with(self, emoji: Emoji) -> None:
        """Take back every reaction with an emoji that was deleted, each in a transaction of its own."""
        for reaction in self._store.with_emoji(emoji.name):
            try:
                self._remove(reaction.post_id, reaction.user_id, reaction.emoji_name)
            except PostNotFound:  # a deleted post shows none
                self._store.remove(reaction.post_id, reaction.user_id, reaction.emoji_name, now_ms())

    def copy(self, new_ids: Mapping[str, str], channel_id: str) -> None:
        """Give reactions of posts to the posts that have taken their places. Publishes `post_edited` for those."""
        found = self._store.of_posts(new_ids)
        if not found:
            return
        with self._context.db.transaction():
            self._store.insert(
                msgspec.structs.replace(reaction, post_id=new_ids[post_id], channel_id=channel_id)
                for post_id, reactions in found.items()
                for reaction in reactions
            )
            for post_id in sorted(found):
                self._posts.publish_edited(self._posts.touch(new_ids[post_id], has_reactions=True))

    def of_posts(self, post_ids: Iterable[str]) -> dict[str, list[Reaction]]:
        """Return the reactions of each post, the oldest first; an empty list for one without. One query."""
        wanted = list(post_ids)
        found = self._store.of_posts(wanted)
        return {post_id: found.get(post_id, []) for post_id in wanted}

    def shown_with(self, posts: Iterable[Post]) -> dict[str, dict[str, Any]]:
        """Return what posts show: their reactions, and the custom emoji among them. At most two queries for all."""
        found = self._store.of_posts(post.id for post in posts if post.has_reactions is True and not post.delete_at)
        if not found:
            return {}
        names = {reaction.emoji_name for reactions in found.values() for reaction in reactions}
        custom = self._emoji.get_by_names(name for name in names if not self._emoji.is_system(name))
        return {post_id: _metadata(reactions, custom) for post_id, reactions in found.items()}

    def _require_live_channel(self, post: Post, change: str) -> None:
        if self._channels.get(post.channel_id).delete_at:
            raise Forbidden(
                "The channel is archived: reactions there stay as they are.",
                id=f"api.reaction.{change}.archived_channel.app_error",
            )

    def _require_known(self, name: str) -> None:
        if self._emoji.is_system(name) or self._emoji.get_by_names([name]):
            return
        if not self._context.config_store.current.ServiceSettings.EnableCustomEmoji:
            raise CustomEmojiDisabled
        raise UnknownEmoji(name=name)

    def _require_room(self, post_id: str, emoji_name: str) -> None:
        limit = self._context.config_store.current.ServiceSettings.UniqueEmojiReactionLimitPerPost
        names = self._store.names_on(post_id)
        if emoji_name not in names and len(names) >= limit:
            raise TooManyEmoji(limit=limit)

    def _publish(self, name: str, reaction: Reaction) -> None:
        data = {"reaction": json.encode_str(reaction)}
        self._context.publish(Event(name=name, data=data, broadcast=Broadcast(channel_id=reaction.channel_id)))


def _metadata(reactions: list[Reaction], custom: Any) -> dict[str, Any]:
    """Return what one post shows."""
    shown: dict[str, Any] = {"reactions": reactions}
    names = dict.fromkeys(reaction.emoji_name for reaction in reactions)
    if emojis := [custom[name] for name in names if name in custom]:
        shown["emojis"] = emojis
    return shown
