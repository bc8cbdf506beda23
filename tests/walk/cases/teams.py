"""Operations of the plugin teams."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.cases.emoji import FORM
from hubbub.tests.walk.cases.roles import scheme
from hubbub.tests.walk.cases.users import picture
from hubbub.tests.walk.world import World

OPEN_TEAM: Final = "everybody may see and join open teams"


def new_team(world: World) -> Made:
    """Make a team of bob's."""
    team = world.new_team()
    return {"team_id": team["id"], "team_name": team["name"], "invite_id": team["invite_id"]}


def closed_team(world: World) -> Made:
    """Make a team of bob's that only the invited get into."""
    made = new_team(world)
    world.bob.put(f"/teams/{made['team_id']}/privacy", {"privacy": "I"}, expect=200)
    return made


def deleted_team(world: World) -> Made:
    """Make a team and delete it."""
    made = new_team(world)
    world.bob.delete(f"/teams/{made['team_id']}", expect=200)
    return made


def with_icon(world: World) -> Made:
    """Make a team with a picture."""
    made = closed_team(world)
    world.bob.post(f"/teams/{made['team_id']}/image", picture(world), headers=FORM, expect=200)
    return made


def member(world: World) -> Made:
    """Make a team with carol in it, who is then acted on."""
    return {**new_team(world), "user_id": world.carol.id}


def newcomer(world: World) -> Made:
    """Make a team and somebody who isn't in it."""
    return {**new_team(world), "user_id": world.dave.id}


CASES: Final = [
    Case(operation="GetTeamIcon", make=with_icon, raw="image/png"),
    Case(operation="SetTeamIcon", make=new_team, body=picture, headers=FORM),
    Case(operation="RemoveTeamIcon", make=with_icon),
    Case(
        operation="CreateTeam",
        make=lambda world: {"name": f"created-{world.number()}"},
        body={"name": "{name}", "display_name": "Created", "type": "O"},
        outsider=201,
        open_to_all="every user has create_team",
    ),
    Case(operation="GetAllTeams", outsider=200, open_to_all=OPEN_TEAM),
    Case(operation="GetTeam", make=closed_team),
    Case(
        operation="UpdateTeam",
        make=new_team,
        body={"id": "{team_id}", "name": "{team_name}", "display_name": "Renamed", "type": "O"},
    ),
    Case(operation="SoftDeleteTeam", make=new_team),
    Case(operation="PatchTeam", make=new_team, body={"display_name": "Renamed"}),
    Case(operation="UpdateTeamPrivacy", make=new_team, body={"privacy": "I"}),
    Case(operation="RestoreTeam", make=deleted_team),
    Case(operation="GetTeamByName", make=lambda world: {"name": closed_team(world)["team_name"]}),
    Case(
        operation="SearchTeams", body={"term": "crew", "page": 0, "per_page": 10}, outsider=200, open_to_all=OPEN_TEAM
    ),
    Case(operation="TeamExists", make=lambda _: {"name": "crew"}, outsider=200, open_to_all="it only says yes or no"),
    Case(operation="GetTeamsForUser"),
    Case(operation="GetTeamMembers"),
    Case(operation="AddTeamMember", make=newcomer, body={"team_id": "{team_id}", "user_id": "{user_id}"}),
    Case(operation="AddTeamMemberFromInvite", who="dave", make=new_team, query="invite_id={invite_id}", outsider=201),
    Case(operation="AddTeamMembers", make=newcomer, body=[{"team_id": "{team_id}", "user_id": "{user_id}"}]),
    Case(operation="GetTeamMembersForUser"),
    Case(operation="GetTeamMember"),
    Case(operation="RemoveTeamMember", make=member),
    Case(operation="GetTeamMembersByIds", body=["{carol_id}"]),
    Case(operation="GetTeamStats"),
    Case(operation="RegenerateTeamInviteId", make=new_team),
    Case(operation="UpdateTeamMemberRoles", make=member, body={"roles": "team_user team_admin"}),
    Case(
        operation="UpdateTeamMemberSchemeRoles",
        make=member,
        body={"scheme_user": True, "scheme_admin": True, "scheme_guest": False},
    ),
    Case(
        operation="UpdateTeamScheme",
        make=lambda world: {**new_team(world), **scheme(world, "team")},
        who="alice",
        body={"scheme_id": "{scheme_id}"},
    ),
    Case(operation="GetTeamsForScheme", make=lambda world: scheme(world, "team"), who="alice"),
    Case(operation="GetTeamInviteInfo", who="", outsider=200, nobody=200),
]
