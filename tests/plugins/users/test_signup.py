"""Creating accounts."""

from typing import Any

PASSWORD = "Correct-horse-9"


def new(username: str, **fields: Any) -> dict[str, Any]:
    """Return the body of a sign-up."""
    return {"username": username, "email": f"{username}@example.com", "password": PASSWORD, **fields}


def test_the_first_account_is_system_admin_and_can_sign_in(server: Any) -> None:
    client = server.client()
    created = client.post("/users", new("Alice"))
    assert created.status == 201
    assert created.json["username"] == "alice"
    assert created.json["roles"] == "system_admin system_user"
    assert "password" not in created.json
    assert client.login("alice").status == 200
    me = client.get("/users/me")
    assert me.status == 200
    assert me.json["id"] == created.json["id"]
    assert me.json["email"] == "alice@example.com"
    assert me.json["notify_props"]["desktop"] == "mention"
    assert me.json["timezone"]["useAutomaticTimezone"] == "true"


def test_later_accounts_are_ordinary_users(server: Any) -> None:
    server.sign_up("alice")
    assert server.client().post("/users", new("bob")).json["roles"] == "system_user"
