"""The rules of acknowledgements, and of how long notifications are repeated."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import BadRequest, Forbidden, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostAcknowledgement, PostService
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.post_priority.store import PriorityStore

ALL: Final = "all"
UNDO_MS: Final = 5 * 60 * 1000
"""How long an acknowledgement can be taken back."""


class NoAcknowledgement(NotFound):
    id = "app.acknowledgement.get.app_error"
    message = "The user hasn't acknowledged this message."


class TooLate(Forbidden):
    id = "api.acknowledgement.delete.deadline.app_error"
    message = "An acknowledgement can be taken back for five minutes only."


class NotAsked(BadRequest):
    id = "app.acknowledgement.save.save.app_error"
    message = "The author of this message asked for no acknowledgements."


class Priorities:
    """Acknowledges posts and shows priorities; callers have checked permissions."""

    def __init__(self, context: PluginContext, store: PriorityStore) -> None:
        self._context = context
        self._posts = context.service(PostService)
        self._channels = context.service(ChannelService)
        self._store = store
        # Post id → whether its notifications are repeated, so that replies and reactions ask no more than once.
        self._repeated = context.cache("repeated", max_items=10_000)
        # The channels that have priorities at all, under one key: pages of the others ask nothing.
        self._marked = context.cache("marked_channels", max_items=2)

    def shown_with(self, posts: Iterable[Post]) -> dict[str, dict[str, Any]]:
        """Return what posts show of their priorities: post id → metadata. One query, in channels that have any."""
        marked = self._marked.get_or_load(ALL, lambda _key: self._store.channel_ids())
        if not marked:
            return {}
        found = self._store.shown(post.id for post in posts if post.channel_id in marked and _may_have_one(post))
        shown: dict[str, dict[str, Any]] = {}
        for post_id, entry in found.items():
            shown[post_id] = {"priority": entry.priority}
            if entry.acknowledgements:
                shown[post_id]["acknowledgements"] = entry.acknowledgements
        return shown

    def acknowledge(self, post: Post, user_id: str) -> PostAcknowledgement:
        """Acknowledge a post; what is there already is returned as it is.

        Publishes `post_acknowledgement_added` and `post_edited`. Raises `NotAsked`, and `Forbidden` in an archived
        channel.
        """
        self._require_live_channel(post, "save")
        asked = self._store.shown([post.id]).get(post.id)
        if asked is None or not asked.priority.requested_ack:
            raise NotAsked
        given = PostAcknowledgement(user_id=user_id, post_id=post.id, channel_id=post.channel_id)
        with self._context.db.transaction():
            # First of all: who acknowledges at the same moment waits here.
            touched = self._posts.touch(post.id)
            given.acknowledged_at = self._store.acknowledged_at(post.id, user_id)
            if given.acknowledged_at:
                return given
            given.acknowledged_at = now_ms()
            self._store.acknowledge(given)
            self._publish("post_acknowledgement_added", given, touched)
            if user_id != post.user_id:
                self.end(post.id)
        return given

    def take_back(self, post: Post, user_id: str) -> None:
        """Take an acknowledgement back. Publishes `post_acknowledgement_removed` and `post_edited`.

        Raises `NoAcknowledgement`, `TooLate`, and `Forbidden` in an archived channel.
        """
        self._require_live_channel(post, "delete")
        with self._context.db.transaction():
            touched = self._posts.touch(post.id)
            time = self._store.acknowledged_at(post.id, user_id)
            if not time:
                raise NoAcknowledgement
            if time < now_ms() - UNDO_MS:
                raise TooLate
            gone = PostAcknowledgement(user_id=user_id, post_id=post.id, channel_id=post.channel_id)
            self._store.acknowledge(gone)
            self._publish("post_acknowledgement_removed", gone, touched)

    def copy(self, new_ids: Mapping[str, str], channel_id: str) -> None:
        """Give priorities of posts to the posts that have taken their places. Publishes `post_edited` for those.

        What was repeated is repeated no more: the old post is deleted.
        """
        found = self._store.shown(new_ids)
        if not found:
            return
        with self._context.db.transaction():
            for post_id, shown in sorted(found.items()):
                wanted, new_id = shown.priority, new_ids[post_id]
                self._store.insert([(new_id, channel_id, wanted.priority, wanted.requested_ack, False)], [])
                self.recorded({channel_id})
                for given in shown.acknowledgements:
                    self._store.acknowledge(msgspec.structs.replace(given, post_id=new_id, channel_id=channel_id))
                self._posts.publish_edited(self._posts.touch(new_id))

    def recorded(self, channel_ids: set[str]) -> None:
        """Note that posts with priorities are being stored in these channels."""
        known = self._marked.get(ALL)
        if known is None or not channel_ids <= known:
            self._marked.invalidate(ALL)

    def is_repeated(self, post_id: str) -> bool:
        """Say whether a post's notifications are to be repeated. Cached, but for the first time in a transaction."""
        repeated: bool = self._repeated.get_or_load(post_id, self._store.is_repeated)
        return repeated

    def replied(self, reply: Post) -> None:
        """End the repeating for a reply that is being stored; `is_repeated` was asked about its root before."""
        if self._repeated.get(reply.root_id):
            self._end_unless_own(reply.root_id, reply.user_id)

    def answered(self, post_id: str, user_id: str) -> None:
        """End the repeating when somebody has reacted to a post."""
        if self.is_repeated(post_id):
            self._end_unless_own(post_id, user_id)

    def _end_unless_own(self, post_id: str, user_id: str) -> None:
        """End the repeating, unless it is the author who answers."""
        post = self._posts.get_many([post_id]).get(post_id)
        if post is not None and post.user_id != user_id:
            self.end(post_id)

    def end(self, post_id: str) -> None:
        """Repeat a post's notifications no more. One statement."""
        self._store.end(post_id, now_ms())
        self._repeated.invalidate(post_id)

    def end_in_channel(self, channel_id: str) -> None:
        """Repeat no notifications of a channel's posts any more. One statement."""
        self._store.end_in_channel(channel_id, now_ms())
        self._repeated.invalidate_all()

    def _require_live_channel(self, post: Post, change: str) -> None:
        if self._channels.get(post.channel_id).delete_at:
            raise Forbidden(
                "The channel is archived: acknowledgements there stay as they are.",
                id=f"api.acknowledgement.{change}.archived_channel.app_error",
            )

    def _publish(self, name: str, given: PostAcknowledgement, post: Post) -> None:
        data = {"acknowledgement": json.encode_str(given)}
        self._context.publish(Event(name=name, data=data, broadcast=Broadcast(channel_id=post.channel_id)))
        self._posts.publish_edited(post)


def _may_have_one(post: Post) -> bool:
    """Say whether a post can have a priority, so that others cost no look-up."""
    return not (post.root_id or post.delete_at or post.original_id or post.type.startswith("system_"))
