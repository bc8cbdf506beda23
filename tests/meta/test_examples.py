"""Every example works, as a user would try it: copied into the plugin folder of a server."""

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.contracts.bulk import BulkError
from hubbub.core.contracts.notifications import EmailNotification, PushNotification
from hubbub.core.testing import Client, LiveServer, RunningApp, UnexpectedAnswer
from hubbub.plugins.bulk.exporting import Options
from hubbub.plugins.bulk.source import Source
from hubbub.tests.core.plugin_kit import BUILT_IN, Site
from hubbub.tests.meta import tree
from hubbub.tests.services.process import free_port

EXAMPLES = tree.ROOT / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
Start = Callable[..., RunningApp]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return `start(example, **settings)`: a server with all built-in plugins and one example."""
    site = Site(tmp_path / "site")

    def start(name: str, **settings: Any) -> RunningApp:
        source = EXAMPLES / name
        site.plugins.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, site.plugins / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source.with_suffix(".py"), site.plugins)
        return site.start(BUILT_IN, Plugins={"auth_password": {"Iterations": 1000}, name: settings})

    yield start
    site.stop()


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_turned_off_and_on_while_the_server_runs(start: Start, name: str) -> None:
    app = start(name)
    assert name in app.app.plugins.ids
    app.enable(name, False)
    assert name not in app.app.plugins.ids
    app.enable(name)
    assert name in app.app.plugins.ids


def test_the_list_of_examples_is_complete() -> None:
    listed = (EXAMPLES / "README.md").read_text()
    assert [name for name in NAMES if f"]({name}" not in listed] == []


def test_staff_keep_the_names_they_were_given(start: Start) -> None:
    app = start("staff_names")
    staff, friend = app.create_user("staff"), app.create_user("friend", email="friend@elsewhere.example")
    refused = staff.put("/users/me/patch", {"first_name": "Ann", "nickname": "A"}, expect=409).json
    assert refused["id"] == "api.user.patch_user.login_provider_attribute_set.app_error"
    staff.put("/users/me/patch", {"nickname": "A"}, expect=200)
    friend.put("/users/me/patch", {"first_name": "Ann"}, expect=200)


def test_office_hours_keep_people_out_but_let_admins_in(start: Start) -> None:
    app = start("office_hours", Opens=0, Closes=24)
    app.create_user("admin")
    bob = app.create_user("bob")
    app.configure(PluginSettings={"Plugins": {"office_hours": {"Opens": 24, "Closes": 24}}})
    with pytest.raises(UnexpectedAnswer, match="We are open from 24 to 24 o'clock"):
        app.client().login("bob", "Correct-horse-9")
    app.client().login("admin", "Correct-horse-9")
    bob.get("/users/me")


def test_heads_are_counted_by_a_job(start: Start) -> None:
    app = start("head_count")
    admin = app.create_user("admin")
    job = admin.post("/jobs", {"type": "head_count"}, expect=201).json
    app.settle()
    assert admin.get(f"/jobs/{job['id']}").json["status"] == "success"
    assert admin.get("/jobs/type/head_count").json[0]["data"] == {"accounts": "1"}


def test_a_plugin_brings_its_lines_to_imports_and_exports(start: Start, tmp_path: Path) -> None:
    app = start("cargo")
    bulk = app.plugin("bulk").bulk
    lines = [{"type": "version", "version": 1}, {"type": "cargo", "cargo": {"name": "rope", "tons": 2}}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    source = Source(tmp_path / "in.jsonl")
    bulk.apply(source, bulk.check(source))
    bulk.export(tmp_path / "out.jsonl", Options(), zipped=False)
    assert json.loads((tmp_path / "out.jsonl").read_text().splitlines()[-1]) == lines[1]
    (tmp_path / "air.jsonl").write_text((tmp_path / "in.jsonl").read_text().replace("2}", "0}"))
    with pytest.raises(BulkError, match=r"line 2: rope weighs nothing\."):
        bulk.check(Source(tmp_path / "air.jsonl"))


def messages(reader: Client, channel: dict[str, Any]) -> list[str]:
    """Return what people wrote in a channel, oldest first."""
    page = reader.get(f"/channels/{channel['id']}/posts").json
    return [page["posts"][key]["message"] for key in reversed(page["order"]) if not page["posts"][key]["type"]]


def test_who_joins_is_welcomed(start: Start) -> None:
    app = start("welcome")
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel(owner=alice, members=(bob,))
    app.settle()
    assert messages(bob, channel) == ["Welcome, @bob!"]


def test_dice_are_rolled_for_all_and_the_note_is_for_one(start: Start) -> None:
    app = start("dice")
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel(owner=alice, members=(bob,))
    alice.post("/commands/execute", {"channel_id": channel["id"], "command": "/dice 3"})
    assert len(messages(bob, channel)[0].split()) == 4
    (note,) = [event for event in app.sent if event.name == "ephemeral_message"]
    assert note.broadcast.user_id == alice.id
    assert json.loads(note.data["post"])["message"] == "Good luck next time! (dice)"
    with pytest.raises(UnexpectedAnswer, match="Roll 1 to 10 dice, not 99"):
        alice.post("/commands/execute", {"channel_id": channel["id"], "command": "/dice 99"})


def test_a_mail_about_a_board_meeting_does_not_say_what_was_said(start: Start) -> None:
    app = start("discreet_mail")
    alice = app.create_user("alice")
    texts = []
    for name in ("board-meeting", "town"):
        channel = app.create_channel(name, owner=alice)
        email = EmailNotification(
            post_id="p", channel_id=channel["id"], team_id="t", sender_id="s", recipient_id="r", message_text="Hello"
        )
        texts.append(app.app.hooks.consult("email_notification_will_be_sent", email).message_text)
        push = PushNotification(channel_id=channel["id"], message="Hello")
        texts.append(app.app.hooks.consult("notification_will_be_pushed", push, user_id=alice.id).message)
    assert texts == ["(to be read on the server)"] * 2 + ["Hello"] * 2


def test_a_mood_is_checked_kept_and_shown(start: Start) -> None:
    app = start("mood")
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel(owner=alice, members=(bob,))
    body = {"channel_id": channel["id"], "message": "hello", "metadata": {"mood": "fine", "unknown": 1}}
    post = alice.post("/posts", body).json
    assert post["metadata"] == {"mood": "fine"}
    assert bob.get(f"/posts/{post['id']}").json["metadata"] == {"mood": "fine"}
    bob.create_post(channel, "me too", root_id=post["id"])
    page = bob.get(f"/channels/{channel['id']}/posts", query={"collapsedThreads": "true"}).json["posts"]
    assert page[post["id"]]["is_following"] is True
    with pytest.raises(UnexpectedAnswer, match="There is no such mood"):
        alice.post("/posts", body | {"metadata": {"mood": "furious"}})


def test_the_journal_tells_what_happened_in_order(start: Start) -> None:
    app = start("journal")
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel(owner=alice, members=(bob,))
    post = alice.create_post(channel, "one")
    alice.put(f"/posts/{post['id']}/patch", {"message": "two"})
    alice.post("/reactions", {"user_id": alice.id, "post_id": post["id"], "emoji_name": "wave"})
    alice.delete(f"/users/{alice.id}/posts/{post['id']}/reactions/wave")
    bob.post("/channels/members/me/view", {"channel_id": channel["id"]})
    alice.delete(f"/posts/{post['id']}")
    alice.delete(f"/channels/{channel['id']}/members/{bob.id}")
    alice.delete(f"/teams/{channel['team_id']}/members/{bob.id}")
    alice.delete(f"/users/{bob.id}")
    app.settle()
    app.stop()
    journal = (app.app.config.data_directory / "journal.jsonl").read_text().splitlines()
    happened = [json.loads(line)["what"] for line in journal]
    assert happened[0] == "journal_opened"
    assert happened[-1] == "journal_closed"
    told = "user_created logged_in team_created joined_team channel_created joined_channel posted post_updated".split()
    told += "reaction_added reaction_removed read post_deleted left_channel left_team user_deactivated".split()
    assert [what for what in told if what not in happened] == []
    positions = [happened.index(what) for what in ("user_created", "posted", "post_updated", "post_deleted")]
    assert positions == sorted(positions)


def test_what_is_guarded_stays(start: Start) -> None:
    app = start("guard")
    admin, tester = app.create_user("admin"), app.create_user("test-1")
    channel = app.create_channel(owner=admin, purpose="minutes [keep]")
    refused = admin.request("DELETE", f"/channels/{channel['id']}", expect=400)
    assert "to be kept" in refused.json["message"]
    member = {"team_id": channel["team_id"], "user_id": tester.id}
    assert (
        "Accounts for tests" in admin.post(f"/teams/{channel['team_id']}/members", member, expect=400).json["message"]
    )
    change = {"TeamSettings": {"SiteName": "Elsewhere"}}
    assert "config.json only" in admin.put("/config/patch", change, expect=400).json["message"]
    admin.put("/config/patch", {"TeamSettings": {"MaxUsersPerTeam": 60}})


def test_guests_stay_out_of_channels_for_staff(start: Start) -> None:
    app = start("guard")
    admin, guest = app.create_user("admin"), app.create_user("guest")
    app.configure(GuestAccountsSettings={"Enable": True})
    team = app.create_team(owner=admin, members=(guest,))
    admin.put(f"/users/{guest.id}/roles", {"roles": "system_guest"})
    channel = app.create_channel(owner=admin, team=team, purpose="[staff]")
    answer = admin.post(f"/channels/{channel['id']}/members", {"user_id": guest.id}, expect=400)
    assert "for staff only" in answer.json["message"]


def test_numbers_are_hidden_from_readers_and_kept_in_the_database(start: Start) -> None:
    app = start("redact")
    alice = app.create_user("alice")
    channel = app.create_channel(owner=alice)
    alice.create_post(channel, "call +49 (30) 123-4567 at 8")
    assert messages(alice, channel) == ["call [number] at 8"]
    assert alice.get("/config/client").json["RedactsNumbers"] == "true"
    app.enable("redact", False)
    assert messages(alice, channel) == ["call +49 (30) 123-4567 at 8"]
    assert "RedactsNumbers" not in alice.get("/config/client").json


def test_the_first_time_a_plugin_is_turned_on_it_is_told_by_whom(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="hubbub.plugins.redact")
    app = start("redact")
    admin = app.create_user("admin")
    for _ in range(2):
        admin.post("/plugins/redact/disable")
        admin.post("/plugins/redact/enable")
    assert [r.message for r in caplog.records if r.name == "hubbub.plugins.redact"] == [
        f"numbers are hidden from now on, by {admin.id}"
    ]


def test_a_notice_is_for_admins_to_change_and_for_everybody_to_read(start: Start) -> None:
    app = start("notice")
    admin, bob = app.create_user("admin"), app.create_user("bob")
    with pytest.raises(UnexpectedAnswer, match="answered with 403"):
        bob.put("/plugins/notice", {"text": "mine"}, raw_path=True)
    admin.put("/plugins/notice", {"text": "Lunch!"}, raw_path=True)
    assert bob.get("/plugins/notice", raw_path=True).json == {"text": "Lunch!"}
    assert [event.data for event in app.events("custom_notice_changed")] == [{"text": "Lunch!"}]


def test_a_notice_reaches_all_workers_and_all_clients() -> None:
    with LiveServer(plugins=[EXAMPLES / "notice.py"], workers=2) as server:
        admin = server.create_user("admin")
        sockets = [server.websocket(admin) for _ in range(4)]
        admin.put("/plugins/notice", {"text": "Lunch!"}, raw_path=True)
        for socket in sockets:
            assert socket.wait_for("custom_notice_changed")["data"] == {"text": "Lunch!"}
            socket.close()
        wanted = [{"text": "Lunch!"}] * 16  # a worker that has just joined may still read what was there before
        server.wait_until(lambda: [admin.get("/plugins/notice", raw_path=True).json for _ in range(16)] == wanted)


def test_the_echo_answers_over_the_websocket() -> None:
    with LiveServer(plugins=[EXAMPLES / "echo.py"]) as server:
        user = server.create_user()
        with server.websocket(user) as one, server.websocket(user) as two:
            assert one.call("echo", hello="you")["data"] == {"hello": "you", "connections": 2}
            two.close()
            server.wait_until(lambda: one.call("echo")["data"]["connections"] == 1)


def test_words_are_counted_on_every_engine(database: Any, tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.plugins.mkdir(parents=True)
    shutil.copytree(EXAMPLES / "word_count", site.plugins / "word_count", ignore=shutil.ignore_patterns("__pycache__"))
    sql = {"DriverName": database.driver_name, "DataSource": database.data_source}
    app = site.start(BUILT_IN, Plugins={"auth_password": {"Iterations": 1000}}, sections={"SqlSettings": sql})
    try:
        alice = app.create_user("alice")
        channel = app.create_channel(owner=alice)
        counted = [alice.get(f"/plugins/word_count/{alice.id}", raw_path=True).json["words"]]
        for message in ("three little words", "two more"):
            alice.create_post(channel, message)
            app.settle()
            counted.append(alice.get("/plugins/word_count/me", raw_path=True).json["words"])
        assert counted == [0, 3, 5]
    finally:
        site.stop()


def test_a_desk_lamp_lights_up_but_not_at_night(start: Start) -> None:
    app = start("desk_lamp")
    app.configure(EmailSettings={"SendPushNotifications": True})
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel("talk", owner=alice, members=(bob,))
    alice.create_post(channel, "look, @bob")
    app.settle()
    lamps = app.plugin("desk_lamp").lamps
    assert lamps.lit == {"bob": f"alice in {channel['display_name']}"}
    lamps.lit.clear()
    app.configure(PluginSettings={"Plugins": {"desk_lamp": {"QuietFrom": 0}}})
    alice.create_post(channel, "sleep well, @bob")
    app.settle()
    assert lamps.lit == {}


def test_a_command_of_an_example_is_a_command_of_hubbub(tmp_path: Path) -> None:
    from hubbub.tests.core.cli_kit import hubbub

    with LiveServer(plugins=[EXAMPLES / "word_count"]) as server:
        server.create_post("one two three", author=server.create_user("alice"))
        server.wait_until(lambda: "3 alice" in hubbub(server.folder, "words").stdout)


def test_guestbook_answers_itself_and_only_below_its_own_name(start: Start) -> None:
    client = start("guestbook").client()
    assert client.post("/plugins/guestbook/ann", raw_path=True).json == {"names": 1}
    assert client.get("/plugins/guestbook", raw_path=True).json == ["ann"]
    with pytest.raises(UnexpectedAnswer, match="404"):
        client.get("/plugins/guestbook/nothing", raw_path=True)
    with pytest.raises(UnexpectedAnswer, match="404"):
        client.get("/plugins/another", raw_path=True)


def test_guestbook_is_shared_by_workers_and_counted_on_the_metrics_page() -> None:
    port = free_port()
    metrics = {"Enable": True, "ListenAddress": f"127.0.0.1:{port}"}
    with LiveServer({"MetricsSettings": metrics}, plugins=[EXAMPLES / "guestbook.py"], workers=2) as server:
        client = server.client()
        numbers = count()

        def lists() -> list[list[str]]:
            return [client.get("/plugins/guestbook", raw_path=True).json for _ in range(10)]

        def one_arrives_everywhere() -> bool:  # not before the second worker has joined the first
            name = f"guest{next(numbers)}"
            client.post(f"/plugins/guestbook/{name}", raw_path=True)
            return all(name in names for names in lists())

        server.wait_until(one_arrives_everywhere)

        def are_counted() -> bool:  # workers write their figures down from time to time
            page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
            return any(f"\nguestbook_names {len(names)}\n" in page for names in lists())

        server.wait_until(are_counted)


def send(client: Client, channel: dict[str, Any], name: str, content: bytes) -> dict[str, Any]:
    """Return a file that was uploaded."""
    query = {"channel_id": channel["id"], "filename": name}
    headers = {"Content-Type": "application/octet-stream"}
    return dict(client.post("/files", content, query=query, headers=headers).json["file_infos"][0])


def test_files_are_looked_at_when_they_come_and_go(start: Start) -> None:
    app = start("file_guard", Hidden="Bob")
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel(owner=alice, members=(bob,))
    with pytest.raises(UnexpectedAnswer, match="type exe can't be sent"):
        send(alice, channel, "game.exe", b"MZ")
    info = send(alice, channel, "draft.txt", b"for Bob\nfrom Alice")
    app.app.config_store.update({"PluginSettings": {"Plugins": {"file_guard": {"Kept": [info["id"]]}}}}, patch=True)
    answers = app.app.hooks.ask_all("files_in_use", file_ids=["other", info["id"]])
    assert [id for ids in answers for id in ids] == [info["id"]]
    alice.create_post(channel, "later", file_ids=[info["id"]])
    assert alice.get(f"/files/{info['id']}").body == b"for ***\nfrom Alice"
    with pytest.raises(UnexpectedAnswer, match="ask its author"):
        bob.get(f"/files/{info['id']}")


def test_files_are_kept_where_a_plugin_says(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.plugins.mkdir(parents=True)
    shutil.copy(EXAMPLES / "memory_files.py", site.plugins)
    kept = {"DriverName": "amazons3", "AmazonS3Bucket": "none", "Directory": str(tmp_path / "files")}
    app = site.start(set(BUILT_IN) - {"storage_s3"}, sections={"FileSettings": kept})
    try:
        alice = app.create_user("alice")
        info = send(alice, app.create_channel(owner=alice), "notes.txt", b"hello")
        assert alice.get(f"/files/{info['id']}").body == b"hello"
        assert not (tmp_path / "files").exists()
    finally:
        site.stop()


def test_a_proxy_says_who_somebody_is(start: Start) -> None:
    app = start("proxy_sign_in", Domain="corp.example", Admins=["wanda"])
    app.create_user("admin")

    def come(name: str, **more: Any) -> Any:
        return app.client().get("/plugins/proxy_sign_in/login", headers={"X-Remote-User": name}, raw_path=True, **more)

    answer = come("wanda", expect=302)
    token = {"Cookie": next(cookie for cookie in answer.cookies if "MMAUTHTOKEN" in cookie).split(";")[0]}
    me = app.client().get("/users/me", headers=token).json
    assert (me["auth_service"], me["email"], me["roles"]) == ("proxy", "wanda@corp.example", "system_admin system_user")
    app.configure(PluginSettings={"Plugins": {"proxy_sign_in": {"Admins": []}}})
    come("wanda", expect=302)
    assert app.client().get("/users/me", headers=token).json["roles"] == "system_user"
    come("", expect=401)
    app.configure(PluginSettings={"Plugins": {"proxy_sign_in": {"TrustedProxies": ["10.0.0.1"]}}})
    assert "didn't say who you are" in come("admin", expect=401).json["message"]
