"""Linked groups follow the directory: their names, their members, and what they give to people."""

from collections.abc import Mapping
from typing import Any

from hubbub.core.contracts.groups import DirectoryGroups, Group
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.plugins.auth_ldap.entries import LDAP
from hubbub.plugins.auth_ldap.errors import SearchFailed
from hubbub.plugins.auth_ldap.groups import LdapGroups


class GroupSync:
    """Brings linked groups up to date. Each step can be done twice."""

    def __init__(self, context: PluginContext, users: UserService) -> None:
        self._context = context
        self._users = users
        self._groups = context.service(DirectoryGroups)

    def run(self, data: dict[str, Any], found: LdapGroups, people: Mapping[str, str], *, readd: bool) -> None:
        """Do it; `people` maps names (DN) to subjects. Raises `DirectoryError`: then no group has changed."""
        linked = self._groups.of_source(LDAP)
        changes = [0, 0]
        if linked:
            for group, members in self._read(found, linked, people):
                came, went = self._groups.set_members(group.id, members)
                changes[0], changes[1] = changes[0] + came, changes[1] + went
        memberships = self._groups.sync_memberships(readd=readd)
        data.update(
            groups=len(linked),
            joined_groups=changes[0],
            left_groups=changes[1],
            memberships_added=memberships.added,
            memberships_removed=memberships.removed,
        )

    def welcome(self, user_id: str, remote_ids: set[str]) -> None:
        """Give somebody new the groups with these ids that are linked, and what they give."""
        joined = [group for group in self._groups.of_source(LDAP) if group.remote_id in remote_ids]
        for group in joined:
            self._groups.add_member(group.id, user_id)
        if joined:
            self._groups.sync_memberships(user_id=user_id)

    def any_linked(self) -> bool:
        """Say whether there is a linked group. One query."""
        return bool(self._groups.of_source(LDAP))

    def _read(self, found: LdapGroups, linked: list[Group], people: Mapping[str, str]) -> list[tuple[Group, set[str]]]:
        """Return each linked group with its members' accounts, read in full before anything is changed."""
        there = {group.id: found.one(group.remote_id or "") for group in linked}
        if not any(there.values()):
            raise SearchFailed(
                f"None of {len(linked)} linked groups is found: nobody is taken out of one. "
                "Look at LdapSettings.BaseDN, GroupFilter and GroupIdAttribute."
            )
        result = []
        for group in linked:
            one = there[group.id]
            if one is None:
                # SECURITY: a group that was deleted gives nothing to anybody any more.
                self._context.log.warning("the group %s is no longer in the directory: it is empty", group.display_name)
                result.append((group, set[str]()))
                continue
            result.append((group, self._accounts(found.subjects(one, people))))
            self._groups.rename(group.id, one.name)
        return result

    def _accounts(self, subjects: set[str]) -> set[str]:
        """Return the ids of the active accounts of subjects."""
        users = self._users.get_by_auths(LDAP, subjects)
        return {user.id for subject, user in users.items() if subject in subjects and not user.delete_at}
