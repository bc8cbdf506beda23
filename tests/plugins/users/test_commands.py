"""`hubbub user` beside a running server, and without one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "Correct-horse-9"
ONLY = ("roles", "users", "auth_password", "sessions")


@pytest.fixture
def config(make_server: Any, sqlite_database: Any) -> Any:
    """Return (running server, path of its config.json)."""
    server = make_server(sqlite_database, ONLY)
    return server, server.app.config_store.path


def hubbub(config: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as an administrator does, in the folder of the configuration."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "hubbub"), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=config.parent,
        env={**os.environ, "HUBBUB_CONFIG": str(config)},
    )


def test_an_account_made_beside_the_running_server_signs_in(config: Any) -> None:
    server, path = config
    made = hubbub(path, "user", "create", "--email", "Bob@example.com", "--username", "bob", stdin=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    assert "Created bob" in made.stdout
    client = server.client()
    assert client.login("bob@example.com").status == 200
    assert client.user["roles"] == "system_admin system_user"


def test_a_later_admin_is_made_by_an_option(config: Any) -> None:
    server, path = config
    server.sign_up("alice")
    create = ("user", "create", "--email", "bob@example.com", "--username", "bob", "--password", PASSWORD)
    assert hubbub(path, *create, "--system-admin").returncode == 0
    client = server.client()
    client.login("bob")
    assert client.user["roles"] == "system_admin system_user"


def test_what_is_wrong_is_one_line(config: Any) -> None:
    server, path = config
    server.sign_up("alice")
    taken = hubbub(path, "user", "create", "--email", "a@example.com", "--username", "alice", "--password", PASSWORD)
    weak = hubbub(path, "user", "create", "--email", "b@example.com", "--username", "bob", stdin="x\n")
    nobody = hubbub(path, "user", "password", "nobody", stdin=f"{PASSWORD}\n")
    assert [run.returncode for run in (taken, weak, nobody)] == [1, 1, 1]
    assert "app.user.save.username_exists.app_error" in taken.stderr
    assert "model.user.is_valid.pwd_min_length.app_error" in weak.stderr
    assert "app.user.get_by_username.app_error" in nobody.stderr
    assert "Traceback" not in taken.stderr + weak.stderr + nobody.stderr


def test_a_forgotten_password_is_set_and_the_account_unlocked(config: Any) -> None:
    server, path = config
    server.sign_up("alice")
    server.configure(ServiceSettings={"MaximumLoginAttempts": 1})
    assert server.client().login("alice", "wrong").status == 401
    assert server.client().login("alice").status == 401
    changed = hubbub(path, "user", "password", "alice", stdin="Better-battery-7\n")
    assert changed.returncode == 0, changed.stderr
    assert server.client().login("alice", "Better-battery-7").status == 200


def test_the_list_is_a_table(config: Any) -> None:
    server, path = config
    server.sign_up("alice")
    server.sign_up("bob")
    server.stop()
    listed = hubbub(path, "user", "list")
    assert listed.returncode == 0, listed.stderr
    lines = [line.split() for line in listed.stdout.splitlines()]
    assert lines[0] == ["USERNAME", "EMAIL", "ROLES", "ACTIVE", "ID"]
    assert [line[:2] for line in lines[1:]] == [["alice", "alice@example.com"], ["bob", "bob@example.com"]]
