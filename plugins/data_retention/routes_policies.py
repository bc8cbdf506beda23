"""Operations on the policies of teams and channels."""

from collections.abc import Callable
from typing import Annotated, Final

import msgspec

from hubbub.core.contracts.channels import OPEN, PRIVATE, ChannelService
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team, TeamService, team_labels
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.data_retention.policies import FOUND_AT_MOST, Policies
from hubbub.plugins.data_retention.records import (
    ForChannel,
    ForChannels,
    ForTeam,
    ForTeams,
    NewPolicy,
    Policy,
    PolicyPage,
    PolicyPatch,
)

_ALL: Final = "/api/v4/data_retention/policies"
_ONE: Final = _ALL + "/{policy_id}"
_OF_USER: Final = "/api/v4/users/{user_id}/data_retention"
_READ: Final = Permission.SYSCONSOLE_READ_COMPLIANCE_DATA_RETENTION_POLICY
_WRITE: Final = Permission.SYSCONSOLE_WRITE_COMPLIANCE_DATA_RETENTION_POLICY
IDS_AT_ONCE: Final = 1_000


class TeamSearch(msgspec.Struct, kw_only=True):
    term: str = ""


class ChannelSearch(msgspec.Struct, kw_only=True):
    """`public` and `private`: only such ones, unless both or none is set; `deleted`: archived ones alone."""

    term: str = ""
    team_ids: Annotated[list[str], msgspec.Meta(max_length=IDS_AT_ONCE)] = []
    public: bool = False
    private: bool = False
    deleted: bool = False


class PolicyRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, policies: Policies) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)
        self._policies = policies
        self._store = policies.store

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/data_retention/policies_count", self.count)
        router.get(_ALL, self.page)
        router.post(_ALL, self.create, status=201)
        router.get(_ONE, self.get)
        router.patch(_ONE, self.patch)
        router.delete(_ONE, self.delete)
        router.get(_ONE + "/teams", self.teams)
        router.post(_ONE + "/teams", self.add_teams)
        router.delete(_ONE + "/teams", self.remove_teams)
        router.post(_ONE + "/teams/search", self.search_teams)
        router.get(_ONE + "/channels", self.channels)
        router.post(_ONE + "/channels", self.add_channels)
        router.delete(_ONE + "/channels", self.remove_channels)
        router.post(_ONE + "/channels/search", self.search_channels)
        router.get(_OF_USER + "/team_policies", self.team_policies_of_user)
        router.get(_OF_USER + "/channel_policies", self.channel_policies_of_user)

    def count(self, req: Request) -> object:
        """GET /data_retention/policies_count."""
        self._permissions.require(req.session, _READ)
        return {"total_count": self._store.count()}

    def page(self, req: Request) -> PolicyPage:
        """GET /data_retention/policies."""
        self._permissions.require(req.session, _READ)
        page = req.page()
        found = self._store.page(offset=page.offset, limit=page.limit)
        return PolicyPage(policies=found, total_count=self._store.count())

    def create(self, req: Request) -> Policy:
        """POST /data_retention/policies."""
        new = req.read(NewPolicy, name="policy")
        self._permissions.require(req.session, _WRITE)
        return self._policies.create(new)

    def get(self, req: Request, policy_id: str) -> Policy:
        """GET /data_retention/policies/{policy_id}."""
        self._permissions.require(req.session, _READ)
        return self._policies.get(policy_id)

    def patch(self, req: Request, policy_id: str) -> Policy:
        """PATCH /data_retention/policies/{policy_id}."""
        patch = req.read(PolicyPatch, name="policy")
        self._permissions.require(req.session, _WRITE)
        return self._policies.patch(policy_id, patch)

    def delete(self, req: Request, policy_id: str) -> object:
        """DELETE /data_retention/policies/{policy_id}."""
        self._permissions.require(req.session, _WRITE)
        self._policies.delete(policy_id)
        return OK

    # -- who has a policy

    def teams(self, req: Request, policy_id: str) -> object:
        """GET /data_retention/policies/{policy_id}/teams."""
        self._permissions.require(req.session, _READ)
        self._policies.get(policy_id)
        page = req.page()
        ids = self._store.teams.page(policy_id, offset=page.offset, limit=page.limit)
        return {"teams": self._shown_teams(ids, policy_id), "total_count": self._store.teams.count(policy_id)}

    def add_teams(self, req: Request, policy_id: str) -> object:
        """POST /data_retention/policies/{policy_id}/teams."""
        return self._with_ids(req, "team_ids", lambda ids: self._policies.add_teams(policy_id, ids))

    def remove_teams(self, req: Request, policy_id: str) -> object:
        """DELETE /data_retention/policies/{policy_id}/teams."""
        return self._with_ids(req, "team_ids", lambda ids: self._policies.remove(policy_id, self._store.teams, ids))

    def search_teams(self, req: Request, policy_id: str) -> object:
        """POST /data_retention/policies/{policy_id}/teams/search."""
        body = req.read(TeamSearch)
        self._permissions.require(req.session, _READ)
        self._policies.get(policy_id)
        return self._shown_teams(self._store.teams.search(policy_id, body.term, FOUND_AT_MOST), policy_id)

    def channels(self, req: Request, policy_id: str) -> object:
        """GET /data_retention/policies/{policy_id}/channels."""
        self._permissions.require(req.session, _READ)
        self._policies.get(policy_id)
        page, holders = req.page(), self._store.channels_with_own
        ids = holders.page(policy_id, offset=page.offset, limit=page.limit)
        return {"channels": self._shown_channels(ids, policy_id), "total_count": holders.count(policy_id)}

    def add_channels(self, req: Request, policy_id: str) -> object:
        """POST /data_retention/policies/{policy_id}/channels."""
        return self._with_ids(req, "channel_ids", lambda ids: self._policies.add_channels(policy_id, ids))

    def remove_channels(self, req: Request, policy_id: str) -> object:
        """DELETE /data_retention/policies/{policy_id}/channels."""
        holders = self._store.channels_with_own
        return self._with_ids(req, "channel_ids", lambda ids: self._policies.remove(policy_id, holders, ids))

    def _with_ids(self, req: Request, name: str, change: Callable[[list[str]], None]) -> object:
        ids = req.read_list(str, max_items=IDS_AT_ONCE, name=name)
        self._permissions.require(req.session, _WRITE)
        change(ids)
        return OK

    def search_channels(self, req: Request, policy_id: str) -> object:
        """POST /data_retention/policies/{policy_id}/channels/search."""
        body = req.read(ChannelSearch)
        self._permissions.require(req.session, _READ)
        self._policies.get(policy_id)
        types = [kind for kind, wanted in ((OPEN, body.public), (PRIVATE, body.private)) if wanted]
        ids = self._store.channels_with_own.search(
            policy_id, body.term, FOUND_AT_MOST, types=types, team_ids=body.team_ids, archived=body.deleted
        )
        return self._shown_channels(ids, policy_id)

    # -- what holds for a person

    def team_policies_of_user(self, req: Request, user_id: str) -> ForTeams:
        """GET /users/{user_id}/data_retention/team_policies."""
        self._require_own(req, user_id)
        page, ids = req.page(), self._teams.team_ids_of(user_id)
        found, total = self._store.teams.of_ids(ids, offset=page.offset, limit=page.limit)
        return ForTeams(policies=[ForTeam(team_id=id, post_duration=days) for id, days in found], total_count=total)

    def channel_policies_of_user(self, req: Request, user_id: str) -> ForChannels:
        """GET /users/{user_id}/data_retention/channel_policies."""
        self._require_own(req, user_id)
        page, ids = req.page(), self._channels.channel_ids_of(user_id)
        found, total = self._store.channels_with_own.of_ids(ids, offset=page.offset, limit=page.limit)
        policies = [ForChannel(channel_id=id, post_duration=days) for id, days in found]
        return ForChannels(policies=policies, total_count=total)

    def _require_own(self, req: Request, user_id: str) -> None:
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)

    def _shown_teams(self, ids: list[str], policy_id: str) -> list[Team]:
        return [msgspec.structs.replace(team, policy_id=policy_id) for team in self._policies.teams(ids)]

    def _shown_channels(self, ids: list[str], policy_id: str) -> list[dict[str, object]]:
        return [
            {**msgspec.to_builtins(channel), "policy_id": policy_id, **team_labels(team)}
            for channel, team in self._policies.channels(ids)
        ]
