"""A server as a process of its own, and clients of its sockets."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hubbub.core.testing import LiveServer, Refused, ServerEnded

Start = Callable[..., LiveServer]

SHOUT = """
from hubbub.core.contracts.plugin import Manifest
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="shout", version="1.0")

class Plugin:
    def __init__(self, context):
        pass

    @hookimpl
    def message_will_be_posted(self, post):
        post.message = post.message.upper()
        return post
"""


def test_a_plugin_file_works_and_everybody_hears_the_result(live_server: Start, tmp_path: Path) -> None:
    (tmp_path / "shout.py").write_text(SHOUT)
    server = live_server(plugins=[tmp_path / "shout.py"])
    alice, bob = server.create_user("alice"), server.create_user("bob")
    channel = server.create_channel(owner=alice, members=(bob,))
    with server.websocket(bob) as socket:
        assert socket.hello["data"]["connection_id"]
        alice.create_post(channel, "hello")
        assert '"message":"HELLO"' in socket.wait_for("posted")["data"]["post"]


def test_what_was_answered_survives_a_kill(live_server: Start) -> None:
    server = live_server()
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    post = alice.create_post(channel, "kept")
    address = server.url
    server.kill()
    with pytest.raises(ConnectionRefusedError):
        alice.get("/system/ping")
    server.start()
    assert server.url == address
    assert alice.get(f"/posts/{post['id']}").json["message"] == "kept"


def test_several_workers_hear_of_each_others_events(live_server: Start) -> None:
    server = live_server(workers=2)
    server.wait_until(lambda: len(server.worker_pids) == 2)
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    sockets = [server.websocket(alice) for _ in range(6)]
    alice.create_post(channel, "to all")
    for socket in sockets:
        assert "to all" in socket.wait_for("posted")["data"]["post"]
        socket.close()


def test_actions_are_answered(live_server: Start) -> None:
    server = live_server()
    with server.websocket(server.create_user()) as socket:
        assert socket.call("ping")["data"]["text"] == "pong"
        assert "error" in socket.call("no_such_action")


def test_waiting_for_what_does_not_come_ends_and_says_what_came(live_server: Start) -> None:
    server = live_server()
    with (
        server.websocket(server.create_user()) as socket,
        pytest.raises(TimeoutError, match=r"the event posted did not come"),
    ):
        socket.wait_for("posted", timeout=0.2)


def test_a_page_of_another_site_is_refused_with_the_servers_answer(live_server: Start) -> None:
    server = live_server()
    with pytest.raises(Refused, match="400"):
        server.websocket(server.create_user(), headers={"Origin": "https://elsewhere.example"})


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import nothing_of_that_name")
    with (
        pytest.raises(ServerEnded, match=r"plugin 'bad' can't be loaded: .*bad.py fails with ModuleNotFoundError"),
        LiveServer(plugins=[tmp_path / "bad.py"]),
    ):
        pass
