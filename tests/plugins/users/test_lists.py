"""Lists, search and counts of accounts."""

from typing import Any

import pytest

ONLY = ("roles", "users", "auth_password", "sessions", "teams", "channels", "preferences", "statuses")


@pytest.fixture
def world(make_server: Any, database: Any) -> Any:
    """Return a server with people, a team and a channel: see `World`."""
    return World(make_server(database, ONLY))


class World:
    """alice (admin), bob and carol are in the team, bob alone in the channel with alice; dave is in no team."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.alice = server.sign_up("alice")
        self.bob = server.sign_up("bob", first_name="Robert", last_name="Builder", nickname="Bobby")
        self.carol = server.sign_up("carol", first_name="Carol_X", nickname="100%")
        self.dave = server.sign_up("dave")
        self.team = self._made(self.alice.post("/teams", {"name": "crew", "display_name": "Crew", "type": "I"}))
        for client in (self.bob, self.carol):
            body = {"team_id": self.team["id"], "user_id": client.id}
            self._made(self.alice.post(f"/teams/{self.team['id']}/members", body))
        body = {"team_id": self.team["id"], "name": "quiet", "display_name": "Quiet", "type": "P"}
        self.channel = self._made(self.alice.post("/channels", body))
        self._made(self.alice.post(f"/channels/{self.channel['id']}/members", {"user_id": self.bob.id}))

    @staticmethod
    def _made(answer: Any) -> dict[str, Any]:
        assert answer.status == 201, answer
        return answer.json


def names(answer: Any) -> list[str]:
    """Return the user names of an answer, in its order."""
    assert answer.status == 200, answer
    return [user["username"] for user in answer.json]


def test_everybody_by_user_name_in_pages(world: World) -> None:
    assert names(world.dave.get("/users")) == ["alice", "bob", "carol", "dave"]
    assert names(world.dave.get("/users", query={"page": 1, "per_page": 3})) == ["dave"]
    assert names(world.dave.get("/users", query={"per_page": 0})) == []
    assert names(world.dave.get("/users", query={"page": 99})) == []


def test_by_team_and_channel(world: World) -> None:
    team, channel = world.team["id"], world.channel["id"]
    ask = world.alice.get
    assert names(ask("/users", query={"in_team": team})) == ["alice", "bob", "carol"]
    assert names(ask("/users", query={"not_in_team": team})) == ["dave"]
    assert names(ask("/users", query={"in_channel": channel})) == ["alice", "bob"]
    assert names(ask("/users", query={"in_team": team, "not_in_channel": channel})) == ["carol"]
    assert names(ask("/users", query={"without_team": "true"})) == ["dave"]


def test_teams_and_channels_are_open_to_their_members(world: World) -> None:
    team, channel = world.team["id"], world.channel["id"]
    assert world.dave.get("/users", query={"in_team": team}).status == 403
    assert world.carol.get("/users", query={"in_channel": channel}).status == 403
    assert world.bob.get("/users", query={"in_channel": channel}).status == 200
    assert (
        world.alice.get("/users", query={"not_in_channel": channel}).error == "api.context.invalid_url_param.app_error"
    )


def test_by_activity_and_role(world: World) -> None:
    world.alice.delete(f"/users/{world.dave.id}")
    ask = world.alice.get
    assert names(ask("/users", query={"active": "true"})) == ["alice", "bob", "carol"]
    assert names(ask("/users", query={"inactive": "true"})) == ["dave"]
    assert names(ask("/users")) == ["alice", "bob", "carol", "dave"]
    assert names(ask("/users", query={"role": "system_admin"})) == ["alice"]
    assert names(ask("/users", query={"role": "system"})) == []
    assert ask("/users", query={"active": "true", "inactive": "true"}).status == 400


def test_by_role_in_a_team_or_channel(world: World) -> None:
    team, channel = world.team["id"], world.channel["id"]
    guest = world.server.sign_up("gast")
    world.alice.put(f"/users/{guest.id}/roles", {"roles": "system_guest"})
    world._made(world.alice.post(f"/teams/{team}/members", {"team_id": team, "user_id": guest.id}))
    ask = world.alice.get
    assert names(ask("/users", query={"in_team": team, "team_roles": "team_admin"})) == ["alice"]
    assert names(ask("/users", query={"in_team": team, "team_roles": "team_user,team_guest"})) == [
        "bob",
        "carol",
        "gast",
    ]
    assert names(ask("/users", query={"in_channel": channel, "channel_roles": "channel_user"})) == ["bob"]
    assert names(ask("/users", query={"in_channel": channel, "channel_roles": "no_role"})) == []
    either = {"in_team": team, "team_roles": "team_guest", "roles": "system_admin"}
    assert names(ask("/users", query=either)) == ["alice", "gast"]
    counted = world.alice.get("/users/stats/filtered", query={"in_team": team, "team_roles": "team_user"}).json
    assert counted == {"total_users_count": 2}
    assert ask("/users", query={"team_roles": "team_admin"}).error == "api.context.invalid_url_param.app_error"


@pytest.mark.parametrize("sort", ["create_at", "last_activity_at"])
def test_orders_of_a_team(world: World, sort: str) -> None:
    found = names(world.alice.get("/users", query={"in_team": world.team["id"], "sort": sort}))
    assert sorted(found) == ["alice", "bob", "carol"]
    if sort == "create_at":
        assert found == ["carol", "bob", "alice"]


@pytest.mark.parametrize("sort", ["status", "admin"])
def test_orders_of_a_channel(world: World, sort: str) -> None:
    found = names(world.bob.get("/users", query={"in_channel": world.channel["id"], "sort": sort}))
    assert found[0] == "alice"
    assert sorted(found) == ["alice", "bob"]


def test_an_order_that_does_not_fit_is_refused(world: World) -> None:
    for query in ({"sort": "beauty"}, {"sort": "create_at"}, {"sort": "status", "in_team": world.team["id"]}):
        answer = world.alice.get("/users", query=query)
        assert (answer.status, answer.error) == (400, "api.context.invalid_url_param.app_error")


def test_an_unchanged_list_is_not_sent_again(world: World) -> None:
    tag = world.dave.get("/users").headers["etag"]
    assert world.dave.get("/users", headers={"If-None-Match": tag}).status == 304
    world.bob.put("/users/me/patch", {"nickname": "B"})
    assert world.dave.get("/users", headers={"If-None-Match": tag}).status == 200


def test_by_ids_and_by_names(world: World) -> None:
    ids = [world.carol.id, world.bob.id, "x" * 26, world.bob.id]
    assert names(world.dave.post("/users/ids", ids)) == ["bob", "carol"]
    assert names(world.dave.post("/users/usernames", ["Carol", "nobody", "bob"])) == ["bob", "carol"]
    assert world.dave.post("/users/ids", []).error == "api.context.invalid_body_param.app_error"
    assert world.dave.post("/users/usernames", []).error == "api.context.invalid_body_param.app_error"


def test_by_ids_since(world: World) -> None:
    since = world.bob.put("/users/me/patch", {"position": "Lead"}).json["update_at"]
    ids = [world.carol.id, world.bob.id]
    assert names(world.dave.post("/users/ids", ids, query={"since": since - 1})) == ["bob"]
    assert names(world.dave.post("/users/ids", ids, query={"since": since})) == []


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("b", ["bob"]),
        ("@BOB", ["bob"]),
        ("robert build", ["bob"]),
        ("robert carol", []),
        ("bob@example", ["bob"]),
        ("carol_", ["carol"]),
        ("carol%", []),
        ("100%", ["carol"]),
        ("_", []),
        ("ob", []),
    ],
)
def test_search_takes_beginnings_of_words(world: World, term: str, found: list[str]) -> None:
    assert names(world.dave.post("/users/search", {"term": term})) == found


def test_search_in_teams_and_channels(world: World) -> None:
    team, channel = world.team["id"], world.channel["id"]
    assert names(world.alice.post("/users/search", {"term": "d", "not_in_team_id": team})) == ["dave"]
    assert names(world.alice.post("/users/search", {"term": "carol", "in_channel_id": channel})) == []
    body = {"term": "c", "team_id": team, "not_in_channel_id": channel}
    assert names(world.bob.post("/users/search", body)) == ["carol"]
    assert world.dave.post("/users/search", {"term": "b", "team_id": team}).status == 403
    assert world.dave.post("/users/search", {"term": "  "}).error == "api.context.invalid_body_param.app_error"
    assert world.dave.post("/users/search", {"term": "b", "limit": 1001}).status == 400


def test_search_does_not_find_by_what_is_hidden(world: World) -> None:
    world.server.configure(PrivacySettings={"ShowEmailAddress": False, "ShowFullName": False})
    assert names(world.dave.post("/users/search", {"term": "robert"})) == []
    assert names(world.dave.post("/users/search", {"term": "bob@example"})) == []
    assert names(world.dave.post("/users/search", {"term": "bobby"})) == ["bob"]
    assert names(world.alice.post("/users/search", {"term": "robert"})) == ["bob"]


def test_search_leaves_out_the_inactive_unless_asked(world: World) -> None:
    world.alice.delete(f"/users/{world.dave.id}")
    assert names(world.bob.post("/users/search", {"term": "dave"})) == []
    assert names(world.bob.post("/users/search", {"term": "dave", "allow_inactive": True})) == ["dave"]


def test_autocompletion_tells_members_from_others(world: World) -> None:
    query = {"in_team": world.team["id"], "in_channel": world.channel["id"], "name": ""}
    found = world.bob.get("/users/autocomplete", query=query).json
    assert [user["username"] for user in found["users"]] == ["alice", "bob"]
    assert [user["username"] for user in found["out_of_channel"]] == ["carol"]
    everywhere = world.dave.get("/users/autocomplete", query={"name": "ca"}).json
    assert [user["username"] for user in everywhere["users"]] == ["carol"]
    assert "out_of_channel" not in everywhere
    assert world.dave.get("/users/autocomplete", query=query).status == 403


def test_counts(world: World) -> None:
    world.alice.delete(f"/users/{world.dave.id}")
    assert world.bob.get("/users/stats").json == {"total_users_count": 3}
    assert world.bob.get("/users/stats/filtered").status == 403
    ask = world.alice.get
    assert ask("/users/stats/filtered").json == {"total_users_count": 3}
    assert ask("/users/stats/filtered", query={"include_deleted": "true"}).json == {"total_users_count": 4}
    assert ask("/users/stats/filtered", query={"in_channel": world.channel["id"]}).json == {"total_users_count": 2}
    assert ask("/users/stats/filtered", query={"roles": "system_admin"}).json == {"total_users_count": 1}


def test_known_are_those_one_shares_a_channel_with(world: World) -> None:
    assert world.dave.get("/users/known").json == []
    assert sorted(world.bob.get("/users/known").json) == sorted([world.alice.id, world.carol.id])


def test_members_of_group_channels(world: World) -> None:
    ids = [world.alice.id, world.bob.id, world.carol.id]
    group = world.bob.post("/channels/group", ids).json["id"]
    found = world.bob.post("/users/group_channels", [group, world.channel["id"]]).json
    assert {key: [user["username"] for user in users] for key, users in found.items()} == {
        group: ["alice", "bob", "carol"]
    }
    assert world.dave.post("/users/group_channels", [group]).json == {}


def test_a_guest_sees_only_people_of_their_channels(world: World) -> None:
    world.alice.post(f"/channels/{world.channel['id']}/members", {"user_id": world.dave.id})
    world.server.configure(GuestAccountsSettings={"Enable": True})
    guest = world.server.sign_up("guest")
    world.alice.put(f"/users/{guest.id}/roles", {"roles": "system_guest"})
    assert names(guest.get("/users")) == ["guest"]
    assert guest.get(f"/users/{world.bob.id}").status == 403
    assert guest.get("/users/username/bob").status == 403
    assert guest.get("/users/username/nobody").status == 403
    assert names(guest.post("/users/ids", [world.bob.id, guest.id])) == ["guest"]
    assert guest.get("/users/stats").json == {"total_users_count": 1}
    assert guest.get("/users/me").status == 200


def test_a_team_invitation_opens_a_closed_server(world: World) -> None:
    world.server.configure(TeamSettings={"EnableOpenServer": False})
    body = {"username": "erin", "email": "erin@example.com", "password": "Correct-horse-9"}
    invite = world.alice.get(f"/teams/{world.team['id']}").json["invite_id"]
    unknown = world.server.client().post("/users", body, query={"iid": "x" * 26})
    assert (unknown.status, unknown.error) == (404, "app.team.get_by_invite_id.finding.app_error")
    assert world.server.client().post("/users", body, query={"iid": invite}).status == 201
