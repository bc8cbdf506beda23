"""The rules of groups: `GroupService`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET, structs

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.groups import CUSTOM, Group, GroupMember, GroupNotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.core.db.errors import UniqueViolation
from hubbub.core.ids import new_id
from hubbub.plugins.groups import events
from hubbub.plugins.groups.mentionable import MentionableGroups
from hubbub.plugins.groups.records import Extras, GroupFilter
from hubbub.plugins.groups.store import GroupStore

RESERVED: Final = frozenset({"all", "channel", "here", "matterbot", "system"})
_NAME: Final = re.compile(r"[a-z0-9.\-_]+").fullmatch


class NewGroup(msgspec.Struct, kw_only=True):
    """What a client says of a group to be made."""

    name: str = ""
    display_name: str = ""
    description: str = ""
    source: str = ""
    remote_id: str | None = None
    allow_reference: bool = False
    user_ids: list[str] = msgspec.field(default_factory=list)


class GroupPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    name: str | None = None
    display_name: str | None = None
    description: str | None = None
    allow_reference: bool | None = None


class InvalidGroup(BadRequest):
    id = "model.group.name.app_error"
    message = "The group is not valid."


class NameTaken(BadRequest):
    id = "app.custom_group.unique_name"
    message = "Another group is called {name}, or an archived one was."


class UsernameTaken(BadRequest):
    id = "app.group.username_conflict"
    message = "Somebody's user name is {Username}: a group can't be called so."


class UserUnknown(BadRequest):
    id = "app.group.user_not_found"
    message = "There is no active user with the id {Username}."


class NotReferenceable(BadRequest):
    id = "api.custom_groups.must_be_referenceable"
    message = "A custom group is there to be mentioned: allow_reference must be true."


class Groups:
    """Implements `GroupService`."""

    def __init__(self, context: PluginContext, store: GroupStore) -> None:
        self._context = context
        self._users = context.service(UserService)
        self.store = store
        self._mentionable = MentionableGroups(context, store)

    # -- reads

    def get(self, group_id: str) -> Group:
        """See `GroupService.get`."""
        group = self.store.get(group_id)
        if group is None:
            raise GroupNotFound
        return group

    def get_by_names(self, names: Iterable[str]) -> list[Group]:
        """See `GroupService.get_by_names`."""
        wanted = list(names)
        return self.store.find(GroupFilter(names=wanted, mentionable=True)) if wanted else []

    def member_ids(self, group_ids: Iterable[str]) -> dict[str, list[str]]:
        """See `GroupService.member_ids`."""
        return self.store.member_ids(group_ids)

    def mentionable_names(self) -> frozenset[str]:
        """See `GroupService.mentionable_names`."""
        return self._mentionable.names()

    def forget_mentionable(self) -> None:
        """Have groups and members read again by those who mention them, in every worker."""
        self._mentionable.forget()

    def mentioned(self, names: Iterable[str], channel: Channel) -> Mapping[str, frozenset[str]]:
        """See `GroupService.mentioned`."""
        return self._mentionable.members(names, channel)

    def count_for(self, groups: list[Group], extras: Extras) -> list[Group]:
        """Return the groups with what is to be counted; at most three queries."""
        ids = [group.id for group in groups]
        if extras.member_count:
            counts = self.store.member_counts(ids)
            for group in groups:
                group.member_count = counts.get(group.id, 0)
        if extras.member_ids:
            members = self.store.member_ids(ids)
            for group in groups:
                group.member_ids = members.get(group.id, [])
        if extras.channel_id and ids:
            self._count_in_channel(groups, extras)
        return groups

    def _count_in_channel(self, groups: list[Group], extras: Extras) -> None:
        found = self.in_channel(extras.channel_id, [group.id for group in groups])
        for group in groups:
            zones = found.get(group.id, [])
            group.channel_member_count = len(zones)
            if extras.timezones:
                group.channel_member_timezones_count = len({zone for zone in zones if zone})

    def in_channel(self, channel_id: str, group_ids: list[str] | None = None) -> dict[str, list[str]]:
        """Return the time zones of the members of groups in a channel ("" for who has none), by group."""
        found: dict[str, list[str]] = {}
        for group_id, text in self.store.timezones_in_channel(channel_id, group_ids or ()):
            found.setdefault(group_id, []).append(_zone(text))
        return found

    # -- changes

    def create(self, new: NewGroup) -> Group:
        """Make a custom group. Raises `InvalidGroup`, `NameTaken`, `UsernameTaken`, `UserUnknown`."""
        now = now_ms()
        group = Group(
            id=new_id(),
            name=new.name or UNSET,
            display_name=new.display_name,
            description=new.description,
            create_at=now,
            update_at=now,
            allow_reference=new.allow_reference,
        )
        self._check(group)
        user_ids = self._known(new.user_ids)
        with self._context.db.transaction():
            self._save(group, self.store.insert)
            self.store.put_members(
                GroupMember(group_id=group.id, user_id=user_id, create_at=now) for user_id in user_ids
            )
            group.member_count = len(user_ids)
            self._context.publish(events.received_group(group))
        return group

    def patch(self, group_id: str, patch: GroupPatch) -> Group:
        """Change a group. Raises `GroupNotFound`, `InvalidGroup`, `NameTaken`, `UsernameTaken`."""
        given = {name: value for name, value in structs.asdict(patch).items() if value is not None}
        return self._change(group_id, **given)

    def archive(self, group_id: str) -> Group:
        """Archive a group: it can't be mentioned any more."""
        return self._change(group_id, delete_at=now_ms())

    def restore(self, group_id: str) -> Group:
        """Bring an archived group back."""
        return self._change(group_id, delete_at=0)

    def _change(self, group_id: str, **fields: Any) -> Group:
        now = now_ms()
        with self._context.db.transaction():
            self.store.touch(group_id, now)
            group = structs.replace(self.get(group_id), **fields, update_at=now)
            self._check(group, new_name="name" in fields)
            self._save(group, self.store.update)
            self.count_for([group], Extras(member_count=True))
            self._context.publish(events.received_group(group))
        return group

    def _check(self, group: Group, *, new_name: bool = True) -> None:
        name = group.name or ""
        if group.source == CUSTOM or name:
            _check_name(name)
        for field, least, most in (("display_name", 1, 128), ("description", 0, 1024)):
            if not least <= len(getattr(group, field).encode()) <= most:
                raise InvalidGroup(
                    "The group's {field} has {least} to {most} bytes.",
                    id=f"model.group.{field}.app_error",
                    field=field,
                    least=least,
                    most=most,
                )
        if group.source == CUSTOM and not group.allow_reference:
            raise NotReferenceable
        if new_name and name and self.store.username_exists(name):
            raise UsernameTaken(Username=name)

    def _save(self, group: Group, write: Any) -> None:
        self._mentionable.forget()
        try:
            write(group)
        except UniqueViolation as error:
            raise NameTaken(name=group.name or "") from error

    # -- members

    def _known(self, user_ids: Iterable[str]) -> list[str]:
        """Return the ids, each once. Raises `UserUnknown` for one that isn't an active account's."""
        wanted = list(dict.fromkeys(user_ids))
        users = self._users.get_many(wanted)
        for user_id in wanted:
            if user_id not in users or users[user_id].delete_at:
                raise UserUnknown(Username=user_id)
        return wanted

    def add_members(self, group_id: str, user_ids: Iterable[str]) -> list[GroupMember]:
        """Put people into a group; return their memberships."""
        wanted, now = self._known(user_ids), now_ms()
        with self._context.db.transaction():
            self.store.touch(group_id, now)
            present = {member.user_id: member for member in self.store.members(group_id, wanted)}
            added = [
                GroupMember(group_id=group_id, user_id=user_id, create_at=now)
                for user_id in wanted
                if user_id not in present
            ]
            self._put(added, "group_member_add")
        return [*present.values(), *added]

    def remove_members(self, group_id: str, user_ids: Iterable[str]) -> list[GroupMember]:
        """Take people out of a group; return the memberships that ended."""
        wanted, now = self._known(user_ids), now_ms()
        with self._context.db.transaction():
            self.store.touch(group_id, now)
            removed = [structs.replace(member, delete_at=now) for member in self.store.members(group_id, wanted)]
            self._put(removed, "group_member_deleted")
        return removed

    def _put(self, members: list[GroupMember], event: str) -> None:
        if members:
            self.store.put_members(members)
            self._mentionable.forget()
        for member in members:
            self._context.publish(events.group_member(event, member))


def _check_name(name: str) -> None:
    if not 1 <= len(name.encode()) <= 64:
        raise InvalidGroup("A group's name has 1 to 64 characters.", id="model.group.name.invalid_length.app_error")
    if name in RESERVED:
        raise InvalidGroup(
            "{name} can't be the name of a group: it has a meaning of its own.",
            id="model.group.name.reserved_name.app_error",
            name=name,
        )
    if not _NAME(name):
        raise InvalidGroup(
            "A group's name consists of lower-case letters, digits, dots, dashes and underscores.",
            id="model.group.name.invalid_chars.app_error",
        )


def _zone(text: str) -> str:
    zone = json.decode(text) if text else None
    if not isinstance(zone, dict):
        return ""
    automatic = zone.get("useAutomaticTimezone") != "false"
    return str(zone.get("automaticTimezone" if automatic else "manualTimezone") or "")
