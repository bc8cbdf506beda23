"""Signing up with a team's invitation link (`POST /users?iid=…`)."""

from typing import Any

import pytest

PASSWORD = "Correct-horse-9"


def new(username: str, domain: str = "example.com") -> dict[str, Any]:
    """Return the body of a sign-up."""
    return {"username": username, "email": f"{username}@{domain}", "password": PASSWORD}


@pytest.fixture
def server(talk: Any) -> Any:
    return talk.server


@pytest.fixture
def admin(talk: Any) -> Any:
    return talk.alice


@pytest.fixture
def team(admin: Any) -> Any:
    return admin.get("/teams/name/crew").json


def test_the_new_account_is_in_the_team_and_its_default_channels_at_once(server: Any, team: Any) -> None:
    created = server.client().post("/users", new("frank"), query={"iid": team["invite_id"]})
    assert created.status == 201, created
    frank = server.client()
    frank.login("frank")
    assert [found["name"] for found in frank.get("/users/me/teams").json] == ["crew"]
    channels = frank.get(f"/users/me/teams/{team['id']}/channels").json
    assert sorted(channel["name"] for channel in channels) == ["off-topic", "town-square"]


def test_an_invitation_opens_a_server_that_is_closed_to_strangers(server: Any, team: Any) -> None:
    server.configure(TeamSettings={"EnableOpenServer": False})
    assert server.client().post("/users", new("grace")).status == 403
    assert server.client().post("/users", new("frank"), query={"iid": team["invite_id"]}).status == 201


@pytest.mark.parametrize("invitation", ["x" * 26, "' OR 1=1 --", "x" * 500])
def test_without_a_valid_invitation_there_is_no_account(server: Any, team: Any, invitation: str) -> None:
    refused = server.client().post("/users", new("frank"), query={"iid": invitation})
    assert (refused.status, refused.error) == (404, "app.team.get_by_invite_id.finding.app_error")
    assert server.client().post("/users", new("frank")).status == 201, "the refused account must not exist"


def test_the_invitation_of_an_archived_team_is_worth_nothing(server: Any, admin: Any, team: Any) -> None:
    assert admin.delete(f"/teams/{team['id']}").status == 200
    assert server.client().post("/users", new("frank"), query={"iid": team["invite_id"]}).status == 404


def test_an_earlier_invitation_is_worth_nothing(server: Any, admin: Any, team: Any) -> None:
    renewed = admin.post(f"/teams/{team['id']}/regenerate_invite_id").json
    assert server.client().post("/users", new("frank"), query={"iid": team["invite_id"]}).status == 404
    assert server.client().post("/users", new("frank"), query={"iid": renewed["invite_id"]}).status == 201


def test_a_team_of_certain_domains_takes_nobody_else(server: Any, admin: Any, team: Any) -> None:
    patched = admin.put(f"/teams/{team['id']}/patch", {"allowed_domains": "corp.example"})
    assert patched.status == 200, patched
    iid = {"iid": team["invite_id"]}
    refused = server.client().post("/users", new("frank"), query=iid)
    assert (refused.status, refused.error) == (403, "api.team.invite_members.invalid_email.app_error")
    assert admin.get("/users/username/frank").status == 404
    assert server.client().post("/users", new("frank", "corp.example"), query=iid).status == 201


def test_an_account_without_an_invitation_is_in_no_team(server: Any, team: Any) -> None:
    server.client().post("/users", new("frank"))
    frank = server.client()
    frank.login("frank")
    assert frank.get("/users/me/teams").json == []
