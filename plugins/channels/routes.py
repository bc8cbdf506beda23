"""Operations on channels."""

import msgspec

from hubbub.core.contracts.channels import (
    DEFAULT_CHANNEL,
    GROUP,
    OPEN,
    PRIVATE,
    Channel,
    ChannelPatch,
    ChannelStats,
)
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.channels.conversion import Conversion, ConversionBody
from hubbub.plugins.channels.service import Channels


class ChannelBody(msgspec.Struct, kw_only=True):
    """What a client may say about a channel."""

    id: str = ""
    team_id: str = ""
    type: str = ""
    name: str = ""
    display_name: str = ""
    header: str = ""
    purpose: str = ""


class PrivacyBody(msgspec.Struct):
    privacy: str = ""


class MoveBody(msgspec.Struct):
    team_id: str = ""
    force: bool = False


class ChannelRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, channels: Channels) -> None:
        self._permissions = context.service(PermissionService)
        self._users = context.service(UserService)
        self._teams = context.service(TeamService)
        self._config = context.config_store
        self._hooks = context.hooks
        self._channels = channels
        self._conversion = Conversion(context, channels)

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/channels", self.create, status=201)
        router.post("/api/v4/channels/direct", self.create_direct, status=201)
        router.post("/api/v4/channels/group", self.create_group, status=201)
        router.get("/api/v4/channels/{channel_id}", self.get)
        router.put("/api/v4/channels/{channel_id}", self.update)
        router.put("/api/v4/channels/{channel_id}/patch", self.patch)
        router.put("/api/v4/channels/{channel_id}/privacy", self.set_privacy)
        router.delete("/api/v4/channels/{channel_id}", self.archive)
        router.post("/api/v4/channels/{channel_id}/restore", self.restore)
        router.get("/api/v4/channels/{channel_id}/stats", self.stats)
        router.post("/api/v4/channels/stats/member_count", self.member_counts)
        router.post("/api/v4/channels/{channel_id}/move", self.move)
        router.post("/api/v4/channels/{channel_id}/convert_to_channel", self.convert_group)

    def require_read(self, session: Session, channel_id: str) -> Channel:
        """Return a channel the session may look at: as a member, or a public one of a team it may read."""
        channel = self._channels.get(channel_id)
        if channel.type == OPEN:
            if self._permissions.has_team(session, channel.team_id, Permission.READ_PUBLIC_CHANNEL):
                return channel
            self._permissions.require_channel(session, channel_id, Permission.READ_CHANNEL)
            return channel
        self._permissions.require_channel(session, channel_id, Permission.READ_CHANNEL)
        return channel

    # --- making ---

    def create(self, req: Request) -> object:
        """POST /channels."""
        body = req.read(ChannelBody, name="channel")
        if not is_valid_id(body.team_id):
            raise InvalidBodyParam("team_id")
        if body.type not in (OPEN, PRIVATE):
            raise InvalidBodyParam("type")
        needed = Permission.CREATE_PUBLIC_CHANNEL if body.type == OPEN else Permission.CREATE_PRIVATE_CHANNEL
        self._permissions.require_team(req.session, body.team_id, needed)
        channel = Channel(
            id="",
            team_id=body.team_id,
            type=body.type,
            name=body.name,
            display_name=body.display_name,
            header=body.header,
            purpose=body.purpose,
        )
        return self._channels.create(channel, creator_id=req.user_id)

    def create_direct(self, req: Request) -> object:
        """POST /channels/direct."""
        ids = req.read_list(str, name="user_ids")
        if len(ids) != 2 or not all(is_valid_id(user_id) for user_id in ids):
            raise InvalidBodyParam("user_ids")
        self._permissions.require(req.session, Permission.CREATE_DIRECT_CHANNEL)
        if req.user_id not in ids:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._require_visible(req, ids)
        self._require_common_team(req, ids)
        return self._channels.get_or_create_direct(ids[0], ids[1])

    def create_group(self, req: Request) -> object:
        """POST /channels/group: the caller is a member whether named or not."""
        ids = req.read_list(str, name="user_ids")
        if not ids or not all(is_valid_id(user_id) for user_id in ids):
            raise InvalidBodyParam("user_ids")
        self._permissions.require(req.session, Permission.CREATE_GROUP_CHANNEL)
        self._require_visible(req, ids)
        return self._channels.get_or_create_group({*ids, req.user_id}, creator_id=req.user_id)

    def _require_visible(self, req: Request, user_ids: list[str]) -> None:
        if set(user_ids) - self._users.can_see(req.user_id, user_ids) - {req.user_id}:
            # Ids that don't exist are named by the service; only existing people can be hidden from a guest.
            existing = set(self._users.get_many(user_ids))
            if existing - self._users.can_see(req.user_id, existing):
                raise PermissionDenied(Permission.VIEW_MEMBERS)

    def _require_common_team(self, req: Request, user_ids: list[str]) -> None:
        """Direct messages may be limited to people of one's teams (TeamSettings.RestrictDirectMessage)."""
        first, second = user_ids
        if self._config.current.TeamSettings.RestrictDirectMessage != "team" or first == second:
            return
        if self._permissions.has(req.session, Permission.MANAGE_SYSTEM):
            return
        if not set(self._teams.team_ids_of(first)) & set(self._teams.team_ids_of(second)):
            raise Forbidden(
                "Direct messages are possible between members of a team only.",
                id="api.channel.create_channel.direct_channel.team_restricted_error",
            )

    # --- reading ---

    def get(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}."""
        self.require_read(req.session, channel_id)
        return self._channels.get_fresh(channel_id)

    def stats(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/stats."""
        self._permissions.require_channel(req.session, channel_id, Permission.READ_CHANNEL)
        members, guests = self._channels.members.store.count(channel_id)
        return ChannelStats(
            channel_id=channel_id,
            member_count=members,
            guest_count=guests,
            pinnedpost_count=self._channels.store.count_pinned(channel_id),
            files_count=-1 if req.query_bool("exclude_files_count") else self._count_files(channel_id),
        )

    def _count_files(self, channel_id: str) -> int:
        answers = self._hooks.ask_all("channel_stats", channel_id=channel_id)
        return sum(answer.get("files_count", 0) for answer in answers)

    def member_counts(self, req: Request) -> object:
        """POST /channels/stats/member_count: channel id → how many active members, for channels one may read."""
        ids = req.read_list(str, name="channel_ids", max_items=1000)
        if not ids or not all(is_valid_id(channel_id) for channel_id in ids):
            raise InvalidBodyParam("channel_ids")
        for channel_id in ids:
            self.require_read(req.session, channel_id)
        return self._channels.members.store.counts(ids)

    # --- changing ---

    def _require_properties(self, session: Session, channel: Channel) -> None:
        if channel.type == OPEN:
            self._permissions.require_channel(session, channel.id, Permission.MANAGE_PUBLIC_CHANNEL_PROPERTIES)
        elif channel.type == PRIVATE:
            self._permissions.require_channel(session, channel.id, Permission.MANAGE_PRIVATE_CHANNEL_PROPERTIES)
        elif not self._channels.is_member(channel.id, session.user_id):
            raise PermissionDenied(Permission.READ_CHANNEL)

    def update(self, req: Request, channel_id: str) -> object:
        """PUT /channels/{channel_id}."""
        body = req.read(ChannelBody, name="channel")
        if body.id != channel_id:
            raise InvalidBodyParam("id")
        channel = self._channels.get(channel_id)
        self._require_properties(req.session, channel)
        if body.type and body.type != channel.type:
            raise BadRequest(
                "A channel's type is changed by its privacy operation.",
                id="api.channel.update_channel.typechange.app_error",
            )
        patch = ChannelPatch(header=body.header, purpose=body.purpose)
        patch.display_name = body.display_name or None
        patch.name = body.name or None
        return self._apply(req, channel, patch)

    def patch(self, req: Request, channel_id: str) -> object:
        """PUT /channels/{channel_id}/patch."""
        patch = req.read(ChannelPatch, name="channel")
        channel = self._channels.get(channel_id)
        self._require_properties(req.session, channel)
        return self._apply(req, channel, patch)

    def _apply(self, req: Request, channel: Channel, patch: ChannelPatch) -> Channel:
        if patch.banner_info is not None and not channel.delete_at:
            self._require_banner(req.session, channel)
        return self._channels.patch(channel.id, patch, actor_id=req.user_id)

    def _require_banner(self, session: Session, channel: Channel) -> None:
        if channel.is_direct_or_group:
            raise BadRequest(
                "Direct and group channels have no banner.",
                id="api.channel.update_channel.banner_info.channel_type.not_allowed",
            )
        public = channel.type == OPEN
        needed = Permission.MANAGE_PUBLIC_CHANNEL_BANNER if public else Permission.MANAGE_PRIVATE_CHANNEL_BANNER
        self._permissions.require_channel(session, channel.id, needed)

    def set_privacy(self, req: Request, channel_id: str) -> object:
        """PUT /channels/{channel_id}/privacy."""
        privacy = req.read(PrivacyBody).privacy
        if privacy not in (OPEN, PRIVATE):
            raise InvalidBodyParam("privacy")
        channel = self._channels.get(channel_id)
        to_public = privacy == OPEN
        self._permissions.require_channel(
            req.session,
            channel_id,
            Permission.CONVERT_PRIVATE_CHANNEL_TO_PUBLIC if to_public else Permission.CONVERT_PUBLIC_CHANNEL_TO_PRIVATE,
        )
        if channel.is_direct_or_group or (channel.name == DEFAULT_CHANNEL and not to_public):
            raise BadRequest(
                "This channel can't be converted.", id="api.channel.update_channel_privacy.default_channel_error"
            )
        if channel.type == privacy:
            return self._channels.get_fresh(channel_id)
        return self._channels.change(channel_id, actor_id=req.user_id, type=privacy)

    def move(self, req: Request, channel_id: str) -> object:
        """POST /channels/{channel_id}/move: to another team; with `force` members who aren't in it are removed."""
        body = req.read(MoveBody)
        if not is_valid_id(body.team_id):
            raise InvalidBodyParam("team_id")
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        if self._channels.get(channel_id).is_direct_or_group:
            raise Forbidden("A direct or group channel belongs to no team.", id="api.channel.move_channel.type.invalid")
        return self._channels.move(channel_id, body.team_id, actor_id=req.user_id, force=body.force)

    def convert_group(self, req: Request, channel_id: str) -> object:
        """POST /channels/{channel_id}/convert_to_channel: a group channel becomes a private one of a team."""
        body = req.read(ConversionBody, name="body")
        if body.channel_id and body.channel_id != channel_id:
            raise InvalidBodyParam("channel_id")
        if not is_valid_id(body.team_id):
            raise InvalidBodyParam("team_id")
        self._permissions.require_team(req.session, body.team_id, Permission.CREATE_PRIVATE_CHANNEL)
        body.channel_id = channel_id
        return self._conversion.convert(body, actor_id=req.user_id)

    def archive(self, req: Request, channel_id: str) -> object:
        """DELETE /channels/{channel_id}."""
        channel = self._channels.get(channel_id)
        if channel.is_direct_or_group:
            raise BadRequest(
                "A direct or group channel can't be archived.", id="api.channel.delete_channel.type.invalid"
            )
        public = channel.type == OPEN
        needed = Permission.DELETE_PUBLIC_CHANNEL if public else Permission.DELETE_PRIVATE_CHANNEL
        self._permissions.require_channel(req.session, channel_id, needed)
        if req.query_bool("permanent"):
            raise BadRequest(
                "Channels can only be archived: deleting them for good is not offered.",
                id="api.user.delete_channel.not_enabled.app_error",
                status_code=401,
            )
        if channel.delete_at:
            raise BadRequest("The channel is archived already.", id="api.channel.delete_channel.deleted.app_error")
        self._channels.archive(channel_id, actor_id=req.user_id)
        return OK

    def restore(self, req: Request, channel_id: str) -> object:
        """POST /channels/{channel_id}/restore."""
        channel = self._channels.get(channel_id)
        if channel.type == GROUP or channel.is_direct_or_group:
            raise BadRequest("Only channels of teams can be restored.", id="api.channel.delete_channel.type.invalid")
        self._permissions.require_team(req.session, channel.team_id, Permission.MANAGE_TEAM)
        if not channel.delete_at:
            raise BadRequest("The channel isn't archived.", id="api.channel.restore_channel.restored.app_error")
        return self._channels.restore(channel_id, actor_id=req.user_id)
