"""The rules of scheduled posts: which there may be, and who hears of them."""

from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.drafts import InvalidDraft, ScheduledPost, check_draft, check_root
from hubbub.core.contracts.errors import BadRequest, Conflict, Forbidden, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.ids import new_id
from hubbub.plugins.scheduled_posts.store import ScheduledPostStore

MAX_PAST_MS: Final = 5_000
"""How far back the time of a new one may lie: clocks differ, and requests take time."""


class ChannelIsArchived(BadRequest):
    id = "app.save_scheduled_post.channel_deleted.app_error"
    message = "The channel is archived: nothing can be posted there."


class BeingSent(Conflict):
    """The message is on its way, or was sent a moment ago."""

    id = "app.update_scheduled_post.update.error"
    message = "The message is being sent right now: it can't be changed any more."


class ScheduledPosts:
    """Keeps messages until their time has come. Each change is told to the user."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self.store = ScheduledPostStore(context.db)

    def of_team(self, user_id: str, team_id: str) -> tuple[list[ScheduledPost], list[ScheduledPost]]:
        """Return the user's scheduled posts in channels of the team, and those in direct ones; the next first.

        Those that could not be sent are among them, also where their channel is one that the user has left.
        """
        scheduled = self.store.of_user(user_id)
        teams = {
            channel.id: channel.team_id
            for channel in self._channels.get_many({one.channel_id for one in scheduled}).values()
        }
        return (
            [one for one in scheduled if teams.get(one.channel_id) == team_id],
            [one for one in scheduled if teams.get(one.channel_id) == ""],
        )

    def own(self, scheduled_post_id: str, user_id: str, operation: str) -> ScheduledPost:
        """Return the user's scheduled post; `operation` (update, delete) is for the error's id.

        Raises `NotFound`, `Forbidden` for somebody else's.
        """
        found = self.store.get(scheduled_post_id)
        prefix = f"app.{operation}_scheduled_post"
        if found is None:
            text = "There is no such scheduled post: it was sent, or deleted."
            raise NotFound(text, id=f"{prefix}.existing_scheduled_post.not_exist")
        if found.user_id != user_id:
            raise Forbidden("The scheduled post is somebody else's.", id=f"{prefix}.{operation}_permission.error")
        return found

    def create(self, scheduled: ScheduledPost, *, connection_id: str = "") -> ScheduledPost:
        """Keep a message to be sent later. The caller has checked permissions.

        Raises `InvalidDraft`, `ChannelNotFound`, `ChannelIsArchived`.
        """
        self._check(scheduled)
        if self._channels.get(scheduled.channel_id).delete_at:
            raise ChannelIsArchived
        check_root(self._posts, scheduled)
        scheduled.id = new_id()
        scheduled.create_at = scheduled.update_at = now_ms()
        with self._context.db.transaction():
            self.store.insert(scheduled)
            self.publish("scheduled_post_created", scheduled, connection_id)
        return scheduled

    def update(self, existing: ScheduledPost, wanted: ScheduledPost, *, connection_id: str = "") -> ScheduledPost:
        """Change what is sent and when; one that could not be sent is tried again.

        Raises `InvalidDraft`, `BeingSent`.
        """
        changed = msgspec.structs.replace(
            existing,
            message=wanted.message,
            props=wanted.props,
            file_ids=wanted.file_ids,
            priority=wanted.priority,
            scheduled_at=wanted.scheduled_at,
            update_at=now_ms(),
            processed_at=0,
            error_code="",
        )
        self._check(changed)
        with self._context.db.transaction():
            if not self.store.update(changed):
                raise BeingSent
            self.publish("scheduled_post_updated", changed, connection_id)
        return changed

    def delete(self, scheduled: ScheduledPost, *, connection_id: str = "") -> ScheduledPost:
        """Forget a message. Raises `BeingSent`."""
        with self._context.db.transaction():
            if not self.store.delete(scheduled.id):
                raise BeingSent(id="app.delete_scheduled_post.delete_error")
            self.publish("scheduled_post_deleted", scheduled, connection_id)
        return scheduled

    def sent(self, scheduled: ScheduledPost) -> None:
        """Forget a message because it was sent."""
        with self._context.db.transaction():
            if self.store.delete_claimed(scheduled.id):
                self.publish("scheduled_post_deleted", scheduled)

    def failed(self, scheduled: ScheduledPost, error_code: str) -> None:
        """Note why a message could not be sent."""
        failed = msgspec.structs.replace(scheduled, error_code=error_code, processed_at=now_ms())
        with self._context.db.transaction():
            if self.store.fail(failed):
                self.publish("scheduled_post_updated", failed)

    def publish(self, name: str, scheduled: ScheduledPost, connection_id: str = "") -> None:
        """Tell the user's clients, but for the one that did it."""
        audience = Broadcast(user_id=scheduled.user_id, omit_connection_id=connection_id)
        data = {"scheduledPost": json.encode_str(scheduled)}
        self._context.publish(Event(name=name, data=data, broadcast=audience))

    @staticmethod
    def _check(scheduled: ScheduledPost) -> None:
        check_draft(scheduled)
        if scheduled.type:
            raise BadRequest("A post of this type can't be scheduled.", id="model.post.is_valid.type.app_error")
        if scheduled.is_empty:
            text = "There is nothing to send: the message has neither text nor files."
            raise InvalidDraft(text, id="model.scheduled_post.is_valid.empty_post.app_error")
        if scheduled.scheduled_at < now_ms() - MAX_PAST_MS:
            text = "scheduled_at ({time}) has passed: give a time to come, in milliseconds since 1970."
            wrong = "model.scheduled_post.is_valid.scheduled_at.app_error"
            raise InvalidDraft(text, id=wrong, time=scheduled.scheduled_at)
