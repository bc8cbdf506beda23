"""Making, finding, changing and archiving teams, and who may."""

import json
from typing import Any

import pytest


def create(client: Any, **fields: Any) -> Any:
    """Return the answer to a new team."""
    return client.post("/teams", {"name": "fellows", "display_name": "Fellows", "type": "O", **fields})


def test_a_new_team_with_its_channels(talk: Any) -> None:
    answer = create(talk.bob, description="d", email="x@example.org")
    team = answer.json
    assert answer.status == 201
    assert (team["name"], team["type"], team["email"], len(team["invite_id"])) == (
        "fellows",
        "O",
        "bob@example.com",
        26,
    )
    assert team["create_at"] == team["update_at"] > 0
    member = talk.bob.get(f"/teams/{team['id']}/members/me").json
    assert (member["roles"].split(), member["scheme_admin"]) == (["team_user", "team_admin"], True)
    channels = talk.bob.get(f"/users/me/teams/{team['id']}/channels").json
    assert [channel["name"] for channel in channels] == ["off-topic", "town-square"]
    (event,) = talk.server.events("added_to_team")
    assert event.data == {"team_id": team["id"], "user_id": talk.bob.id}
    assert event.broadcast.user_id == talk.bob.id


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "crew"}, "app.team.save.existing.app_error"),
        ({"name": "CREW"}, "app.team.save.existing.app_error"),
        ({"name": "a"}, "model.team.is_valid.url.app_error"),
        ({"name": "a" * 65}, "model.team.is_valid.url.app_error"),
        ({"name": "administrators"}, "model.team.is_valid.reserved.app_error"),
        ({"name": "apiary"}, "model.team.is_valid.reserved.app_error"),
        ({"name": "has space"}, "model.team.is_valid.characters.app_error"),
        ({"name": "-dash"}, "model.team.is_valid.characters.app_error"),
        ({"name": "ümlaut"}, "model.team.is_valid.characters.app_error"),
        ({"display_name": ""}, "model.team.is_valid.name.app_error"),
        ({"display_name": "ü" * 65}, "model.team.is_valid.name.app_error"),
        ({"description": "x" * 256}, "model.team.is_valid.description.app_error"),
        ({"company_name": "x" * 65}, "model.team.is_valid.company.app_error"),
        ({"allowed_domains": "x" * 501}, "model.team.is_valid.domains.app_error"),
        ({"type": "X"}, "model.team.is_valid.type.app_error"),
        ({"display_name": None, "name": 5}, "api.context.invalid_body_param.app_error"),
        ({"allowed_domains": "elsewhere.org"}, "api.team.is_team_creation_allowed.domain.app_error"),
    ],
)
def test_what_is_not_a_team(talk: Any, fields: dict[str, Any], error: str) -> None:
    assert create(talk.bob, **fields).error == error


def test_names_at_the_limits(talk: Any) -> None:
    for number, name in enumerate(("ab", "a" * 64, "a-b", "a1", "1a")):
        assert create(talk.bob, name=name, display_name="ü" * (64 if number else 1)).status == 201


def test_who_may_make_teams(talk: Any) -> None:
    guest = talk.make_guest("gast")
    assert create(guest).status == 403
    assert talk.server.client().post("/teams", {}).status == 401


def test_who_sees_what_of_a_team(talk: Any) -> None:
    private = create(talk.bob, type="I", allow_open_invite=False).json
    path = f"/teams/{private['id']}"
    assert talk.bob.get(path).json["invite_id"] == private["invite_id"]
    assert talk.eve.get(path).status == 403
    assert talk.alice.get(path).json["invite_id"] == private["invite_id"], "system admins see all"
    talk.bob.post(f"{path}/members", {"team_id": private["id"], "user_id": talk.carol.id})
    seen = talk.carol.get(path).json
    assert (seen["email"], seen["invite_id"]) == ("", private["invite_id"]), "members may invite"
    open_team = create(talk.bob, name="open", allow_open_invite=True).json
    seen = talk.eve.get(f"/teams/{open_team['id']}").json
    assert (seen["email"], seen["invite_id"]) == ("", "")
    assert talk.eve.get("/teams/name/OPEN").json["id"] == open_team["id"]
    assert talk.eve.get("/teams/name/fellows").status == 403
    assert talk.eve.get("/teams/name/nothing").error == "app.team.get_by_name.missing.app_error"
    assert talk.eve.get(f"/teams/{'x' * 26}").status == 404


def test_which_names_are_taken(talk: Any) -> None:
    create(talk.bob, name="open", allow_open_invite=True)
    create(talk.bob, name="closed")

    def ask(client: Any, name: str) -> bool:
        taken: bool = client.get(f"/teams/name/{name}/exists").json["exists"]
        return taken

    assert [ask(talk.eve, name) for name in ("open", "closed", "nothing")] == [True, False, False]
    assert [ask(talk.alice, name) for name in ("open", "closed", "nothing")] == [True, True, False]


def test_lists_and_search(talk: Any) -> None:
    create(talk.bob, name="open", display_name="Open", allow_open_invite=True)

    def names(teams: list[dict[str, Any]]) -> list[str]:
        return [team["name"] for team in teams]

    assert names(talk.eve.get("/teams").json) == ["open"]
    assert names(talk.alice.get("/teams").json) == ["crew", "open"]
    counted = talk.alice.get("/teams", query={"include_total_count": "true", "per_page": 1, "page": 1}).json
    assert (names(counted["teams"]), counted["total_count"]) == (["open"], 2)
    assert names(talk.eve.post("/teams/search", {"term": "E"}).json) == ["open"]
    assert names(talk.alice.post("/teams/search", {"term": "e"}).json) == ["crew", "open"]
    assert names(talk.alice.post("/teams/search", {"term": "%"}).json) == []
    paged = talk.alice.post("/teams/search", {"term": "", "page": 0, "per_page": 1}).json
    assert (names(paged["teams"]), paged["total_count"]) == (["crew"], 2)
    assert names(talk.bob.get("/users/me/teams").json) == ["crew", "open"]
    assert talk.bob.get(f"/users/{talk.carol.id}/teams").status == 403
    assert names(talk.alice.get(f"/users/{talk.carol.id}/teams").json) == ["crew"]


def test_changing_a_team(talk: Any) -> None:
    path = f"/teams/{talk.team}"
    assert talk.bob.put(f"{path}/patch", {"display_name": "x"}).status == 403
    before = talk.alice.get(path).json
    patched = talk.alice.put(f"{path}/patch", {"display_name": "Crew 2", "allow_open_invite": True}).json
    assert (patched["display_name"], patched["allow_open_invite"], patched["name"]) == ("Crew 2", True, "crew")
    assert patched["update_at"] > before["update_at"]
    put = talk.alice.put(path, {**patched, "description": "d", "allow_open_invite": False}).json
    assert (put["description"], put["display_name"], put["allow_open_invite"]) == ("d", "Crew 2", False)
    assert talk.alice.put(path, {**patched, "id": "x" * 26}).status == 400
    event = talk.server.events("update_team")[-1]
    shown = json.loads(event.data["team"])
    assert (shown["description"], shown["email"], shown["invite_id"]) == ("d", "", "")
    assert event.broadcast.team_id == talk.team
    assert talk.bob.get(path).json["description"] == "d"


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ({"display_name": "ü" * 65}, "model.team.is_valid.name.app_error"),
        ({"description": "x" * 256}, "model.team.is_valid.description.app_error"),
        ({"allowed_domains": "other.org"}, "api.team.update_restricted_domains.mismatch.app_error"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(talk: Any, patch: dict[str, Any], error: str) -> None:
    talk.server.configure(TeamSettings={"RestrictCreationToDomains": "example.com"})
    before = talk.alice.get(f"/teams/{talk.team}").json
    assert talk.alice.put(f"/teams/{talk.team}/patch", patch).error == error
    assert talk.alice.get(f"/teams/{talk.team}").json == before


def test_privacy_and_invitations(talk: Any) -> None:
    path = f"/teams/{talk.team}"
    first = talk.alice.get(path).json["invite_id"]
    opened = talk.alice.put(f"{path}/privacy", {"privacy": "O"}).json
    assert (opened["allow_open_invite"], opened["invite_id"]) == (True, first)
    anybody = talk.server.client()
    info = anybody.get(f"/teams/invite/{first}")
    assert info.json == {"id": talk.team, "name": "crew", "display_name": "Crew", "description": ""}
    renewed = talk.alice.post(f"{path}/regenerate_invite_id").json["invite_id"]
    assert renewed != first
    assert anybody.get(f"/teams/invite/{first}").status == 404
    closed = talk.alice.put(f"{path}/privacy", {"privacy": "I"}).json
    assert (closed["type"], closed["allow_open_invite"]) == ("I", False)
    assert closed["invite_id"] not in (first, renewed)
    assert anybody.get(f"/teams/invite/{closed['invite_id']}").error == "api.team.get_invite_info.not_open_team"
    assert talk.bob.put(f"{path}/privacy", {"privacy": "O"}).status == 403
    assert talk.bob.post(f"{path}/regenerate_invite_id").status == 403
    assert talk.alice.put(f"{path}/privacy", {"privacy": "X"}).status == 400


def test_archived_and_restored(talk: Any) -> None:
    path = f"/teams/{talk.team}"
    assert talk.bob.delete(path).status == 403
    assert talk.alice.delete(path).json == {"status": "OK"}
    (event,) = talk.server.events("delete_team")
    assert json.loads(event.data["team"])["delete_at"] > 0
    assert talk.bob.get("/users/me/teams").json == []
    assert "crew" not in [team["name"] for team in talk.alice.get("/teams").json]
    assert talk.alice.delete(path).status == 200
    assert talk.alice.post(f"{path}/restore").json["delete_at"] == 0
    assert [team["name"] for team in talk.bob.get("/users/me/teams").json] == ["crew"]
    assert len(talk.server.events("restore_team")) == 1
    talk.say(talk.bob, "back")


def test_numbers_of_members(talk: Any) -> None:
    talk.alice.put(f"/users/{talk.carol.id}/active", {"active": False})
    stats = {"team_id": talk.team, "total_member_count": 4, "active_member_count": 3}
    assert talk.bob.get(f"/teams/{talk.team}/stats").json == stats
    assert talk.eve.get(f"/teams/{talk.team}/stats").status == 403
