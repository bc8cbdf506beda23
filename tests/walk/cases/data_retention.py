"""Operations of the plugin data_retention."""

from typing import Any, Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def policy(world: World) -> Made:
    """Return a policy that bob's team and its channel have."""
    body = {
        "display_name": f"Policy {world.number()}",
        "post_duration": 30,
        "team_ids": [world.team["id"]],
        "channel_ids": [world.channel["id"]],
    }
    return {"policy_id": world.alice.post("/data_retention/policies", body, expect=201).json["id"]}


def _case(operation: str, **more: Any) -> Case:
    return Case(operation=operation, who="alice", make=policy, **more)


CASES: Final = [
    Case(operation="GetDataRetentionPolicy", outsider=200),
    _case("GetDataRetentionPoliciesCount"),
    _case("GetDataRetentionPolicies", answer="RetentionPolicyWithTeamAndChannelCountsList"),
    Case(operation="CreateDataRetentionPolicy", who="alice", body={"display_name": "Month", "post_duration": 30}),
    _case("GetDataRetentionPolicyByID"),
    _case("PatchDataRetentionPolicy", body={"display_name": "Year", "post_duration": 365}),
    _case("DeleteDataRetentionPolicy"),
    _case("GetTeamsForRetentionPolicy", answer="TeamsWithCount"),
    _case("AddTeamsToRetentionPolicy", body=["{team_id}"]),
    _case("RemoveTeamsFromRetentionPolicy", body=["{team_id}"]),
    _case("SearchTeamsForRetentionPolicy", body={"term": "cr"}),
    _case("GetChannelsForRetentionPolicy", answer="ChannelsWithCount"),
    _case("AddChannelsToRetentionPolicy", body=["{channel_id}"]),
    _case("RemoveChannelsFromRetentionPolicy", body=["{channel_id}"]),
    _case("SearchChannelsForRetentionPolicy", body={"term": "ta"}),
    Case(operation="GetTeamPoliciesForUser", make=policy, answer="RetentionPolicyForTeamList"),
    Case(operation="GetChannelPoliciesForUser", make=policy, answer="RetentionPolicyForChannelList"),
]
