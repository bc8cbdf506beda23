"""What clients hear of channels."""

from hubbub.core import json
from hubbub.core.contracts.channels import OPEN, Channel, ChannelMember
from hubbub.core.contracts.realtime import Broadcast, Event


def channel_created(channel: Channel, user_id: str) -> Event:
    """Return `channel_created`, for its creator."""
    return Event(
        name="channel_created",
        data={"channel_id": channel.id, "team_id": channel.team_id},
        broadcast=Broadcast(user_id=user_id),
    )


def channel_updated(channel: Channel) -> Event:
    """Return `channel_updated`, for its members."""
    return Event(
        name="channel_updated",
        data={"channel": json.encode_str(channel)},
        broadcast=Broadcast(channel_id=channel.id),
    )


def channel_converted(channel: Channel) -> Event:
    """Return `channel_converted` (public to private or back), for the team."""
    return Event(
        name="channel_converted",
        data={"channel_id": channel.id},
        broadcast=Broadcast(team_id=channel.team_id),
    )


def channel_archived(channel: Channel) -> Event:
    """Return `channel_deleted` or `channel_restored`: for the team when public, else for the members."""
    scope = Broadcast(team_id=channel.team_id) if channel.type == OPEN else Broadcast(channel_id=channel.id)
    if channel.delete_at:
        return Event(
            name="channel_deleted",
            data={"channel_id": channel.id, "delete_at": channel.delete_at},
            broadcast=scope,
        )
    return Event(name="channel_restored", data={"channel_id": channel.id}, broadcast=scope)


def direct_added(channel: Channel, creator_id: str, teammate_id: str) -> Event:
    """Return `direct_added`, for both."""
    return Event(
        name="direct_added",
        data={"creator_id": creator_id, "teammate_id": teammate_id},
        broadcast=Broadcast(channel_id=channel.id),
    )


def group_added(channel: Channel, user_ids: list[str], user_id: str) -> Event:
    """Return `group_added`, for one of the members."""
    return Event(
        name="group_added",
        data={"teammate_ids": json.encode_str(user_ids)},
        broadcast=Broadcast(user_id=user_id, channel_id=channel.id),
    )


def user_added(channel: Channel, user_id: str) -> tuple[Event, Event]:
    """Return `user_added` for the other members and for the new one."""
    data = {"user_id": user_id, "team_id": channel.team_id}
    return (
        Event(name="user_added", data=data, broadcast=Broadcast(channel_id=channel.id, omit_users={user_id: True})),
        Event(name="user_added", data=data, broadcast=Broadcast(channel_id=channel.id, user_id=user_id)),
    )


def user_removed(channel: Channel, user_id: str, remover_id: str) -> tuple[Event, Event]:
    """Return `user_removed` for those who stay and, in its other shape, for who is gone."""
    return (
        Event(
            name="user_removed",
            data={"user_id": user_id, "remover_id": remover_id},
            broadcast=Broadcast(channel_id=channel.id),
        ),
        Event(
            name="user_removed",
            data={"channel_id": channel.id, "remover_id": remover_id},
            broadcast=Broadcast(user_id=user_id),
        ),
    )


def channel_member_updated(member: ChannelMember) -> Event:
    """Return `channel_member_updated`, for the member."""
    return Event(
        name="channel_member_updated",
        data={"channelMember": json.encode_str(member)},
        broadcast=Broadcast(user_id=member.user_id),
    )


def channels_viewed(user_id: str, times: dict[str, int]) -> Event:
    """Return `multiple_channels_viewed`, for the user's other clients."""
    return Event(name="multiple_channels_viewed", data={"channel_times": times}, broadcast=Broadcast(user_id=user_id))


def channel_scheme_updated(channel_id: str) -> Event:
    """Return `channel_scheme_updated` (roles of the members have other names now), for the members."""
    return Event(name="channel_scheme_updated", broadcast=Broadcast(channel_id=channel_id))
