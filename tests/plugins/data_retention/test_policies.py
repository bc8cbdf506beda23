"""Policies of teams and channels are made, changed, given and taken by administrators; people see their own."""

from typing import Any

import pytest

from hubbub.core.ids import new_id
from hubbub.tests.scale.crowd import copy_rows

POLICIES = "/data_retention/policies"


def make(site: Any, **fields: Any) -> dict[str, Any]:
    """Return a new policy."""
    body = {"display_name": "Month", "post_duration": 30, **fields}
    return dict(site.alice.post(POLICIES, body, expect=201).json)


def test_a_policy_is_made_shown_changed_and_deleted(make_site: Any) -> None:
    site = make_site()
    made = make(site, team_ids=[site.team], channel_ids=[site.channel])
    expected = {"display_name": "Month", "post_duration": 30, "team_count": 1, "channel_count": 1}
    assert made == {"id": made["id"], **expected}
    one = f"{POLICIES}/{made['id']}"
    assert site.alice.get(one).json == made
    assert site.alice.get(POLICIES).json == {"policies": [made], "total_count": 1}
    changed = site.alice.patch(one, {"display_name": "Ever", "post_duration": -7, "channel_ids": []}).json
    assert changed == {**made, "display_name": "Ever", "post_duration": -1, "channel_count": 0}
    assert site.alice.delete(one).json == {"status": "OK"}
    assert [site.alice.request(method, one, {}).status for method in ("GET", "PATCH", "DELETE")] == [404, 404, 404]
    assert site.alice.get("/data_retention/policies_count").json == {"total_count": 0}
    assert site.alice.get(f"/users/{site.alice.id}/data_retention/team_policies").json["total_count"] == 0


def test_teams_and_channels_are_given_a_policy_and_have_one_at_most(make_site: Any) -> None:
    site = make_site()
    first, second = make(site), make(site, display_name="Year", post_duration=365)
    own = site.make_channel("own", site.bob)
    for policy in (first, second):
        one = f"{POLICIES}/{policy['id']}"
        assert site.alice.post(f"{one}/teams", [site.team]).json == {"status": "OK"}
        assert site.alice.post(f"{one}/channels", [site.channel, own, own]).json == {"status": "OK"}
    assert site.alice.get(f"{POLICIES}/{first['id']}").json["channel_count"] == 0, "it was given to the second"
    one = f"{POLICIES}/{second['id']}"
    teams = site.alice.get(f"{one}/teams").json
    assert [(team["name"], team["policy_id"]) for team in teams["teams"]] == [("crew", second["id"])]
    channels = site.alice.get(f"{one}/channels?per_page=1&page=1").json
    assert channels["total_count"] == 2
    assert [(row["name"], row["team_name"]) for row in channels["channels"]] == [("talk", "crew")]
    found = site.alice.post(f"{one}/channels/search", {"term": "OW", "public": True}).json
    assert [channel["id"] for channel in found] == [own]
    assert site.alice.post(f"{one}/channels/search", {"term": "", "private": True}).json == []
    assert [team["id"] for team in site.alice.post(f"{one}/teams/search", {"term": "cre"}).json] == [site.team]
    site.alice.request("DELETE", f"{one}/channels", [own], expect=200)
    site.alice.request("DELETE", f"{one}/teams", [site.team], expect=200)
    assert site.alice.get(one).json | {"id": ""} == {**second, "id": "", "channel_count": 1}


def test_a_search_of_channels_looks_at_all_of_them(make_site: Any) -> None:
    site = make_site()
    policy = make(site)
    db = site.server.app.db
    others = [new_id() for _ in range(205)]
    fields = {"id": lambda number: others[number], "name": lambda number: f"a{number}"}
    copy_rows(db, "channels", "id = ?", [site.channel], len(others), {**fields, "displayname": lambda _number: "A"})
    last, team = site.make_channel("zz-last", site.bob), site.server.create_team("other", owner=site.alice)["id"]
    for channel in others[:3]:
        db.execute("UPDATE {channels} SET displayname = 'Zz', type = 'P' WHERE id = ?", (channel,))
    db.execute("UPDATE {channels} SET teamid = ? WHERE id = ?", (team, others[1]))
    db.execute("UPDATE {channels} SET deleteat = 7 WHERE id = ?", (others[2],))
    one = f"{POLICIES}/{policy['id']}/channels"
    site.alice.post(one, [*others, last], expect=200)

    def found(**body: Any) -> set[str]:
        return {channel["id"] for channel in site.alice.post(f"{one}/search", body, expect=200).json}

    assert found(private=True) == set(others[:3])
    assert found(team_ids=[team, new_id()]) == {others[1]}
    assert found(deleted=True) == {others[2]}
    assert found(private=True, public=True, team_ids=[site.team], term="last") == {last}
    assert found(private=True, deleted=True, team_ids=[team]) == set()
    assert len(found()) == 200


@pytest.mark.engines("sqlite")
def test_people_see_what_holds_for_them_alone(make_site: Any) -> None:
    site = make_site()
    make(site, team_ids=[site.team])
    make(site, display_name="Week", post_duration=7, channel_ids=[site.channel])
    mine = "/users/me/data_retention"
    teams = {"policies": [{"team_id": site.team, "post_duration": 30}], "total_count": 1}
    channels = {"policies": [{"channel_id": site.channel, "post_duration": 7}], "total_count": 1}
    assert site.bob.get(f"{mine}/team_policies").json == teams
    assert site.bob.get(f"{mine}/channel_policies").json == channels
    assert site.dave.get(f"{mine}/channel_policies").json == {"policies": [], "total_count": 0}
    of_bob = f"/users/{site.bob.id}/data_retention/team_policies"
    assert (site.carol.get(of_bob).status, site.alice.get(of_bob).json) == (403, teams)
    assert site.bob.get(POLICIES).status == 403


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"display_name": " "}, 400, "app.data_retention.policy.invalid.app_error"),
        ({"display_name": "x" * 65}, 400, "app.data_retention.policy.invalid.app_error"),
        ({"post_duration": 0}, 400, "app.data_retention.policy.invalid.app_error"),
        ({"post_duration": 10**12}, 400, "app.data_retention.policy.invalid.app_error"),
        ({"team_ids": [new_id()]}, 404, "app.team.get.find.app_error"),
        ({"channel_ids": ["nonsense"]}, 404, "app.channel.get.existing.app_error"),
        ({"channel_ids": ["direct"]}, 400, "app.data_retention.policy.invalid.app_error"),
    ],
)
def test_a_wrong_policy_is_refused_whole(make_site: Any, fields: dict[str, Any], status: int, error: str) -> None:
    site = make_site()
    if fields.get("channel_ids") == ["direct"]:
        direct = site.alice.post("/channels/direct", [site.alice.id, site.bob.id], expect=201).json["id"]
        fields = {"channel_ids": [direct]}
    answer = site.alice.post(POLICIES, {"display_name": "Month", "post_duration": 30, **fields})
    assert (answer.status, answer.json["id"]) == (status, error)
    assert site.alice.get(POLICIES).json == {"policies": [], "total_count": 0}
