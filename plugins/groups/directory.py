"""Groups that a directory keeps: `DirectoryGroups`."""

from collections.abc import Collection

from msgspec import UNSET, structs

from hubbub.core.clock import now_ms
from hubbub.core.contracts.groups import Group, GroupMember, GroupNotFound, MembershipChanges
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.groups.records import GroupFilter
from hubbub.plugins.groups.service import Groups, InvalidGroup
from hubbub.plugins.groups.syncables import Syncables

LONGEST_ID = 48
LONGEST_NAME = 128


class ExternalGroups:
    """`DirectoryGroups`."""

    def __init__(self, context: PluginContext, groups: Groups, syncables: Syncables) -> None:
        self._db = context.db
        self._groups = groups
        self._store = groups.store
        self._syncables = syncables

    def of_source(self, source: str) -> list[Group]:
        """Return the groups of a source that are linked now."""
        return self._store.find(GroupFilter(source=source))

    def link(self, source: str, remote_id: str, display_name: str) -> tuple[Group, bool]:
        """Link a group of a directory, one that was linked before comes back."""
        if not remote_id or len(remote_id) > LONGEST_ID:
            raise InvalidGroup(
                "The group's id {remote_id} has more than {most} characters: choose another GroupIdAttribute.",
                id="model.group.remote_id.app_error",
                remote_id=remote_id[:LONGEST_ID],
                most=LONGEST_ID,
            )
        name, now = _shown(display_name, remote_id), now_ms()
        with self._db.transaction():
            before = self._store.get_by_remote_id(source, remote_id)
            if before is None:
                group = Group(
                    id=new_id(), name=UNSET, display_name=name, source=source, remote_id=remote_id, create_at=now,
                    update_at=now,
                )  # fmt: skip
                self._store.insert(group)
                return group, True
            group = structs.replace(before, display_name=name, delete_at=0, update_at=now)
            self._store.update(group)
        self._groups.forget_mentionable()
        return group, False

    def unlink(self, source: str, remote_id: str) -> None:
        """Forget a group."""
        group = self._store.get_by_remote_id(source, remote_id)
        if group is None or group.delete_at:
            raise GroupNotFound
        now = now_ms()
        self._store.update(structs.replace(group, delete_at=now, update_at=now))
        self._groups.forget_mentionable()

    def rename(self, group_id: str, display_name: str) -> None:
        """Take over the name that the directory has for a group."""
        group = self._groups.get(group_id)
        name = _shown(display_name, group.remote_id or "")
        if group.display_name != name:
            self._store.update(structs.replace(group, display_name=name, update_at=now_ms()))
            self._groups.forget_mentionable()

    def set_members(self, group_id: str, user_ids: Collection[str]) -> tuple[int, int]:
        """Have exactly these people in a group; return how many came and went."""
        wanted, now = set(user_ids), now_ms()
        with self._db.transaction():
            present = {member.user_id: member for member in self._store.all_members(group_id)}
            came = [GroupMember(group_id=group_id, user_id=one, create_at=now) for one in wanted - present.keys()]
            went = [structs.replace(present[one], delete_at=now) for one in present.keys() - wanted]
            if came or went:
                self._store.put_members([*came, *went])
                self._groups.forget_mentionable()
        return len(came), len(went)

    def add_member(self, group_id: str, user_id: str) -> None:
        """Put somebody into a group; does nothing for a member."""
        if not self._store.members(group_id, [user_id]):
            self._store.put_members([GroupMember(group_id=group_id, user_id=user_id, create_at=now_ms())])
            self._groups.forget_mentionable()

    def sync_memberships(self, *, user_id: str = "", readd: bool = False) -> MembershipChanges:
        """Give people the teams and channels of their groups, and take them from those who may not be there."""
        return self._syncables.sync_memberships(user_id=user_id, readd=readd)


def _shown(display_name: str, remote_id: str) -> str:
    """Return a name that a group can have: bytes, not characters, are limited."""
    return (display_name or remote_id).encode()[:LONGEST_NAME].decode(errors="ignore")
