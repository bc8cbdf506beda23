"""Who was put into the server before a scenario (see `people.py`)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class People:
    """Channels with their members and tokens."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.team: str = made["team"]
        self.admin: str = made["admin"]
        self.busy: list[dict[str, str]] = made["busy"]
        self._channels: list[dict[str, Any]] = made["channels"]

    def channel(self, number: int) -> str:
        """Return a channel's id."""
        return str(self._channels[number]["id"])

    def users(self, number: int) -> list[dict[str, str]]:
        """Return the members of a channel: id and token."""
        users: list[dict[str, str]] = self._channels[number]["users"]
        return users

    def tokens(self, number: int) -> list[str]:
        """Return the tokens of a channel's members."""
        return [user["token"] for user in self.users(number)]


def make_people(config: Path, *, users: int, channels: int = 1, posts: int = 0, everywhere: int = 0) -> People:
    """Fill the database that `config` names, in a process of its own."""
    script = Path(__file__).with_name("people.py")
    command = [sys.executable, str(script), str(config), *map(str, (users, channels, posts, everywhere))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=config.parent, check=False)
    if done.returncode:
        raise RuntimeError(f"people.py failed:\n{done.stderr[-3000:]}")
    return People(json.loads(done.stdout.splitlines()[-1]))
