"""Sends what is due: each scheduled post becomes one post, whatever happens to the worker that sends it."""

from typing import Final

from msgspec import UNSET

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelNotFound, ChannelService
from hubbub.core.contracts.drafts import ScheduledPost
from hubbub.core.contracts.errors import AppError, PermissionDenied
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import (
    InvalidPost,
    Post,
    PostNotFound,
    PostService,
    client_props,
    require_create_post,
)
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserNotFound, UserService
from hubbub.plugins.scheduled_posts.service import ScheduledPosts

BATCH: Final = 100
CLAIM_MS: Final = 60_000
"""After this time a worker that has begun to send something is taken for dead."""
TOO_LATE_MS: Final = 24 * 3_600_000
"""What could not be sent for a day (the server stood still) isn't sent any more: it may be embarrassing by then."""

CODES: Final = {
    "api.post.create_post.can_not_post_to_deleted.error": "channel_archived",
    "api.post.create_post.root_id.app_error": "thread_deleted",
    "api.post.create_post.channel_root_id.app_error": "thread_deleted",
    "app.channel.get.existing.app_error": "channel_not_found",
    "app.post.rejected_by_plugin.app_error": "unable_to_send",
}
"""Errors of posting, and what clients are told."""


class Sender:
    """Called every few seconds in each worker.

    A row is claimed by a conditional UPDATE, so that one worker sends it. The post has the id of the scheduled post:
    if a worker dies between posting and deleting the row, whoever sends it again finds the post.
    """

    def __init__(self, context: PluginContext, scheduled: ScheduledPosts) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._scheduled = scheduled
        self._store = scheduled.store

    def run(self) -> None:
        """Send everything whose time has come."""
        if not self._context.config.ServiceSettings.ScheduledPosts:
            return
        after = (0, "")
        while due := self._store.due(now_ms(), now_ms() - CLAIM_MS, after, BATCH):
            for scheduled in due:
                if self._store.claim(scheduled, now_ms()):
                    self._send(scheduled)
            after = (due[-1].scheduled_at, due[-1].id)

    def _send(self, seen: ScheduledPost) -> None:
        # Read again: its author may have changed it before it was claimed; from then on nobody can.
        scheduled = self._store.get(seen.id)
        if scheduled is None:
            return
        try:
            was_sent = seen.processed_at > 0 and self._is_sent(scheduled)
            error_code = "" if was_sent else self._obstacle(scheduled) or self._post(scheduled)
        except AppError:  # a database or a plugin that can't answer now: once more when the claim has run out
            self._context.log.warning("scheduled post %s can't be sent now", scheduled.id, exc_info=True)
            return
        except Exception:
            self._context.log.exception("scheduled post %s can't be sent", scheduled.id)
            error_code = "unknown"
        if error_code:
            self._scheduled.failed(scheduled, error_code)
        else:
            self._scheduled.sent(scheduled)

    def _is_sent(self, scheduled: ScheduledPost) -> bool:
        try:
            self._posts.get(scheduled.id, include_deleted=True)
        except PostNotFound:
            return False
        return True

    def _obstacle(self, scheduled: ScheduledPost) -> str:
        """Return the code of what has come in between since it was scheduled, "" for nothing."""
        if scheduled.scheduled_at < now_ms() - TOO_LATE_MS:
            return "unable_to_send"
        try:
            user = self._users.get(scheduled.user_id)
            channel = self._channels.get(scheduled.channel_id)
        except UserNotFound:
            return "user_missing"
        except ChannelNotFound:
            return "channel_not_found"
        if user.delete_at:
            return "user_deleted"
        if channel.delete_at:
            return "channel_archived"
        try:
            require_create_post(self._permissions, self._channels, self._session(scheduled), channel.id)
        except PermissionDenied:
            is_member = self._channels.is_member(channel.id, user.id)
            return "no_channel_permission" if is_member else "no_channel_member"
        return "thread_deleted" if scheduled.root_id and not self._posts.get_many([scheduled.root_id]) else ""

    def _session(self, scheduled: ScheduledPost) -> Session:
        """Return what stands for the author, with their roles as they are now."""
        roles = self._users.get(scheduled.user_id).roles
        return Session(id="", token="", user_id=scheduled.user_id, roles=roles)

    def _post(self, scheduled: ScheduledPost) -> str:
        """Make the post; return the code of why it can't be made, "" when it is there."""
        if scheduled.type:  # of another server's feature
            return "invalid_post"
        session = self._session(scheduled)
        post = Post(
            user_id=scheduled.user_id,
            channel_id=scheduled.channel_id,
            root_id=scheduled.root_id,
            message=scheduled.message,
            props=client_props(scheduled.props, session),
            file_ids=scheduled.file_ids or [],
            metadata={"priority": scheduled.priority} if scheduled.priority else UNSET,
        )
        try:
            self._posts.create(post, session=session, set_online=False, post_id=scheduled.id)
        except InvalidPost:
            return "invalid_post"
        except AppError as error:
            if error.status >= 500:
                raise
            return CODES.get(error.error_id, "unknown")
        return ""
