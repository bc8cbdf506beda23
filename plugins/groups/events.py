"""What clients hear of groups."""

from hubbub.core import json
from hubbub.core.contracts.groups import Group, GroupMember
from hubbub.core.contracts.realtime import Broadcast, Event


def received_group(group: Group) -> Event:
    """Return `received_group` (made, changed, archived, restored), for everybody."""
    return Event(name="received_group", data={"group": json.encode_str(group)})


def group_member(name: str, member: GroupMember) -> Event:
    """Return `group_member_add` or `group_member_deleted`, for the member."""
    data = {"group_member": json.encode_str(member)}
    return Event(name=name, data=data, broadcast=Broadcast(user_id=member.user_id))
