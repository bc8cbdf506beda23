"""Operations of the plugin groups."""

from typing import Final

from hubbub.core.contracts.groups import DirectoryGroups
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

MENTIONABLE: Final = "everybody sees groups that can be mentioned"
CUSTOM: Final = "every user makes and keeps custom groups"


def new_group(world: World) -> Made:
    """Make a group of bob and carol."""
    name = f"group-{world.number()}"
    body = {
        "name": name,
        "display_name": name,
        "source": "custom",
        "allow_reference": True,
        "user_ids": [world.bob.id, world.carol.id],
    }
    return {"group_id": world.bob.post("/groups", body, expect=201).json["id"], "group_name": name}


def archived_group(world: World) -> Made:
    """Make a group and archive it."""
    made = new_group(world)
    world.bob.delete(f"/groups/{made['group_id']}", expect=200)
    return made


def linked_group(world: World) -> Made:
    """Make a group that team and channel belong to, as groups of a directory have them."""
    made = new_group(world)
    for table, column, thing in (("groupteams", "teamid", world.team), ("groupchannels", "channelid", world.channel)):
        columns = ("groupid", column, "autoadd", "schemeadmin", "createat", "updateat", "deleteat")
        world.server.app.db.insert_many(table, columns, [(made["group_id"], thing["id"], True, False, 1, 1, 0)])
    return made


def directory_group(world: World) -> Made:
    """Make a group that a directory keeps."""
    name = f"kept-{world.number()}"
    group, _ = world.server.app.service(DirectoryGroups).link("ldap", name, name)
    return {"group_id": group.id}


def with_links(world: World) -> Made:
    """Make such a group, to which the team and the channel belong."""
    made = directory_group(world)
    for kind in ("team", "channel"):
        path = f"/groups/{made['group_id']}/{kind}s/{world.values[kind + '_id']}/link"
        world.alice.post(path, {"auto_add": False}, expect=201)
    return made


CASES: Final = [
    Case(operation="LinkGroupSyncableForTeam", who="alice", make=directory_group, body={"auto_add": True}),
    Case(operation="LinkGroupSyncableForChannel", who="alice", make=directory_group, body={"auto_add": True}),
    Case(operation="PatchGroupSyncableForTeam", who="alice", make=with_links, body={"auto_add": True}),
    Case(operation="PatchGroupSyncableForChannel", who="alice", make=with_links, body={"auto_add": True}),
    Case(operation="UnlinkGroupSyncableForTeam", who="alice", make=with_links),
    Case(operation="UnlinkGroupSyncableForChannel", who="alice", make=with_links),
    Case(operation="GetGroups", make=new_group, query="per_page=5", outsider=200, open_to_all=MENTIONABLE),
    Case(operation="GetGroupsByNames", make=new_group, body=["{group_name}"], outsider=200, open_to_all=MENTIONABLE),
    Case(operation="GetGroup", make=new_group, outsider=200, open_to_all=MENTIONABLE),
    Case(operation="GetGroupStats", make=new_group, outsider=200, open_to_all=MENTIONABLE),
    Case(operation="GetGroupUsers", make=new_group, outsider=200, open_to_all=MENTIONABLE),
    Case(operation="GetGroupsByUserId"),
    Case(
        operation="CreateGroup",
        make=lambda world: {"name": f"made-{world.number()}"},
        body={
            "name": "{name}",
            "display_name": "Made",
            "source": "custom",
            "allow_reference": True,
            "user_ids": ["{bob_id}"],
        },
        outsider=201,
        open_to_all=CUSTOM,
    ),
    Case(operation="PatchGroup", make=new_group, body={"display_name": "Renamed"}, outsider=200, open_to_all=CUSTOM),
    Case(operation="DeleteGroup", make=new_group, outsider=200, open_to_all=CUSTOM),
    Case(operation="RestoreGroup", make=archived_group, outsider=200, open_to_all=CUSTOM),
    Case(
        operation="AddGroupMembers",
        make=new_group,
        body={"user_ids": ["{dave_id}"]},
        outsider=200,
        open_to_all=CUSTOM,
    ),
    Case(
        operation="DeleteGroupMembers",
        make=new_group,
        body={"user_ids": ["{carol_id}"]},
        outsider=200,
        open_to_all=CUSTOM,
    ),
    Case(operation="GetGroupSyncablesTeams", make=linked_group, who="alice"),
    Case(operation="GetGroupSyncableForTeamId", make=linked_group, who="alice"),
    Case(operation="GetGroupSyncablesChannels", make=linked_group, who="alice"),
    Case(operation="GetGroupSyncableForChannelId", make=linked_group, who="alice"),
    Case(operation="GetGroupsByTeam", make=linked_group),
    Case(operation="GetGroupsAssociatedToChannelsByTeam", make=linked_group),
    Case(operation="GetGroupsByChannel", make=linked_group),
    Case(operation="GetChannelMemberCountsByGroup", make=linked_group),
    Case(
        operation="TeamMembersMinusGroupMembers",
        make=linked_group,
        who="alice",
        query="group_ids={group_id}&page=0&per_page=10",
    ),
    Case(
        operation="ChannelMembersMinusGroupMembers",
        make=linked_group,
        who="alice",
        query="group_ids={group_id}&page=0&per_page=10",
    ),
]
