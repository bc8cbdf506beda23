"""Which operations are recorded, how, and that nobody waits for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.testing import PASSWORD
from hubbub.plugins.audits.store import AuditStore
from hubbub.plugins.audits.trail import WAITING, Trail
from hubbub.tests.plugins.audits.test_audits import entries
from hubbub.tests.plugins.conftest import Server

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def whole(make_server: Any, database: Any) -> Server:
    """Return a server with every plugin."""
    made: Server = make_server(database, ServiceSettings={"EnableUserAccessTokens": True})
    return made


@pytest.fixture
def lines(make_server: Any, database: Any, tmp_path: Path) -> tuple[Server, Path]:
    """Return a server that writes its records to a file, and the file."""
    path = tmp_path / "records" / "audit.log"
    settings = {"FileEnabled": True, "FileName": str(path)}
    return make_server(database, ExperimentalAuditSettings=settings), path


def recorded(server: Server, admin: Any) -> list[tuple[str, str]]:
    """Return (action with names for ids, result and more) of what is recorded but for sign-ins, oldest first."""
    server.settle()
    found = [entry for entry in entries(admin, "/audits?per_page=200") if not entry["action"].endswith("/login")]
    return [(entry["action"], entry["extra_info"]) for entry in reversed(found)]


def test_changes_of_teams_channels_roles_settings_tokens_and_integrations(whole: Server) -> None:
    admin, bob = whole.sign_up("alice"), whole.sign_up("bob")
    team = admin.post("/teams", {"name": "crew", "display_name": "Crew", "type": "O"}).json["id"]
    admin.post(f"/teams/{team}/members", {"team_id": team, "user_id": bob.id})
    admin.put(f"/teams/{team}/members/{bob.id}/schemeRoles", {"scheme_admin": True, "scheme_user": True})
    channel = admin.post("/channels", {"team_id": team, "name": "talk", "display_name": "Talk", "type": "O"}).json["id"]
    admin.post(f"/channels/{channel}/members", {"user_id": bob.id})
    admin.delete(f"/channels/{channel}/members/{bob.id}")
    role = admin.get("/roles/name/system_user").json["id"]
    admin.put(f"/roles/{role}/patch", {"permissions": ["create_team", "create_direct_channel"]})
    admin.put("/config/patch", {"TeamSettings": {"SiteName": "Ours"}})
    token = admin.post(f"/users/{admin.id}/tokens", {"description": "for tests"}).json
    admin.post("/users/tokens/revoke", {"token_id": token["id"]})
    hook = {"channel_id": channel, "team_id": team, "display_name": "Builds", "trigger_words": ["x"]}
    admin.post("/hooks/outgoing", {**hook, "callback_urls": ["http://hooks.example/secret-path"]})
    found = dict(recorded(whole, admin))
    expected = {
        f"/api/v4/teams/{team}/members": f"joined={team}",
        f"/api/v4/teams/{team}/members/{bob.id}/schemeRoles": "scheme_admin=true",
        f"/api/v4/channels/{channel}/members": f"joined={channel}",
        f"/api/v4/channels/{channel}/members/{bob.id}": f"left={channel}",
        f"/api/v4/roles/{role}/patch": "permissions=create_team,create_direct_channel",
        "/api/v4/config/patch": "changed=TeamSettings.SiteName",
        f"/api/v4/users/{admin.id}/tokens": "description=for tests",
        "/api/v4/users/tokens/revoke": f"token_id={token['id']}",
        "/api/v4/hooks/outgoing": "display_name=Builds",
    }
    for action, detail in expected.items():
        assert detail in found[action], (action, found.get(action))
        assert found[action].startswith("success ")
    for secret in (PASSWORD, token["token"], "secret-path"):
        assert secret not in str(found)


def test_what_was_refused_is_recorded_with_who_tried(whole: Server) -> None:
    admin, bob = whole.sign_up("alice"), whole.sign_up("bob")
    bob.put("/config/patch", {"TeamSettings": {"SiteName": "Mine"}})
    bob.put(f"/users/{admin.id}/roles", {"roles": "system_user"})
    whole.client().post("/teams", {"name": "x"})
    found = recorded(whole, admin)
    assert ("/api/v4/config/patch", "fail error=api.context.permissions.app_error status=403") in found
    assert any(action.endswith("/roles") and info.startswith("fail") for action, info in found)
    (nobody,) = [entry for entry in entries(admin) if entry["action"] == "/api/v4/teams"]
    assert (nobody["user_id"], nobody["extra_info"].split()[2]) == ("", "status=401")


def test_talk_and_reading_are_not_recorded(whole: Server) -> None:
    admin = whole.sign_up("alice")
    team = admin.post("/teams", {"name": "crew", "display_name": "Crew", "type": "O"}).json["id"]
    channel = admin.get(f"/teams/{team}/channels/name/town-square").json["id"]
    before = recorded(whole, admin)
    post = admin.post("/posts", {"channel_id": channel, "message": "hello"}).json
    admin.put(f"/posts/{post['id']}/patch", {"message": "hi"})
    admin.post("/channels/members/me/view", {"channel_id": channel})
    admin.post("/users/search", {"term": "a"})
    admin.post("/users/ids", [admin.id])
    admin.post("/roles/names", ["system_user"])
    admin.put("/users/me/status", {"user_id": admin.id, "status": "away"})
    assert recorded(whole, admin) == before


def test_lines_say_who_did_what_from_where_and_how_it_went(lines: tuple[Server, Path]) -> None:
    server, path = lines
    admin = server.sign_up("alice")
    admin.put("/users/me/password", {"current_password": PASSWORD, "new_password": "Another-horse-7"})
    server.client().login("alice", "wrong-Password-1")
    server.settle()
    text = path.read_text()
    records = [json.loads(line) for line in text.splitlines()]
    (changed,) = [record for record in records if record["event_name"] == "sessions.update_password"]
    assert (changed["status"], changed["actor"]["user_id"]) == ("success", admin.id)
    assert changed["actor"]["ip_address"]
    assert changed["event"] == {"parameters": {"user_id": admin.id}, "details": ["password changed"]}
    assert changed["meta"]["api_path"] == f"/api/v4/users/{admin.id}/password"
    assert len(changed["meta"]["request_id"]) == 26
    (refused,) = [record for record in records if record["status"] == "fail"]
    assert (refused["event_name"], refused["actor"]["user_id"]) == ("sign_in", admin.id)
    assert refused["error"] == {"id": "api.user.login.invalid_credentials_email_username", "status_code": 401}
    for secret in (PASSWORD, "Another-horse-7", "wrong-Password-1", admin.token):
        assert secret not in text
    assert path.stat().st_mode & 0o007 == 0


def test_a_file_that_cannot_be_written_stops_nothing(make_server: Any, database: Any, caplog: Any) -> None:
    settings = {"FileEnabled": True, "FileName": "/proc/no/such/folder/audit.log"}
    server = make_server(
        database, ("roles", "users", "auth_password", "sessions", "audits"), ExperimentalAuditSettings=settings
    )
    admin = server.sign_up("alice")
    server.settle()
    assert len(entries(admin)) == 2
    assert "audit records can't be written to /proc/no/such/folder/audit.log" in caplog.text


def test_records_wait_for_a_database_that_takes_none(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    add_many, down = AuditStore.add_many, [True]

    def add(self: AuditStore, records: Any) -> None:
        if down[0]:
            raise Unavailable
        add_many(self, records)

    monkeypatch.setattr(AuditStore, "add_many", add)
    admin = server.sign_up("alice")
    server.settle()
    assert entries(admin) == []
    down[0] = False
    admin.put("/users/me/patch", {"first_name": "A"})
    server.settle()
    assert len(entries(admin)) == 3


def test_beyond_the_limit_records_are_lost_and_counted(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.audits.trail.WAITING", 5)
    monkeypatch.setattr(Trail, "write", lambda _self: None)
    admin = server.sign_up("alice")
    for _ in range(20):
        assert admin.put("/users/me/patch", {"first_name": "A"}).status == 200
    server.settle()
    lost = server.app.metrics.counter("hubbub_audit_records_lost_total", "Audit records that found no room")
    assert lost.labels().value > 10
    assert WAITING == 10_000


def test_changes_without_a_request_are_recorded_too(server: Any) -> None:
    from hubbub.core.contracts.users import UserService

    admin, bob = server.sign_up("alice"), server.sign_up("bob")
    server.app.services.get(UserService).set_active(bob.id, False)  # as a directory's job does
    server.settle()
    (entry,) = [entry for entry in entries(admin) if entry["action"] == f"/api/v4/users/{bob.id}/active"]
    assert (entry["user_id"], entry["extra_info"], entry["ip_address"]) == (bob.id, "success active=false", "")
