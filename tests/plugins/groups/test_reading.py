"""Finding groups, and what teams and channels have to do with them."""

from typing import Any

import pytest

from hubbub.tests.plugins.groups.kit import make_group, make_ldap_group, names

ZONE = {"useAutomaticTimezone": "false", "automaticTimezone": "", "manualTimezone": "Europe/Berlin"}


def test_groups_are_found_by_name_and_shown_by_display_name(talk: Any) -> None:
    for name, shown in (("alpha", "First"), ("beta", "Second"), ("al_gamma", "A third")):
        make_group(talk, name, display_name=shown)
    make_ldap_group(talk, "staff")
    assert names(talk.alice.get("/groups")) == ["al_gamma", "alpha", "beta", "staff"]
    assert names(talk.bob.get("/groups")) == ["al_gamma", "alpha", "beta"], "what can be mentioned"
    assert names(talk.alice.get("/groups?filter_allow_reference=true")) == ["al_gamma", "alpha", "beta"]
    assert names(talk.bob.get("/groups?q=AL")) == ["al_gamma", "alpha"]
    assert names(talk.bob.get("/groups?q=al_")) == ["al_gamma"]
    assert names(talk.bob.get("/groups?per_page=2&page=1")) == ["beta"]
    assert names(talk.alice.get("/groups?group_source=ldap")) == ["staff"]
    assert names(talk.alice.get("/groups?only_syncable_sources=true")) == ["staff"]
    assert names(talk.bob.post("/groups/names", ["beta", "staff", "nobody"])) == ["beta"]
    assert names(talk.alice.post("/groups/names", ["beta", "staff"])) == ["beta", "staff"]
    assert talk.bob.post("/groups/names", []).status == 400


def test_groups_are_found_by_member_and_time(talk: Any) -> None:
    first, second = make_group(talk, "first", talk.bob), make_group(talk, "second", talk.carol)
    assert names(talk.alice.get(f"/groups?filter_has_member={talk.bob.id}")) == ["first"]
    assert names(talk.carol.get("/groups?filter_has_member=me")) == ["second"]
    assert names(talk.bob.get("/users/me/groups")) == ["first"]
    assert names(talk.alice.get(f"/users/{talk.carol.id}/groups")) == ["second"]
    assert talk.bob.get(f"/users/{talk.carol.id}/groups").status == 403
    archived = talk.alice.delete(f"/groups/{first['id']}").json
    assert names(talk.bob.get("/groups?include_archived=true")) == ["first", "second"]
    assert names(talk.bob.get("/groups?filter_archived=true")) == ["first"]
    since = archived["update_at"]
    assert names(talk.bob.get(f"/groups?since={since}")) in (["first"], ["first", "second"])
    assert second["update_at"] <= since
    assert talk.bob.get("/groups?since=x").status == 400


def test_what_is_counted(talk: Any) -> None:
    talk.bob.put("/users/me/patch", {"timezone": ZONE})
    make_group(talk, "crew", talk.bob, talk.carol, talk.dave)
    make_group(talk, "empty")
    query = f"include_member_count=true&include_member_ids=true&include_channel_member_count={talk.channel}"
    crew, empty = talk.bob.get(f"/groups?{query}&include_timezones=true").json
    assert (crew["member_count"], crew["channel_member_count"], crew["channel_member_timezones_count"]) == (3, 2, 1)
    assert set(crew["member_ids"]) == {talk.bob.id, talk.carol.id, talk.dave.id}
    assert (empty["member_count"], empty["channel_member_count"], empty["member_ids"]) == (0, 0, [])
    counts = talk.bob.get(f"/channels/{talk.channel}/member_counts_by_group?include_timezones=true").json
    assert counts == [{"group_id": crew["id"], "channel_member_count": 2, "channel_member_timezones_count": 1}]
    assert talk.eve.get(f"/channels/{talk.channel}/member_counts_by_group").status == 403
    talk.alice.put(f"/users/{talk.dave.id}/active", {"active": False})
    assert talk.bob.get("/groups?include_member_count=true").json[0]["member_count"] == 2


def test_teams_and_channels_of_a_group(talk: Any) -> None:
    group_id = make_ldap_group(talk, "staff", talk.bob, team=talk.team, channel=talk.channel)
    make_ldap_group(talk, "others")
    (team,) = talk.alice.get(f"/groups/{group_id}/teams").json
    assert (team["team_id"], team["team_display_name"], team["team_type"]) == (talk.team, "Crew", "O")
    assert "channel_id" not in team
    (channel,) = talk.alice.get(f"/groups/{group_id}/channels").json
    assert (channel["channel_id"], channel["channel_type"], channel["team_id"]) == (talk.channel, "O", talk.team)
    assert talk.alice.get(f"/groups/{group_id}/teams/{talk.team}").json == team
    assert talk.alice.get(f"/groups/{group_id}/channels/{talk.channel}").json == channel
    assert talk.alice.get(f"/groups/{group_id}/teams/{'x' * 26}").error == "app.group.no_rows"
    for path in (f"/teams/{talk.team}/groups", f"/channels/{talk.channel}/groups"):
        answer = talk.alice.get(path).json
        assert (answer["total_group_count"], [group["id"] for group in answer["groups"]]) == (1, [group_id])
        assert (answer["groups"][0]["scheme_admin"], answer["groups"][0]["has_syncables"]) == (True, True)
    found = talk.alice.get(f"/teams/{talk.team}/groups_by_channels").json["groups"]
    assert [group["id"] for group in found[talk.channel]] == [group_id]
    assert names(talk.alice.get(f"/groups?not_associated_to_team={talk.team}")) == ["others"]
    assert names(talk.alice.get(f"/groups?not_associated_to_channel={talk.channel}")) == ["others"]


def test_a_channel_of_a_synced_team_gets_groups_of_the_team_only(talk: Any) -> None:
    make_ldap_group(talk, "staff", team=talk.team)
    make_ldap_group(talk, "others")
    path = f"/groups?filter_parent_team_permitted=true&not_associated_to_channel={talk.channel}"
    assert names(talk.alice.get(path)) == ["others", "staff"]
    talk.alice.put(f"/teams/{talk.team}/patch", {"group_constrained": True})
    assert names(talk.alice.get(path)) == ["staff"]


def test_members_who_are_in_no_group(talk: Any) -> None:
    crew = make_group(talk, "crew", talk.bob)["id"]
    make_group(talk, "other", talk.carol)
    for path, expected in (
        (f"/channels/{talk.channel}/members_minus_group_members", ["alice", "carol"]),
        (f"/teams/{talk.team}/members_minus_group_members", ["alice", "carol", "dave"]),
    ):
        answer = talk.alice.get(f"{path}?group_ids={crew}").json
        assert [user["username"] for user in answer["users"]] == expected
        assert answer["total_count"] == len(expected)
        carol = answer["users"][1]
        assert ([group["name"] for group in carol["groups"]], carol["scheme_user"]) == (["other"], True)
        assert "password" not in carol
        assert len(talk.alice.get(f"{path}?group_ids={crew}&per_page=1&page=1").json["users"]) == 1
        assert talk.alice.get(f"{path}?group_ids={crew},x").status == 400
        assert talk.alice.get(path).status == 400
        assert talk.bob.get(f"{path}?group_ids={crew}").status == 403


@pytest.mark.engines("sqlite")
def test_who_may_see_what(talk: Any) -> None:
    staff = make_ldap_group(talk, "staff", talk.bob, team=talk.team, channel=talk.channel)
    for tail in ("", "/stats", "/members", "/teams", "/channels", f"/teams/{talk.team}", f"/channels/{talk.channel}"):
        assert talk.bob.get(f"/groups/{staff}{tail}").status == 403, tail
        assert talk.alice.get(f"/groups/{staff}{tail}").status == 200, tail
        assert talk.alice.get(f"/groups/{'x' * 26}{tail}").status == 404, tail
    assert talk.eve.get(f"/teams/{talk.team}/groups").status == 403
    assert talk.eve.get(f"/teams/{talk.team}/groups_by_channels").status == 403
    assert talk.eve.get(f"/channels/{talk.channel}/groups").status == 403
    assert talk.bob.get(f"/channels/{talk.channel}/groups").json == {"groups": [], "total_group_count": 0}
    assert talk.eve.get(f"/groups?not_associated_to_team={talk.team}").status == 403
    assert talk.eve.get(f"/groups?not_associated_to_channel={talk.channel}").status == 403
    assert talk.eve.get(f"/groups?include_channel_member_count={talk.channel}").status == 403
    assert talk.bob.get("/groups?not_associated_to_team=x").status == 400


def test_a_guest_sees_the_members_they_know(talk: Any) -> None:
    guest = talk.make_guest("gast", talk.make_channel("other", talk.bob))
    group = make_group(talk, "crew", talk.bob, talk.carol)
    answer = guest.get(f"/groups/{group['id']}/members").json
    assert [user["username"] for user in answer["members"]] == ["bob"]


def test_users_are_listed_and_found_by_group(talk: Any) -> None:
    crew = make_group(talk, "crew", talk.bob, talk.carol)["id"]
    assert [user["username"] for user in talk.dave.get(f"/users?in_group={crew}").json] == ["bob", "carol"]
    outside = talk.dave.get(f"/users?not_in_group={crew}&in_team={talk.team}").json
    assert [user["username"] for user in outside] == ["alice", "dave"]
    found = talk.dave.post("/users/search", {"term": "bo", "in_group_id": crew}).json
    assert [user["username"] for user in found] == ["bob"]
    assert talk.dave.post("/users/search", {"term": "bo", "not_in_group_id": crew}).json == []
    staff = make_ldap_group(talk, "staff", talk.bob)
    assert talk.dave.get(f"/users?in_group={staff}").status == 403
    assert talk.dave.get(f"/users?in_group={'x' * 26}").error == "app.group.no_rows"
