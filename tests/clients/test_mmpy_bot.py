"""A bot written with mmpy_bot, in a process of its own, answers people."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest

from hubbub.core.testing import Client, LiveServer, WebSocketClient
from hubbub.tests.clients.kit import HERE, environment, python_script

INSTALLED: Final = HERE.parent.parent / ".cache" / "clients" / "mmpy_bot"
"""Where scripts/python-clients.sh puts it."""


class Room:
    """A channel with alice and the bot in it, and alice's socket."""

    def __init__(self, server: LiveServer, alice: Client, bot: Client, socket: WebSocketClient) -> None:
        self.alice, self.bot, self.socket = alice, bot, socket
        self.channel = server.create_channel(owner=alice, members=(bot,))

    def say(self, message: str) -> Any:
        """Post as alice."""
        return self.alice.create_post(self.channel, message)

    def heard(self) -> Any:
        """Return the next post of the bot that alice hears of."""
        while True:
            post = json.loads(self.socket.wait_for("posted")["data"]["post"])
            if post["user_id"] == self.bot.id and not post["type"]:
                return post


@pytest.fixture
def room(server: LiveServer, new_name: Callable[[str], str]) -> Iterator[Room]:
    """Yield a room whose bot runs, signed in by a personal access token."""
    if not (INSTALLED / ".installed").exists():
        pytest.skip("mmpy_bot is not there; scripts/python-clients.sh installs it (make test does)")
    alice, bot = server.create_user(new_name("alice")), server.create_user(new_name("bot"))
    admin = server.client()
    admin.login("admin", "Correct-horse-9")
    admin.put(f"/users/{bot.id}/roles", {"roles": "system_user system_user_access_token"})
    token = bot.post(f"/users/{bot.id}/tokens", {"description": "the bot's"}).json["token"]
    with ExitStack() as stack:
        room = Room(server, alice, bot, stack.enter_context(server.websocket(alice)))
        log = stack.enter_context((server.folder / "bot.log").open("wb"))
        process = subprocess.Popen(
            python_script("mmpy_bot_echo"),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment(INSTALLED),
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        assert process.stdin is not None
        process.stdin.write(json.dumps({"host": server.host, "port": server.port, "token": token}).encode())
        process.stdin.close()

        def online() -> bool:
            assert process.poll() is None, (server.folder / "bot.log").read_text()[-4000:]
            return bool(alice.get(f"/users/{bot.id}/status").json["status"] == "online")

        server.wait_until(online)
        yield room


def test_the_bot_answers_in_the_thread_in_private_and_when_it_is_named(room: Room) -> None:
    asked = room.say("echo good morning")
    answer = room.heard()
    assert answer["message"] == "you said good morning"
    assert answer["root_id"] == asked["id"]

    room.say("whisper hush")
    answer = room.heard()
    assert answer["message"] == "between us: hush"
    assert answer["channel_id"] != room.channel["id"]

    room.say("wake up")  # nobody is named, so it sleeps on
    room.say(f"@{room.bot.user['username']} wake up")
    assert room.heard()["message"] == "I am awake"
    room.say("echo done")
    assert room.heard()["message"] == "you said done"
