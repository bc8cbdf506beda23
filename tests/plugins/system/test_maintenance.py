"""Operations for administrators: numbers, limits, logs, the busy mark, connections."""

import json
import logging
from typing import Any

import pytest
from gevent.pywsgi import WSGIServer

from hubbub.core.log import configure, options_of
from hubbub.plugins.system.log_query import LogFilter, query
from hubbub.plugins.system.log_reader import last_lines, lines_backwards
from hubbub.tests.plugins.system.conftest import PLUGINS


def numbers(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return rows of analytics by name."""
    return {row["name"]: row["value"] for row in rows}


def test_numbers_are_counted(make_server: Any, database: Any) -> None:
    server = make_server(database, (*PLUGINS, "teams", "channels", "preferences"))
    admin = server.sign_up("admin")
    server.sign_up("bob")
    team = admin.post("/teams", {"name": "crew", "display_name": "Crew", "type": "O"}).json
    admin.post("/channels", {"team_id": team["id"], "name": "room", "display_name": "Room", "type": "P"})
    found = numbers(admin.get("/analytics/old").json)
    assert (found["unique_user_count"], found["team_count"], found["channel_private_count"]) == (2, 1, 1)
    assert found["post_count"] == 0, "the posts plugin was never on"
    of_team = numbers(admin.get(f"/analytics/old?name=standard&team_id={team['id']}").json)
    assert of_team["unique_user_count"] == 1
    assert numbers(admin.get("/analytics/old?name=extra_counts").json)["session_count"] == 2
    assert len(admin.get("/analytics/old?name=post_counts_day").json) == 31


@pytest.mark.engines("sqlite")
def test_numbers_are_for_admins_and_limits_show_others_none(server: Any) -> None:
    admin, bob = server.sign_up("admin"), server.sign_up("bob")
    assert bob.get("/analytics/old").status == 403
    assert admin.get("/analytics/old?name=secrets").status == 400
    assert admin.get("/analytics/old?team_id=x").status == 400
    assert admin.get("/limits/server").json["activeUserCount"] == 2
    limits = bob.get("/limits/server").json
    assert (limits["activeUserCount"], limits["maxUsersLimit"]) == (0, 0)


def test_the_number_of_posts_is_rounded_down(make_server: Any, database: Any) -> None:
    server = make_server(database, (*PLUGINS, "posts", "teams", "channels", "preferences", "statuses"))
    alice = server.sign_up("alice")
    assert alice.get("/usage/posts").json == {"count": 0}
    server.app.caches.clear_here()
    columns = ("id", "createat", "updateat", "deleteat", "userid", "channelid")
    rows = [(f"{number:026d}", 1, 1, 0, alice.id, "c" * 26) for number in range(43)]
    server.app.db.insert_many("posts", columns, rows)
    assert alice.get("/usage/posts").json == {"count": 40}
    assert alice.get("/usage/storage").json == {"bytes": 0}


@pytest.mark.engines("sqlite")
def test_operations_of_admins_are_for_admins(server: Any) -> None:
    server.sign_up("admin")
    bob = server.sign_up("bob")
    for method, path in (
        ("POST", "/caches/invalidate"),
        ("POST", "/database/recycle"),
        ("POST", "/site_url/test"),
        ("POST", "/server_busy"),
        ("GET", "/server_busy"),
        ("DELETE", "/server_busy"),
        ("GET", "/cluster/status"),
        ("GET", "/logs"),
        ("POST", "/logs/query"),
        ("GET", "/logs/download"),
        ("GET", "/trial-license/prev"),
    ):
        attempt = bob.request(method, path)
        assert (attempt.status, attempt.error) == (403, "api.context.permissions.app_error"), path


@pytest.mark.engines("postgres")
def test_connections_to_a_server_are_recycled(server: Any) -> None:
    admin = server.sign_up("admin")
    assert server.app.db.stats()["open"] > 0
    assert admin.post("/database/recycle").json == {"status": "OK"}
    assert server.app.db.stats()["open"] == 0
    assert admin.get("/users/me").status == 200


@pytest.mark.engines("sqlite")
def test_the_busy_mark_is_set_seen_by_plugins_and_ended(server: Any) -> None:
    admin = server.sign_up("admin")
    assert admin.get("/server_busy").json == {"busy": False, "expires": 0}
    assert admin.post("/server_busy?seconds=60").json == {"status": "OK"}
    state = admin.get("/server_busy").json
    assert state["busy"] is True
    assert state["expires"] > 1_000_000_000
    assert server.app.health.check("load") is False
    assert admin.delete("/server_busy").json == {"status": "OK"}
    assert server.app.health.check("load") is True
    for seconds in ("0", "86401", "long"):
        assert admin.post(f"/server_busy?seconds={seconds}").status == 400


@pytest.mark.engines("sqlite")
def test_the_site_url_is_asked_for_a_ping(server: Any) -> None:
    admin = server.sign_up("admin")
    web = WSGIServer(("127.0.0.1", 0), server.wsgi, log=None)
    web.start()
    try:
        here = f"http://127.0.0.1:{web.server_port}"
        assert admin.post("/site_url/test", {"site_url": f"{here}/"}).json == {"status": "OK"}
        wrong = admin.post("/site_url/test", {"site_url": f"{here}/elsewhere"})
        assert (wrong.status, wrong.error) == (400, "app.admin.test_site_url.failure")
    finally:
        web.stop()
    for address in ("", here, "file:///etc/passwd", "http://[", "http://"):
        assert admin.post("/site_url/test", {"site_url": address}).status == 400


# --- logs ---


@pytest.fixture
def logged(make_server: Any, database: Any, tmp_path: Any) -> Any:
    """Return a server that writes a log file of every detail."""
    settings = {"EnableFile": True, "FileLocation": str(tmp_path), "FileLevel": "DEBUG", "EnableConsole": False}
    server = make_server(database, PLUGINS, LogSettings=settings)
    before = logging.getLogger().handlers[:]
    configure(options_of(server.app.config.LogSettings))
    yield server
    for handler in [handler for handler in logging.getLogger().handlers if handler not in before]:
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.mark.engines("sqlite")
def test_what_clients_report_is_in_the_log_and_admins_read_it(logged: Any) -> None:
    admin, bob = logged.sign_up("admin"), logged.sign_up("bob")
    assert admin.post("/logs", {"level": "ERROR", "message": "it broke"}).json["message"] == "it broke"
    assert bob.post("/logs", {"level": "ERROR", "message": "x" * 500}).json["level"] == "DEBUG"
    stranger = logged.client().post("/logs", {"level": "ERROR", "message": "let me in"})
    assert stranger.status == 403
    records = [json.loads(line) for line in admin.get("/logs?logs_per_page=100").json]
    mine = [record for record in records if record.get("type") == "client_message"]
    assert [(record["level"], record["msg"]) for record in mine] == [("error", "it broke"), ("debug", "x" * 400)]
    download = admin.get("/logs/download")
    assert download.headers["content-type"].startswith("text/plain")
    assert b"it broke" in download.body


@pytest.mark.engines("sqlite")
def test_the_log_is_searched_by_level_and_time(logged: Any) -> None:
    admin, bob = logged.sign_up("admin"), logged.sign_up("bob")
    for number in range(3):
        admin.post("/logs", {"level": "ERROR", "message": f"it broke {number}"})
    bob.post("/logs", {"level": "ERROR", "message": "a detail"})

    def found(query: str = "", **wanted: Any) -> list[str]:
        records = admin.post(f"/logs/query{query}", wanted).json["default"]
        return [record["msg"] for record in records if record.get("type") == "client_message"]

    assert found() == ["it broke 0", "it broke 1", "it broke 2", "a detail"]
    assert found(log_levels=["error"]) == ["it broke 0", "it broke 1", "it broke 2"]
    assert found("?page=0&logs_per_page=2", log_levels=["error"]) == ["it broke 1", "it broke 2"]
    assert found("?page=1&logs_per_page=2", log_levels=["error"]) == ["it broke 0"]
    assert found(text="BROKE 1") == ["it broke 1"]
    assert found("?page=1&logs_per_page=1", text="it broke") == ["it broke 1"]
    assert found(date_from="2100-01-01 00:00:00.000 Z") == []
    assert found(date_to="2001-01-01T00:00:00+00:00") == []
    assert len(found(date_from="2001-01-01 00:00:00.000 +02:00", date_to="4102444800000")) == 4
    assert admin.post("/logs/query", {"server_names": ["other"]}).json == {}
    for bad in ({"log_levels": ["loud"]}, {"date_from": "yesterday"}, {"log_levels": 1}, []):
        assert admin.post("/logs/query", bad).status == 400
    assert bob.post("/logs/query", {}).status == 403


def test_a_log_for_people_is_searched_too(tmp_path: Any) -> None:
    path = tmp_path / "plain.log"
    lines = [
        f"2026-01-02 03:04:{second:02}.000 Z {'error' if second % 2 else 'info '} line {second}\n"
        for second in range(60)
    ]
    path.write_text("".join(lines) + "Traceback of something\n")
    found = query(path, LogFilter(log_levels=["error"], date_from="2026-01-02 03:04:50.000 Z"), offset=0, limit=100)
    assert [record["msg"] for record in found] == [f"line {second}" for second in (51, 53, 55, 57, 59)]
    assert query(path, LogFilter(), offset=0, limit=1)[0]["msg"] == "Traceback of something"


def test_a_log_is_read_backwards_whatever_its_size(tmp_path: Any) -> None:
    path = tmp_path / "long.log"
    expected = [f"line {number} {'ü' * 50}" for number in range(3_000)]
    path.write_text("\n".join(expected))
    assert list(lines_backwards(path)) == expected[::-1]
    path.write_text("")
    assert list(lines_backwards(path)) == []


@pytest.mark.engines("sqlite")
def test_without_a_log_file_there_is_nothing_to_read(server: Any) -> None:
    admin = server.sign_up("admin")
    server.configure(LogSettings={"EnableFile": False})
    assert admin.get("/logs").error == "api.admin.file_read_error"
    assert admin.post("/logs/query", {}).error == "api.admin.file_read_error"
    assert admin.get("/logs/download").error == "api.admin.file_read_error"


def test_pages_of_a_long_log_begin_at_its_end(tmp_path: Any) -> None:
    path = tmp_path / "long.log"
    path.write_text("".join(f"line {number} {'ü' * 50}\n" for number in range(5_000)))

    def page(number: int, size: int = 3) -> list[str]:
        return [" ".join(line.split()[:2]) for line in last_lines(path, page=number, per_page=size)]

    assert page(0) == ["line 4997", "line 4998", "line 4999"]
    assert page(1) == ["line 4994", "line 4995", "line 4996"]
    assert page(1_666) == ["line 0", "line 1"]
    assert page(1_667) == []
    assert page(0, 10_000)[0] == "line 0"
