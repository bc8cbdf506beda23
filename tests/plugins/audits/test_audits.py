"""What is recorded of people and accounts, and who may read it."""

from typing import Any

import pytest

from hubbub.core.testing import PASSWORD


def entries(client: Any, path: str = "/audits") -> list[dict[str, Any]]:
    """Return what is recorded, newest first."""
    answer = client.get(path)
    assert answer.status == 200, answer
    return list(answer.json)


def ends(found: list[dict[str, Any]]) -> list[str]:
    """Return the ends of their actions, in order of the alphabet."""
    return sorted(entry["action"].rpartition("/")[2] for entry in found)


def test_sign_ins_and_changes_are_noted(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    admin.put(f"/users/{bob.id}/roles", {"roles": "system_user system_manager"})
    bob.put("/users/me/password", {"current_password": PASSWORD, "new_password": "Another-horse-7"})
    bob.put("/users/me/patch", {"email": "new@example.com", "password": "Another-horse-7"})
    admin.put(f"/users/{bob.id}/active", {"active": False})
    server.settle()
    found = entries(admin, f"/users/{bob.id}/audits")
    assert ends(found) == ["active", "login", "password", "patch", "roles"]
    (login,) = [entry for entry in found if entry["action"].endswith("/login")]
    assert (login["user_id"], login["extra_info"]) == (bob.id, "success")
    assert len(login["session_id"]) == 26
    assert login["ip_address"] != ""
    assert [entry["create_at"] for entry in found] == sorted((entry["create_at"] for entry in found), reverse=True)
    (roles,) = [entry for entry in found if entry["action"].endswith("/roles")]
    assert "success roles from system_user to system_user system_manager" in roles["extra_info"]
    assert f"by={admin.id}" in roles["extra_info"]
    (did,) = [entry for entry in entries(admin, f"/users/{admin.id}/audits") if entry["action"] == roles["action"]]
    assert (did["user_id"], did["ip_address"]) == (admin.id, login["ip_address"])


def test_refused_sign_ins_are_noted_with_their_reason(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert server.client().login("bob", "wrong-Password-1").status == 401
    assert server.client().login("my secret Password-1 in the wrong field", "x").status == 401
    admin.put(f"/users/{bob.id}/active", {"active": False})
    assert server.client().login("bob").status == 401
    server.settle()
    refused = [
        entry for entry in entries(admin) if entry["extra_info"].startswith("fail") and "/login" in entry["action"]
    ]
    reasons = [(entry["user_id"], entry["extra_info"].split()[1]) for entry in refused]
    assert sorted(reasons) == sorted(
        [
            (bob.id, "error=api.user.login.invalid_credentials_email_username"),
            ("", "error=api.user.login.invalid_credentials_email_username"),
            (bob.id, "error=api.user.login.inactive.app_error"),
        ]
    )
    assert all(entry["ip_address"] for entry in refused)
    assert "my secret" not in str(entries(admin))


def test_everybody_reads_their_own_and_admins_all(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    server.settle()
    assert ends(entries(bob, "/users/me/audits")) == ["login"]
    assert ends(entries(admin)) == ["login", "login", "users", "users"]
    assert len(entries(admin, "/audits?per_page=3&page=1")) == 1
    assert entries(admin, "/audits?per_page=1&page=4") == []


@pytest.mark.engines("sqlite")
def test_nobody_reads_what_others_did(server: Any) -> None:
    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    assert bob.get("/audits").status == 403
    assert bob.get(f"/users/{admin.id}/audits").status == 403
