"""What is noted of accounts, and who may read it."""

from typing import Any

import pytest


def actions(client: Any, path: str) -> list[str]:
    """Return what happened, newest first, without the ids in it."""
    answer = client.get(path)
    assert answer.status == 200, answer
    return [entry["action"].rpartition("/")[2] for entry in answer.json]


def test_sign_ins_and_changes_are_noted(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    server.settle()
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_manager"})
    bob.put("/users/me/password", {"current_password": "Correct-horse-9", "new_password": "Another-horse-7"})
    bob.put("/users/me/patch", {"email": "new@example.com", "password": "Another-horse-7"})
    admin.put(f"/users/{bob.id}/active", {"active": False})
    found = admin.get(f"/users/{bob.id}/audits").json
    assert sorted(entry["action"].rpartition("/")[2] for entry in found) == [
        "active",
        "email",
        "login",
        "password",
        "roles",
    ]
    (login,) = [entry for entry in found if entry["action"].endswith("/login")]
    assert (login["user_id"], login["extra_info"]) == (bob.id, "success")
    assert len(login["session_id"]) == 26
    assert login["ip_address"] != ""
    assert [entry["create_at"] for entry in found] == sorted((entry["create_at"] for entry in found), reverse=True)
    (roles,) = [entry for entry in found if entry["action"].endswith("/roles")]
    assert roles["extra_info"] == "from system_user to system_user system_manager"


def test_everybody_reads_their_own_and_admins_all(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    server.settle()
    assert actions(bob, "/users/me/audits") == ["login"]
    assert actions(admin, "/audits") == ["login", "login"]
    assert actions(admin, "/audits?per_page=1&page=1") == ["login"]
    assert actions(admin, "/audits?per_page=1&page=2") == []


@pytest.mark.engines("sqlite")
def test_nobody_reads_what_others_did(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert bob.get("/audits").status == 403
    assert bob.get(f"/users/{admin.id}/audits").status == 403
