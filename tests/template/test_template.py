"""What `hubbub plugin new` writes installs, passes its own tests and works in a running server."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.meta import tree

COMMAND = [sys.executable, "-c", "from hubbub.core.cli import main; main()", "plugin", "new"]
NAME = "nice_words"


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Run a command and return what it printed; fail with its output when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a generated plugin."""
    folder = tmp_path_factory.mktemp("template")
    run(*COMMAND, NAME, cwd=folder)
    return folder / NAME


@pytest.fixture(scope="module")
def installed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which pip has installed it, as it would into a site-packages."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    run(*pip, "--target", target, project, cwd=target)
    return target


def test_the_name_is_everywhere_and_the_templates_nowhere(project: Path) -> None:
    files = [path for path in project.rglob("*") if path.is_file()]
    assert (project / NAME / "plugin.py") in files
    for path in files:
        text = path.read_text()
        assert not re.search("my.filter", text, re.IGNORECASE), path
        assert not re.search("my.filter", str(path), re.IGNORECASE)
    assert 'name = "hubbub-nice-words"' in (project / "pyproject.toml").read_text()
    assert (project / "README.md").read_text().startswith("# Nice words\n")


def test_it_passes_its_own_tests_once_installed(project: Path, installed: Path) -> None:
    # -P keeps the folder itself off the path, so that it is the installed one that is tested.
    pytest_run = (sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "4 passed" in run(*pytest_run, cwd=project, PYTHONPATH=str(installed))


def test_its_code_is_as_clean_as_ours(project: Path) -> None:
    for command in (["check", "--select", "E,F,W,I,B,UP"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "120", "."]
        if subprocess.run([*ruff[:3], "--version"], capture_output=True).returncode != 0:
            pytest.skip("ruff is not installed (pip install 'hubbub[lint]')")
        run(*ruff, cwd=project)


@pytest.fixture(scope="module")
def server(installed: Path) -> Iterator[LiveServer]:
    """Return a running server of two workers that finds the installed plugin."""
    with LiveServer(python_path=[installed], workers=2) as server:
        yield server


@pytest.fixture(scope="module")
def post(server: LiveServer) -> Callable[[str], Any]:
    """Return a function that posts a message and returns what became of it."""
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    return lambda message: alice.create_post(channel, message)["message"]


def test_a_running_server_filters_with_it(post: Callable[[str], Any]) -> None:
    assert post("what the heck") == "what the ****"


def test_new_settings_reach_all_workers(server: LiveServer, post: Callable[[str], Any]) -> None:
    server.configure(PluginSettings={"Plugins": {NAME: {"Words": ["fnord"]}}})
    server.wait_until(lambda: [post("fnord, heck") for _ in range(12)] == ["****, heck"] * 12)
    server.configure(PluginSettings={"Plugins": {NAME: {"Words": ["heck"]}}})
    server.wait_until(lambda: [post("fnord, heck") for _ in range(12)] == ["fnord, ****"] * 12)


def test_it_is_turned_off_and_on_in_all_workers_while_they_run(server: LiveServer, post: Callable[[str], Any]) -> None:
    workers = set(server.worker_pids)
    assert len(workers) == 2
    server.configure(PluginSettings={"PluginStates": {NAME: {"Enable": False}}})
    server.wait_until(lambda: {post("heck") for _ in range(12)} == {"heck"})
    server.configure(PluginSettings={"PluginStates": {NAME: {"Enable": True}}})
    server.wait_until(lambda: {post("heck") for _ in range(12)} == {"****"})
    assert set(server.worker_pids) == workers


def test_an_admin_turns_it_off_and_on_over_the_api(server: LiveServer, post: Callable[[str], Any]) -> None:
    admin = server.client()
    admin.login("alice", PASSWORD)
    admin.post(f"/plugins/{NAME}/disable")
    server.wait_until(lambda: {post("heck") for _ in range(12)} == {"heck"})
    admin.post(f"/plugins/{NAME}/enable")
    server.wait_until(lambda: {post("heck") for _ in range(12)} == {"****"})


# --- what the generator refuses ---


def refused(folder: Path, *arguments: str) -> str:
    """Run the generator, which must refuse, and return the one line that it says."""
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("name", ["Bad", "7up", "a b", "../up", "", "x" * 65, "émile"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    assert "can't be a plugin's name" in refused(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["class", "json", "hubbub", "tests"])
def test_a_name_that_python_uses_is_refused(name: str, tmp_path: Path) -> None:
    assert f"{name}_plugin" in refused(tmp_path, name)


def test_the_name_of_a_built_in_plugin_is_refused(tmp_path: Path) -> None:
    assert "there is a built-in plugin 'posts'" in refused(tmp_path, "posts")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "mine.txt").write_text("mine")
    assert "is there already" in refused(tmp_path, NAME)
    assert [path.name for path in (tmp_path / NAME).iterdir()] == ["mine.txt"]


def test_another_folder_can_be_named(tmp_path: Path) -> None:
    run(*COMMAND, "nice-words", "--directory", "somewhere/else", cwd=tmp_path)
    assert (tmp_path / "somewhere/else/nice_words/plugin.py").exists()


def test_the_template_holds_only_what_is_copied() -> None:
    suffixes = {path.suffix for path in tree.files() if path.parts[0] == "plugin-template"}
    assert suffixes == {".toml", ".md", ".py"}, "add the new kind to TEMPLATE in setup.py, or it is not in the wheel"
