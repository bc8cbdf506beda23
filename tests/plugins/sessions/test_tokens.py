"""Personal access tokens."""

from typing import Any

import pytest


@pytest.fixture
def people(server: Any) -> Any:
    """Return (admin, bob), where bob may have tokens."""
    server.configure(ServiceSettings={"EnableUserAccessTokens": True})
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_user_access_token"})
    return admin, bob


def with_token(server: Any, token: str) -> Any:
    """Return a client that uses a token."""
    client = server.client()
    client.token = token
    return client


def create(client: Any, user_id: str = "me") -> dict[str, Any]:
    """Create a token."""
    answer = client.post(f"/users/{user_id}/tokens", {"description": "script"})
    assert answer.status == 200, answer
    return answer.json


def test_a_token_opens_a_session_and_is_shown_once(server: Any, people: Any) -> None:
    _, bob = people
    created = create(bob)
    assert len(created["token"]) == 26
    assert (created["user_id"], created["description"], created["is_active"]) == (bob.id, "script", True)
    assert with_token(server, created["token"]).get("/users/me").json["id"] == bob.id
    assert "token" not in bob.get(f"/users/tokens/{created['id']}").json
    assert ["token" in entry for entry in bob.get("/users/me/tokens").json] == [False]
    session = next(entry for entry in bob.get("/users/me/sessions").json if entry["props"].get("type"))
    assert session["props"]["type"] == "UserAccessToken"
    assert session["props"]["user_access_token_id"] == created["id"]


def test_turned_off_and_on_again(server: Any, people: Any) -> None:
    _, bob = people
    created = create(bob)
    client = with_token(server, created["token"])
    assert client.get("/users/me").status == 200
    assert bob.post("/users/tokens/disable", {"token_id": created["id"]}).json == {"status": "OK"}
    assert client.get("/users/me").status == 401
    assert bob.get(f"/users/tokens/{created['id']}").json["is_active"] is False
    assert bob.post("/users/tokens/enable", {"token_id": created["id"]}).json == {"status": "OK"}
    assert client.get("/users/me").status == 200


def test_a_revoked_token_is_gone(server: Any, people: Any) -> None:
    _, bob = people
    created = create(bob)
    client = with_token(server, created["token"])
    assert client.get("/users/me").status == 200
    assert bob.post("/users/tokens/revoke", {"token_id": created["id"]}).json == {"status": "OK"}
    assert client.get("/users/me").status == 401
    gone = bob.get(f"/users/tokens/{created['id']}")
    assert (gone.status, gone.error) == (404, "app.user_access_token.get_by_user.app_error")


def test_tokens_end_with_the_setting_and_with_the_account(server: Any, people: Any) -> None:
    admin, bob = people
    client = with_token(server, create(bob)["token"])
    assert client.get("/users/me").status == 200
    server.configure(ServiceSettings={"EnableUserAccessTokens": False})
    assert client.get("/users/me").status == 401
    refused = bob.post("/users/me/tokens", {"description": "script"})
    assert (refused.status, refused.error) == (501, "app.user_access_token.disabled")
    server.configure(ServiceSettings={"EnableUserAccessTokens": True})
    assert client.get("/users/me").status == 200
    admin.put(f"/users/{bob.id}/active", {"active": False})
    assert client.get("/users/me").status == 401


def test_who_may(server: Any, people: Any) -> None:
    admin, bob = people
    carol = server.sign_up("carol")
    assert carol.post("/users/me/tokens", {"description": "x"}).status == 403
    assert bob.post(f"/users/{carol.id}/tokens", {"description": "x"}).status == 403
    assert create(admin, carol.id)["user_id"] == carol.id
    mine = create(bob)
    assert carol.get(f"/users/tokens/{mine['id']}").status == 403
    assert carol.post("/users/tokens/revoke", {"token_id": mine["id"]}).status == 403
    assert bob.get("/users/tokens").status == 403
    assert {entry["user_id"] for entry in admin.get("/users/tokens").json} == {bob.id, carol.id}
    assert [entry["id"] for entry in admin.post("/users/tokens/search", {"term": "bo"}).json] == [mine["id"]]


def test_what_is_wrong_is_named(people: Any) -> None:
    _, bob = people
    empty = bob.post("/users/me/tokens", {"description": " "})
    long = bob.post("/users/me/tokens", {"description": "ü" * 128})
    unknown = bob.post("/users/tokens/revoke", {"token_id": "x" * 26})
    malformed = bob.post("/users/tokens/revoke", {"token_id": "x"})
    assert [(answer.status, answer.error) for answer in (empty, long, unknown, malformed)] == [
        (400, "api.context.invalid_body_param.app_error"),
        (400, "model.user_access_token.is_valid.description.app_error"),
        (404, "app.user_access_token.get_by_user.app_error"),
        (400, "api.context.invalid_body_param.app_error"),
    ]
