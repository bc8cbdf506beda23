"""axe-core finds nothing serious or critical on the main screens, light and dark (WCAG 2.2, A and AA)."""

from typing import Final

import pytest

from hubbub.core.testing import Client
from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World

CONSOLE: Final = ("health", "statistics", "settings", "settings/EmailSettings", "plugins", "users", "roles", "logs")


@pytest.mark.parametrize("dark", [False, True])
def test_the_client(open_page: OpenPage, world: World, findings: Findings, dark: bool) -> None:
    table = "| a | b |\n|--|--|\n| 1 | 2 |"
    code = '```py\ndef x():  # one\n    return "1" + 2\n```'
    text = f"see `code`, [link](https://example.com)\n\n> quote\n\n- [x] done\n\n{table}\n\n{code}"
    root = world.ben.create_post(world.channel, text)
    world.ben.create_post(world.channel, "a reply", root_id=root["id"])
    world.ben.post("/reactions", {"user_id": world.ben.id, "post_id": root["id"], "emoji_name": "+1"})
    with open_page(None, "/login", dark=dark) as page:
        assert findings(page) == []
    with open_page(world.ann, world.path, dark=dark) as page:
        page.click(".thread-foot")
        page.sees("a reply", ".panel")
        for kind, part in (("keyword", "def"), ("comment", "# one"), ("string", '"1"'), ("number", "2"), ("name", "x")):
            page.sees(part, f".code-{kind}")
        assert findings(page) == []
        page.click(".my-button")
        page.sees("Settings", ".menu-item")
        assert findings(page) == []
        page.click(".menu-item", "Settings")
        page.click("[role=tab]", "Display")
        assert findings(page) == []
        page.press("Escape")
        page.press("Control+k")
        page.sees("Go to", "dialog h2")
        assert findings(page) == []


def test_the_client_on_a_phone(open_page: OpenPage, world: World, findings: Findings) -> None:
    with open_page(world.ann, world.path, size=PHONE) as page:
        assert findings(page) == []
        page.click(".back")
        page.sees("Direct messages", ".category-name")
        assert findings(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_console(open_page: OpenPage, admin: Client, findings: Findings, dark: bool) -> None:
    with open_page(admin, "/admin_console", dark=dark) as page:
        for name in CONSOLE:
            page.open(f"/admin_console/{name}")
            page.wait("document.querySelector('.console-page h1') && !document.querySelector('[aria-busy=true]')")
            assert findings(page) == [], name
