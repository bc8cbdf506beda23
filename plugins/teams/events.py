"""What clients hear of teams."""

import msgspec

from hubbub.core import json
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.teams import Team, TeamMember


def sanitized(team: Team) -> Team:
    """Return the team as those see it who may not invite: without e-mail address and invitation id."""
    return msgspec.structs.replace(team, email="", invite_id="")


def team_event(name: str, team: Team) -> Event:
    """Return `update_team`, `delete_team` or `restore_team`, for the team's members."""
    return Event(name=name, data={"team": json.encode_str(sanitized(team))}, broadcast=Broadcast(team_id=team.id))


def added_to_team(team_id: str, user_id: str) -> Event:
    """Return `added_to_team`, for the new member."""
    return Event(
        name="added_to_team", data={"team_id": team_id, "user_id": user_id}, broadcast=Broadcast(user_id=user_id)
    )


def leave_team(team_id: str, user_id: str) -> tuple[Event, Event]:
    """Return `leave_team` for the other members and for who left."""
    data = {"user_id": user_id, "team_id": team_id}
    return (
        Event(name="leave_team", data=data, broadcast=Broadcast(team_id=team_id, omit_users={user_id: True})),
        Event(name="leave_team", data=data, broadcast=Broadcast(user_id=user_id)),
    )


def memberrole_updated(member: TeamMember) -> Event:
    """Return `memberrole_updated`, for the member."""
    return Event(
        name="memberrole_updated",
        data={"member": json.encode_str(member)},
        broadcast=Broadcast(user_id=member.user_id),
    )
