"""Setting reminders, and what people are shown when they did."""

from datetime import UTC, datetime
from typing import Any

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.teams import TeamNotFound, TeamService
from hubbub.core.contracts.users import UserService
from hubbub.core.ids import new_id
from hubbub.plugins.reminders.store import Reminder, ReminderStore


class TooFar(BadRequest):
    id = "api.context.invalid_body_param.app_error"
    message = "target_time ({time}) is too far away: it is in seconds since 1970."


class PostLabels:
    """What clients need to show which post a reminder is about."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)

    def props(self, post: Post) -> dict[str, Any]:
        """Return the props of a message about the post."""
        author = self._users.get_many([post.user_id]).get(post.user_id)
        return {
            "team_name": self._team_name(post.channel_id),
            "post_id": post.id,
            "username": author.username if author else "",
        }

    def link(self, props: dict[str, Any]) -> str:
        """Return a permanent link to the post that `props` are about."""
        site = str(self._context.config.ServiceSettings.SiteURL or "").rstrip("/")
        # A direct channel is in every team: the web client finds one.
        return f"{site}/{props['team_name'] or '_redirect'}/pl/{props['post_id']}"

    def _team_name(self, channel_id: str) -> str:
        team_id = self._channels.get(channel_id).team_id
        try:
            return self._teams.get(team_id).name if team_id else ""
        except TeamNotFound:
            return ""


class Reminders:
    """Keeps when to remind whom of which post."""

    def __init__(self, context: PluginContext, store: ReminderStore) -> None:
        self._context = context
        self._store = store
        self._labels = PostLabels(context)

    def set(self, user_id: str, post: Post, target_time: int) -> None:
        """Remind the user of a post at `target_time` (s), instead of any time set before; confirms it to the user."""
        try:
            when = datetime.fromtimestamp(target_time, UTC)
        except (OverflowError, ValueError, OSError) as error:
            raise TooFar(time=target_time) from error
        props = self._labels.props(post)
        # Clients make a sentence of their own from the props, in the user's language and time zone.
        text = (
            f"You will be reminded of {self._labels.link(props)} by @{props['username']} at {when:%Y-%m-%d %H:%M} UTC."
        )
        with self._context.db.transaction():
            self._store.save(Reminder(target_time, user_id, post.id))
            self._confirm(user_id, post, text, {**props, "target_time": target_time, "type": "reminder"})

    def _confirm(self, user_id: str, about: Post, text: str, props: dict[str, Any]) -> None:
        now = now_ms()
        shown = Post(
            id=new_id(),
            create_at=now,
            update_at=now,
            user_id=user_id,
            channel_id=about.channel_id,
            root_id=about.root_id,
            message=text,
            type="system_ephemeral",
            props=props,
            metadata={},
        )
        audience = Broadcast(user_id=user_id, channel_id=about.channel_id)
        data = {"post": json.encode_str(shown)}
        self._context.publish(Event(name="ephemeral_message", data=data, broadcast=audience))
