"""Groups of the directory: found, and their members (of groups within groups, too)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from hubbub.plugins.auth_ldap import filters
from hubbub.plugins.auth_ldap.directory import Directory
from hubbub.plugins.auth_ldap.entries import Entry, subject_of
from hubbub.plugins.auth_ldap.errors import SearchFailed

GROUPS: Final = "(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))"
"""What is a group where GroupFilter says nothing."""
MEMBERS: Final = ("member", "uniqueMember")
"""Attributes with the names (DN) of members."""
DEEPEST: Final = 10
LOOKED_UP: Final = 5_000
"""Names of members that are nobody we know, looked at in one run: they may be groups."""


class FoundGroup(NamedTuple):
    """A group of the directory."""

    remote_id: str
    name: str
    members: tuple[str, ...] = ()


class LdapGroups:
    """The groups that a directory has, by some settings."""

    def __init__(self, directory: Directory, ldap: Any) -> None:
        self._directory = directory
        self._ldap = ldap
        self._within: dict[str, tuple[str, ...]] = {}

    @property
    def _filter(self) -> str:
        return str(self._ldap.GroupFilter) or GROUPS

    def require_attributes(self) -> None:
        """Raise `SearchFailed` unless the settings say how groups are known."""
        for key in ("GroupIdAttribute", "GroupDisplayNameAttribute"):
            if not getattr(self._ldap, key):
                raise SearchFailed(f"LdapSettings.{key} is empty: groups can't be found.")

    def all(self) -> list[FoundGroup]:
        """Return every group, without members, by name. Raises `DirectoryError`."""
        self.require_attributes()
        attributes = [self._ldap.GroupIdAttribute, self._ldap.GroupDisplayNameAttribute]
        entries = [entry for page in self._directory.pages(self._filter, attributes) for entry in page]
        groups = [self._group(entry) for entry in entries if entry.first(self._ldap.GroupIdAttribute)]
        return sorted(groups, key=lambda group: (group.name.lower(), group.remote_id))

    def one(self, remote_id: str) -> FoundGroup | None:
        """Return a group with its members; None when there is none. Raises `DirectoryError`."""
        self.require_attributes()
        wanted = filters.both(self._filter, filters.has_subject(self._ldap.GroupIdAttribute, remote_id))
        attributes = [self._ldap.GroupIdAttribute, self._ldap.GroupDisplayNameAttribute, *MEMBERS]
        found = self._directory.search(wanted, attributes)
        if len(found) > 1:
            raise SearchFailed(f"Several groups have the id {remote_id} (LdapSettings.GroupIdAttribute).")
        return self._group(found[0]) if found else None

    def ids_with(self, dn: str) -> set[str]:
        """Return the ids of the groups that have this entry as a member themselves. Raises `DirectoryError`."""
        self.require_attributes()
        member = filters.any_of([filters.equals(name, dn) for name in MEMBERS])
        key = self._ldap.GroupIdAttribute
        found = self._directory.search(filters.both(self._filter, member), [key])
        return {subject_of(entry.first(key), key) for entry in found}

    def _group(self, entry: Entry) -> FoundGroup:
        key = self._ldap.GroupIdAttribute
        remote_id = subject_of(entry.first(key), key)
        return FoundGroup(remote_id, entry.text(self._ldap.GroupDisplayNameAttribute) or remote_id, _members(entry))

    def subjects(self, group: FoundGroup, people: Mapping[str, str]) -> set[str]:
        """Return the subjects of a group's members; `people` maps plain names (see `plain`) to subjects.

        A member that is a group stands for its own members. Raises `DirectoryError`.
        """
        found: set[str] = set()
        seen: set[str] = set()
        level = group.members
        for _ in range(DEEPEST):
            fresh = [dn for dn in level if plain(dn) not in seen]
            seen.update(plain(dn) for dn in fresh)
            found.update(people[plain(dn)] for dn in fresh if plain(dn) in people)
            level = tuple(inner for dn in fresh if plain(dn) not in people for inner in self._members_of(dn))
            if not level:
                break
        return found

    def _members_of(self, dn: str) -> tuple[str, ...]:
        """Return the members of an entry if it is a group."""
        known = self._within.get(plain(dn))
        if known is None and len(self._within) < LOOKED_UP:
            entries = self._directory.search(GROUPS, list(MEMBERS), base=dn, one=True)
            known = self._within[plain(dn)] = _members(entries[0]) if entries else ()
        return known or ()


def _members(entry: Entry) -> tuple[str, ...]:
    values = [value for name in MEMBERS for value in entry.values.get(name.lower(), ())]
    return tuple(value.decode("utf-8", "replace") for value in values)


def plain(dn: str) -> str:
    """Return a name (DN) such that two ways to write it compare equal: in lower case, no spaces around separators."""
    parts = dn.lower().replace("\\2c", "\\,").split(",")
    return ",".join("=".join(side.strip() for side in part.split("=", 1)) for part in parts)
