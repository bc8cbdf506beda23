"""What clients hear of groups."""

from hubbub.core import json
from hubbub.core.contracts.groups import Group, GroupMember
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.groups.links_store import Kind


def received_group(group: Group) -> Event:
    """Return `received_group` (made, changed, archived, restored), for everybody."""
    return Event(name="received_group", data={"group": json.encode_str(group)})


def linked(kind: Kind, group_id: str, object_id: str) -> Event:
    """Return `received_group_associated_to_team` or `…_channel`, for those who are in it."""
    return _of_link(f"received_group_associated_to_{kind.name}", kind, group_id, object_id)


def unlinked(kind: Kind, group_id: str, object_id: str) -> Event:
    """Return `received_group_not_associated_to_team` or `…_channel`, for those who are in it."""
    return _of_link(f"received_group_not_associated_to_{kind.name}", kind, group_id, object_id)


def _of_link(name: str, kind: Kind, group_id: str, object_id: str) -> Event:
    broadcast = Broadcast(team_id=object_id) if kind.name == "team" else Broadcast(channel_id=object_id)
    return Event(name=name, data={"group_id": group_id}, broadcast=broadcast)


def group_member(name: str, member: GroupMember) -> Event:
    """Return `group_member_add` or `group_member_deleted`, for the member."""
    data = {"group_member": json.encode_str(member)}
    return Event(name=name, data=data, broadcast=Broadcast(user_id=member.user_id))
