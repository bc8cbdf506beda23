"""The official JavaScript client under Node: as a browser with cookies, as a bot with a token, over a bad line."""

import shutil
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.clients.kit import HERE, run_client


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of Node; skip the test where it, or what scripts/node-clients.sh installs, is missing."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node.js is not there (Debian: apt-get install npm)")
    if not (HERE / "node" / "node_modules" / "@mattermost" / "client").is_dir():
        pytest.skip("the JavaScript clients are not there; scripts/node-clients.sh installs them (make test does)")
    return program


Lose = Callable[[str], Any]


@pytest.fixture
def lose(node: str, single_server: LiveServer, new_name: Callable[[str], str]) -> Lose:
    """Return a function that loses bob's connection in one way, while alice talks, and returns what bob heard."""
    names = {role: new_name(role) for role in ("alice", "bob")}
    alice, bob = single_server.create_user(names["alice"]), single_server.create_user(names["bob"])
    channel = single_server.create_channel(owner=alice, members=(bob,))

    def run(way: str) -> Any:
        asked = {**names, "channel": channel["id"], "way": way, "master": single_server.pid}
        return run_client(single_server, [node, str(HERE / "node" / "resume.mjs")], asked)

    return run


def test_a_browser_and_a_bot_talk(node: str, server: LiveServer, new_name: Callable[[str], str]) -> None:
    names = {role: new_name(role) for role in ("alice", "bob", "team")}
    seen = run_client(server, [node, str(HERE / "node" / "flow.mjs")], names)
    assert seen["me"]["username"] == names["alice"]
    assert seen["cookies"] == ["MMAUTHTOKEN", "MMCSRF", "MMUSERID"]
    assert seen["found"] == [names["bob"]]
    assert seen["refused"] == "api.context.permissions.app_error"
    assert seen["version"].startswith("11.6.0.")
    assert {"lounge", "off-topic", "town-square"} <= set(seen["channels"])

    assert seen["root"]["pending_post_id"] == f"{seen['me']['id']}:1"
    assert seen["reply"]["root_id"] == seen["root"]["id"]
    assert seen["edited"]["message"] == "first words, mended"
    assert seen["page"][:3] == ["that is all", "an answer", "first words, mended"]
    assert seen["thread"] == ["an answer", "first words, mended"]

    for messages in seen["messages"]:
        assert messages == ["first words", "an answer", "never mind", "between us", "that is all"]
    for stream in seen["streams"]:
        assert stream["seqs"] == list(range(len(stream["seqs"])))
        assert (stream["closed"], stream["missed"]) == (0, 0)
        counted = Counter(stream["names"])
        assert (counted["hello"], counted["post_edited"], counted["direct_added"]) == (1, 1, 1)
        assert counted["post_deleted"] == 1
    assert seen["typing"] == seen["bob_id"]
    assert seen["statuses"] == {seen["me"]["id"]: "online", seen["bob_id"]: "online"}


@pytest.mark.parametrize("way", ["cut", "lost", "often"])
def test_a_lost_connection_is_resumed_without_loss_or_doubles(lose: Lose, way: str) -> None:
    heard = lose(way)
    assert heard["messages"] == [f"message {number}" for number in range(1, heard["said"] + 1)]
    assert heard["resumed"]
    assert (heard["hellos"], heard["missed"]) == (1, 0)


@pytest.mark.parametrize("way", ["overflow", "away"])
def test_who_lost_more_than_the_server_keeps_is_told_and_begins_anew(lose: Lose, way: str) -> None:
    heard = lose(way)
    assert heard["asked_for_old"]
    assert not heard["resumed"]
    assert (heard["hellos"], heard["missed"]) == (2, 1)
    assert heard["messages"] == [f"message {number}" for number in (1, 2, 3, heard["said"])]


def test_a_line_that_went_dead_unnoticed_is_found_out_by_the_clients_ping(lose: Lose) -> None:
    heard = lose("frozen")
    assert heard["error_codes"][1] == "4000"
    assert heard["asked_for_old"]
    assert (heard["hellos"], heard["missed"]) == (2, 1)
    assert heard["messages"][-1] == f"message {heard['said']}"
    assert len(set(heard["messages"])) == len(heard["messages"])


def test_a_reload_of_the_server_is_survived(lose: Lose) -> None:
    heard = lose("reload")
    assert heard["error_codes"][1] == "1001"  # the server said that it was going away
    assert (heard["hellos"], heard["missed"]) == (2, 1)
    assert heard["messages"] == [f"message {number}" for number in range(1, heard["said"] + 1)]
