"""Policies of teams and channels: made, changed, given to teams and channels, and taken away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from hubbub.core.contracts.channels import Channel, ChannelNotFound, ChannelService
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team, TeamNotFound, TeamService
from hubbub.core.ids import new_id
from hubbub.plugins.data_retention.records import NewPolicy, Policy, PolicyPatch
from hubbub.plugins.data_retention.store import Holders, PolicyStore

NAME_MAXIMUM: Final = 64
"""Characters of a display name: the width of its column."""
DAYS_MAXIMUM: Final = 365_000
FOUND_AT_MOST: Final = 200


class PolicyNotFound(NotFound):
    id = "app.data_retention.policy.not_found.app_error"
    message = "There is no such retention policy."


class InvalidPolicy(BadRequest):
    id = "app.data_retention.policy.invalid.app_error"


class Policies:
    """The rules; a team or channel has one policy at most: the one that it was given last."""

    def __init__(self, context: PluginContext, store: PolicyStore) -> None:
        self.store = store
        self._teams = context.service(TeamService)
        self._channels = context.service(ChannelService)

    def get(self, policy_id: str) -> Policy:
        """Return a policy. Raises `PolicyNotFound`."""
        found = self.store.get(policy_id)
        if found is None:
            raise PolicyNotFound
        return found

    def create(self, new: NewPolicy) -> Policy:
        """Make a policy. Raises `InvalidPolicy`, `TeamNotFound`, `ChannelNotFound`."""
        name, days = _name(new.display_name), _days(new.post_duration)
        team_ids, channel_ids = self.known_teams(new.team_ids), self.known_channels(new.channel_ids)
        policy_id = new_id()
        with self.store.transaction():
            self.store.insert(policy_id, name, days)
            self.store.teams.add(policy_id, team_ids)
            self.store.channels_with_own.add(policy_id, channel_ids)
        return self.get(policy_id)

    def patch(self, policy_id: str, patch: PolicyPatch) -> Policy:
        """Change a policy. Raises `PolicyNotFound`, `InvalidPolicy`, `TeamNotFound`, `ChannelNotFound`."""
        old = self.get(policy_id)
        name = old.display_name if patch.display_name is None else _name(patch.display_name)
        days = old.post_duration if patch.post_duration is None else _days(patch.post_duration)
        teams = None if patch.team_ids is None else self.known_teams(patch.team_ids)
        channels = None if patch.channel_ids is None else self.known_channels(patch.channel_ids)
        with self.store.transaction():
            self.store.change(policy_id, name, days)
            for holders, ids in ((self.store.teams, teams), (self.store.channels_with_own, channels)):
                if ids is not None:
                    holders.remove(policy_id)
                    holders.add(policy_id, ids)
        return self.get(policy_id)

    def delete(self, policy_id: str) -> None:
        """Delete a policy: who has it is under the policy for everything again. Raises `PolicyNotFound`."""
        with self.store.transaction():
            self.store.teams.remove(policy_id)
            self.store.channels_with_own.remove(policy_id)
            if not self.store.delete(policy_id):
                raise PolicyNotFound

    def add_teams(self, policy_id: str, ids: Sequence[str]) -> None:
        """Give teams a policy. Raises `PolicyNotFound`, `TeamNotFound`."""
        self._add(policy_id, self.store.teams, self.known_teams(ids))

    def add_channels(self, policy_id: str, ids: Sequence[str]) -> None:
        """Give channels a policy. Raises `PolicyNotFound`, `ChannelNotFound`, `InvalidPolicy`."""
        self._add(policy_id, self.store.channels_with_own, self.known_channels(ids))

    def _add(self, policy_id: str, holders: Holders, ids: Sequence[str]) -> None:
        with self.store.transaction():
            self.get(policy_id)
            holders.add(policy_id, ids)

    def remove(self, policy_id: str, holders: Holders, ids: Sequence[str]) -> None:
        """Take a policy from teams or channels. Raises `PolicyNotFound`."""
        self.get(policy_id)
        holders.remove(policy_id, ids)

    def teams(self, ids: Sequence[str]) -> list[Team]:
        """Return teams in the order of their ids."""
        found = self._teams.get_many(ids)
        return [found[id] for id in ids if id in found]

    def channels(self, ids: Sequence[str]) -> list[tuple[Channel, Team | None]]:
        """Return channels with their teams, in the order of their ids."""
        found = self._channels.get_many(ids)
        teams = self._teams.get_many({channel.team_id for channel in found.values()})
        return [(found[id], teams.get(found[id].team_id)) for id in ids if id in found]

    def known_teams(self, ids: Sequence[str]) -> list[str]:
        """Return ids, each once. Raises `TeamNotFound` when one isn't a team's."""
        return _known(ids, self._teams.get_many, TeamNotFound)

    def known_channels(self, ids: Sequence[str]) -> list[str]:
        """Return ids, each once. Raises `ChannelNotFound` when one isn't a channel's of a team."""
        wanted = _known(ids, self._channels.get_many, ChannelNotFound)
        if any(channel.is_direct_or_group for channel in self._channels.get_many(wanted).values()):
            raise InvalidPolicy("Direct and group messages can't have a retention policy of their own.")
        return wanted


def _known(
    ids: Sequence[str], get_many: Callable[[Sequence[str]], Mapping[str, object]], error: type[NotFound]
) -> list[str]:
    wanted = list(dict.fromkeys(ids))
    found = get_many(wanted)
    if any(id not in found for id in wanted):
        raise error
    return wanted


def _name(text: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= NAME_MAXIMUM:
        raise InvalidPolicy("display_name has 1 to {maximum} characters.", maximum=NAME_MAXIMUM)
    return name


def _days(days: int) -> int:
    """Return how long messages are kept; whatever is below 0 means for ever, which is kept as -1."""
    if days == 0 or days > DAYS_MAXIMUM:
        raise InvalidPolicy(
            "post_duration is a number of days, 1 to {maximum}, or -1 to keep messages for ever.", maximum=DAYS_MAXIMUM
        )
    return max(days, -1)
