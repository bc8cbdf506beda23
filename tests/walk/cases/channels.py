"""Operations of the plugin channels."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.roles import scheme
from hubbub.tests.walk.world import World


def new_channel(world: World) -> Made:
    """Make a channel of bob's, with carol in it."""
    channel = world.new_channel()
    return {"channel_id": channel["id"], "channel_name": channel["name"]}


def deleted_channel(world: World) -> Made:
    """Make a channel and archive it."""
    made = new_channel(world)
    world.bob.delete(f"/channels/{made['channel_id']}", expect=200)
    return made


def member(world: World) -> Made:
    """Make a channel with carol in it, who is then acted on."""
    return {**new_channel(world), "user_id": world.carol.id}


def names(world: World) -> Made:
    """Give the path the names of team and channel."""
    return {"team_name": "crew", "channel_name": "talk"}


def group(world: World) -> Made:
    """Make a group channel."""
    return {"channel_id": world.new_group()["id"]}


def group_and_name(world: World) -> Made:
    """Make a group channel, and the name of a channel that there isn't."""
    return {"channel_id": world.new_group()["id"], "name": f"plans-{world.number()}"}


CASES: Final = [
    Case(operation="GetAllChannels", who="alice"),
    Case(
        operation="CreateChannel",
        make=lambda world: {"name": f"created-{world.number()}"},
        body={"team_id": "{team_id}", "name": "{name}", "display_name": "Created", "type": "O"},
    ),
    Case(operation="CreateDirectChannel", body=["{bob_id}", "{carol_id}"]),
    Case(
        operation="CreateGroupChannel",
        body=["{bob_id}", "{carol_id}", "{dave_id}"],
        outsider=201,
        open_to_all="every user has create_group_channel, and who asks is in the group",
    ),
    Case(operation="SearchAllChannels", who="alice", body={"term": "talk", "page": 0, "per_page": 10}),
    Case(operation="SearchGroupChannels", make=group, body={"term": "carol"}, outsider=200),
    Case(operation="GetPublicChannelsByIdsForTeam", body=["{channel_id}"]),
    Case(operation="GetChannelMembersTimezones"),
    Case(operation="GetChannel"),
    Case(
        operation="UpdateChannel",
        make=new_channel,
        body={"id": "{channel_id}", "name": "{channel_name}", "display_name": "Renamed", "type": "O"},
    ),
    Case(operation="DeleteChannel", make=new_channel),
    Case(operation="PatchChannel", make=new_channel, body={"header": "What it is about"}),
    Case(operation="UpdateChannelPrivacy", make=new_channel, who="alice", body={"privacy": "P"}),
    Case(operation="RestoreChannel", make=deleted_channel),
    Case(
        operation="MoveChannel",
        make=lambda world: {**new_channel(world), "new_team_id": world.new_team()["id"]},
        who="alice",
        body={"team_id": "{new_team_id}", "force": True},
    ),
    Case(operation="GetChannelStats"),
    Case(operation="GetPublicChannelsForTeam"),
    Case(operation="GetPrivateChannelsForTeam", who="alice"),
    Case(operation="GetDeletedChannelsForTeam", make=deleted_channel),
    Case(operation="AutocompleteChannelsForTeam", query="name=ta"),
    Case(operation="AutocompleteChannelsForTeamForSearch", query="name=ta"),
    Case(operation="SearchChannels", body={"term": "ta"}),
    Case(operation="GetChannelByName"),
    Case(operation="GetChannelByNameForTeamName", make=names),
    Case(operation="GetChannelMembers"),
    Case(operation="AddChannelMember", make=new_channel, body={"user_id": "{dave_id}"}),
    Case(operation="GetChannelMembersByIds", body=["{carol_id}"]),
    Case(operation="GetChannelMember"),
    Case(operation="RemoveUserFromChannel", make=member),
    Case(operation="UpdateChannelRoles", make=member, body={"roles": "channel_user channel_admin"}),
    Case(
        operation="UpdateChannelMemberSchemeRoles",
        make=member,
        body={"scheme_user": True, "scheme_admin": True, "scheme_guest": False},
    ),
    Case(operation="UpdateChannelNotifyProps", body={"desktop": "all"}),
    Case(operation="ViewChannel", body={"channel_id": "{channel_id}"}),
    Case(operation="ReadMultipleChannels", body=["{channel_id}"]),
    Case(operation="GetChannelsMemberCount", body=["{channel_id}"]),
    Case(operation="GetChannelMembersForUser"),
    Case(operation="GetChannelMembersWithTeamDataForUser", query="page=0&per_page=60"),
    Case(operation="GetChannelsForTeamForUser"),
    Case(operation="GetChannelsForUser"),
    Case(operation="GetChannelUnread"),
    Case(operation="GetTeamsUnreadForUser"),
    Case(operation="GetTeamUnread"),
    Case(operation="GetGroupMessageMembersCommonTeams", make=group),
    Case(operation="GetChannelModerations", make=new_channel, who="alice"),
    Case(
        operation="PatchChannelModerations",
        make=new_channel,
        who="alice",
        body=[{"name": "create_reactions", "roles": {"members": False}}],
    ),
    Case(
        operation="UpdateChannelScheme",
        make=lambda world: {**new_channel(world), **scheme(world, "channel")},
        who="alice",
        body={"scheme_id": "{scheme_id}"},
    ),
    Case(operation="GetChannelsForScheme", make=lambda world: scheme(world, "channel"), who="alice"),
    Case(operation="UpdateChannelMemberAutotranslation", body={"autotranslation_disabled": True}, status=403),
    Case(
        operation="ConvertGroupMessageToChannel",
        answer="Channel",
        make=group_and_name,
        body={"channel_id": "{channel_id}", "team_id": "{team_id}", "name": "{name}", "display_name": "Plans"},
    ),
]
