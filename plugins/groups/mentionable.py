"""Which groups posts may mention, and who is in them: cached, since every post asks."""

from collections.abc import Iterable, Mapping
from typing import Final

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.groups.records import GroupFilter
from hubbub.plugins.groups.store import GroupStore

ALL: Final = "all"
TTL_S: Final = 300
"""How long others who write the tables (a provider of identities beside this server) may go unseen."""


class MentionableGroups:
    """The groups with a name that may be mentioned."""

    def __init__(self, context: PluginContext, store: GroupStore) -> None:
        self._store = store
        self._ids = context.cache("mentionable", max_items=2, ttl_s=TTL_S)
        self._members = context.cache("mentionable_members", max_items=2_000, ttl_s=TTL_S)

    def names(self) -> frozenset[str]:
        """Return their names. One look-up when the cache is warm."""
        known: tuple[frozenset[str], dict[str, str]] = self._ids.get_or_load(ALL, self._load)
        return known[0]

    def members(self, names: Iterable[str], channel: Channel) -> Mapping[str, frozenset[str]]:
        """Return name → ids of the members, for those that may be mentioned in the channel."""
        _, ids = self._ids.get_or_load(ALL, self._load)
        wanted = {ids[name]: name for name in names if name in ids}
        if wanted and channel.group_constrained:
            linked = {group.id for group in self._store.find(GroupFilter(channel_id=channel.id, mentionable=True))}
            wanted = {group_id: name for group_id, name in wanted.items() if group_id in linked}
        found = self._members.get_many(wanted, self._load_members) if wanted else {}
        return {wanted[group_id]: members for group_id, members in found.items()}

    def forget(self) -> None:
        """Have all of it read again, in every worker; inside a transaction, after its commit."""
        self._ids.invalidate_all()
        self._members.invalidate_all()

    def _load(self, _key: str) -> tuple[frozenset[str], dict[str, str]]:
        ids = {str(group.name): group.id for group in self._store.find(GroupFilter(mentionable=True)) if group.name}
        return frozenset(ids), ids

    def _load_members(self, group_ids: list[str]) -> dict[str, frozenset[str]]:
        found = self._store.member_ids(group_ids)
        return {group_id: frozenset(found.get(group_id, ())) for group_id in group_ids}
