"""The tutorial, done step by step; and the tests that the guide shows, run."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.core.testing import Client, LiveServer, ServerEnded, UnexpectedAnswer
from hubbub.tests.core.cli_kit import hubbub
from hubbub.tests.docs import pages

TUTORIAL = "docs/plugins/tutorial.md"
CALM = pages.block(TUTORIAL, "calm.py")


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    """Return the tutorial's plugin as a file."""
    path = tmp_path / "calm.py"
    path.write_text(CALM)
    return path


@pytest.fixture
def server(calm: Path) -> Iterator[LiveServer]:
    """Return a server started after the file was put into data/plugins."""
    with LiveServer(plugins=[calm]) as server:
        assert (server.folder / "data/plugins/calm.py").read_text() == CALM
        yield server


@pytest.fixture
def alice(server: LiveServer) -> Client:
    return server.create_user("alice")


@pytest.fixture
def channel(server: LiveServer, alice: Client) -> str:
    return str(server.create_channel(owner=alice)["id"])


def test_the_plugin_is_short() -> None:
    assert CALM.count("\n") < 30


def test_shouting_is_lowered_and_the_rest_left_alone(alice: Client, channel: str) -> None:
    assert alice.create_post(channel, "HELLO EVERYBODY")["message"] == "hello everybody"
    assert alice.create_post(channel, "Hello NASA")["message"] == "Hello NASA"


def test_long_shouting_is_refused_and_the_author_reads_why(alice: Client, channel: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"answered with 400.*Please don't shout\."):
        alice.create_post(channel, "A" * 201)


def test_the_commands_of_the_page_list_it_and_turn_it_off_and_on_at_once(
    server: LiveServer, alice: Client, channel: str
) -> None:
    listed = hubbub(server.folder, "plugin", "list").stdout
    assert [line for line in listed.splitlines() if line.startswith("on   calm ")]
    assert hubbub(server.folder, "plugin", "disable", "calm").returncode == 0
    server.wait_until(lambda: alice.create_post(channel, "HELLO")["message"] == "HELLO")
    assert hubbub(server.folder, "plugin", "enable", "calm").returncode == 0
    server.wait_until(lambda: alice.create_post(channel, "HELLO")["message"] == "hello")


def test_a_misspelt_hook_keeps_the_server_from_starting_in_one_line(calm: Path) -> None:
    calm.write_text(CALM.replace("message_will_be_posted", "message_will_be_postet"))
    with pytest.raises(ServerEnded) as ended, LiveServer(plugins=[calm]):
        pass
    (line,) = str(ended.value).strip().splitlines()
    for part in ("'calm'", "message_will_be_postet", "did you mean message_will_be_posted?", "Enable = false"):
        assert part in line


def test_with_skip_broken_the_server_starts_without_it_and_says_so(calm: Path) -> None:
    calm.write_text(CALM.replace("message_will_be_posted", "message_will_be_postet"))
    with LiveServer({"PluginSettings": {"SkipBroken": True}}, plugins=[calm]) as server:
        admin = server.create_user("admin")
        health = admin.get("/system/ping", query={"get_server_status": "true"}).json["components"]
        assert "message_will_be_postet" in health["plugin:calm"]["detail"]


def run_pytest(folder: Path, *arguments: str) -> str:
    """Run tests as a plugin's author does, and return what was printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_test_of_the_tutorial_passes(calm: Path) -> None:
    (calm.parent / "test_calm.py").write_text(pages.block(TUTORIAL, "test_calm.py"))
    assert "1 passed" in run_pytest(calm.parent)


def test_the_tests_of_the_guide_pass(calm: Path) -> None:
    (code,) = [
        block.code for block in pages.blocks("docs/plugins/guide.md") if "def test_in_this_process" in block.code
    ]
    (calm.parent / "test_guide.py").write_text(f"import calm\n\n{code}")
    assert "2 passed" in run_pytest(calm.parent, "-p", "hubbub.core.testing.pytest_plugin")
