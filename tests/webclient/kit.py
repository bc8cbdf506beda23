"""What tests of the web client share: people in a team, and how one signs in."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

from hubbub.core.testing import PASSWORD, Client, LiveServer
from hubbub.tests.webclient.browser import Page

NAMES = count(1)
LARGEST = 100_000
"""Bytes that a file may have."""
FIXED = "https://fixed.example.com"
"""What an environment variable sets SupportSettings.AboutLink to."""
Findings = Callable[..., list[str]]
OpenPage = Callable[..., AbstractContextManager[Page]]


def write(page: Page, text: str, field: str = "#composer") -> None:
    """Send a message."""
    page.fill(field, text)
    page.press("Enter")


class World:
    """A team with a channel, ann and ben in both."""

    def __init__(self, server: LiveServer) -> None:
        number = next(NAMES)
        self.server = server
        self.ann: Client = server.create_user(f"ann{number}")
        self.ben: Client = server.create_user(f"ben{number}")
        self.team: dict[str, Any] = server.create_team(f"team-{number}", owner=self.ann, members=(self.ben,))
        self.channel: dict[str, Any] = server.create_channel(
            f"design{number}", owner=self.ann, team=self.team, members=(self.ben,), display_name="Design"
        )
        self.path = f"/{self.team['name']}/channels/{self.channel['name']}"


def sign_in(page: Page, person: Client) -> None:
    """Sign in as the page does it, without the page (one test goes through the form)."""
    page.open("/login")
    name = person.get("/users/me").json["username"]
    script = f"""fetch("/api/v4/users/login", {{method: "POST", headers: {{"X-Requested-With": "XMLHttpRequest"}},
        body: JSON.stringify({{login_id: "{name}", password: "{PASSWORD}"}})}}).then((answer) => answer.ok)"""
    assert page.run(script)
