"""Operations on what has been read: view, unread counts of channels and teams."""

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.threads import ThreadCounts, thread_service
from hubbub.core.http import Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.channels.service import Channels


class ViewBody(msgspec.Struct, kw_only=True):
    channel_id: str = ""
    prev_channel_id: str = ""
    collapsed_threads_supported: bool = False


class UnreadRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, channels: Channels) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._statuses = context.service(StatusService)
        self._channels = channels
        self._hooks = context.hooks

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/channels/members/{user_id}/view", self.view)
        router.post("/api/v4/channels/members/{user_id}/mark_read", self.mark_read)
        router.get("/api/v4/users/{user_id}/channels/{channel_id}/unread", self.unread)
        router.get("/api/v4/users/{user_id}/teams/unread", self.teams_unread)
        router.get("/api/v4/users/{user_id}/teams/{team_id}/unread", self.team_unread)

    def view(self, req: Request, user_id: str) -> object:
        """POST /channels/members/{user_id}/view."""
        body = req.read(ViewBody)
        self._permissions.require_user(req.session, user_id)
        for name, value in (("channel_id", body.channel_id), ("prev_channel_id", body.prev_channel_id)):
            if value and not is_valid_id(value):
                raise InvalidBodyParam(name)
        ids = [channel_id for channel_id in (body.channel_id, body.prev_channel_id) if channel_id]
        times = self._channels.view(user_id, ids, session_id=req.session.id) if ids else {}
        thread_service(self._hooks).channels_viewed(
            user_id, times, collapsed_supported=body.collapsed_threads_supported
        )
        if user_id == req.user_id and (body.channel_id in times or not body.channel_id):
            # Without a channel: the client's window has lost the focus.
            self._statuses.set_active_channel(user_id, body.channel_id)
        return {"status": "OK", "last_viewed_at_times": times}

    def mark_read(self, req: Request, user_id: str) -> object:
        """POST /channels/members/{user_id}/mark_read."""
        ids = req.read_list(str, name="channel_ids", max_items=1000)
        if not all(is_valid_id(channel_id) for channel_id in ids):
            raise InvalidBodyParam("channel_ids")
        self._permissions.require_user(req.session, user_id)
        times = self._channels.view(user_id, ids, session_id=req.session.id) if ids else {}
        thread_service(self._hooks).channels_viewed(user_id, times, collapsed_supported=True)
        return {"status": "OK", "last_viewed_at_times": times}

    def unread(self, req: Request, user_id: str, channel_id: str) -> object:
        """GET /users/{user_id}/channels/{channel_id}/unread."""
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_channel(req.session, channel_id, Permission.READ_CHANNEL)
        channel, member = self._channels.get_fresh(channel_id), self._channels.member(channel_id, user_id)
        muted = member.notify_props.get("mark_unread") == "mention"
        return {
            "team_id": channel.team_id,
            "channel_id": channel_id,
            "msg_count": 0 if muted else max(0, channel.total_msg_count - member.msg_count),
            "mention_count": member.mention_count,
            "mention_count_root": member.mention_count_root,
            "urgent_mention_count": member.urgent_mention_count,
            "msg_count_root": 0 if muted else max(0, channel.total_msg_count_root - member.msg_count_root),
        }

    def teams_unread(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/teams/unread."""
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        excluded = req.query("exclude_team")
        unread = self._channels.counters.unread_by_team(user_id)
        wanted = req.query_bool("include_collapsed_threads")
        threads = thread_service(self._hooks).unread_by_team(user_id) if wanted else {}
        return [
            _team_unread(team_id, unread.get(team_id), threads.get(team_id))
            for team_id in self._teams.team_ids_of(user_id)
            if team_id != excluded
        ]

    def team_unread(self, req: Request, user_id: str, team_id: str) -> object:
        """GET /users/{user_id}/teams/{team_id}/unread."""
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        unread = self._channels.counters.unread_by_team(user_id)
        threads = thread_service(self._hooks).unread_by_team(user_id)
        return _team_unread(team_id, unread.get(team_id), threads.get(team_id))


def _team_unread(
    team_id: str, counts: tuple[int, int, int, int] | None, threads: ThreadCounts | None
) -> dict[str, object]:
    in_threads = threads or ThreadCounts()
    msg_count, msg_count_root, mention_count, mention_count_root = counts or (0, 0, 0, 0)
    return {
        "team_id": team_id,
        "msg_count": msg_count,
        "mention_count": mention_count,
        "mention_count_root": mention_count_root,
        "msg_count_root": msg_count_root,
        "thread_count": in_threads.threads,
        "thread_mention_count": in_threads.mentions,
        "thread_urgent_mention_count": in_threads.urgent_mentions,
    }
