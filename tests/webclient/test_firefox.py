"""The web client in Firefox: an ordinary day, and nothing that only Chromium knows."""

import pytest

from hubbub.core.testing import PASSWORD, Client
from hubbub.tests.webclient.browser import DESK, PHONE
from hubbub.tests.webclient.firefox import ENTER, ESCAPE, Firefox, executable, firefox
from hubbub.tests.webclient.kit import World

FITS = "document.documentElement.scrollWidth <= innerWidth"


def sign_in(page: Firefox, name: str) -> None:
    """Go through the form."""
    page.click("input[autofocus]")
    page.type(name)
    page.click("input[type=password]")
    page.type(PASSWORD + ENTER)


def test_an_ordinary_day(world: World, admin: Client) -> None:
    program = executable()
    if program is None:
        pytest.skip("the web client is tested in Firefox, too: apt-get install firefox-esr")
    root = world.ben.create_post(world.channel, '# Plan\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n```py\nx = "1"\n```')
    with firefox(program) as page:
        page.open(f"{world.server.url}/login")
        sign_in(page, world.ann.get("/users/me").json["username"])
        page.click(".sidebar a", "Design")
        for part, said in ((".heading", "Plan"), ("td", "2"), (".code-string", '"1"')):
            page.sees(said, f".post {part}")
        page.click("#composer")
        page.type("hello :tada")
        page.sees(":tada:", "[role=option]")
        page.type(ENTER + ENTER)
        page.sees("🎉", ".post:not(.sending)")
        world.ben.create_post(world.channel, "live")
        page.sees("live", ".post")
        world.ben.create_post(world.channel, "a reply", root_id=root["id"])
        page.click(".thread-foot")
        page.sees("a reply", ".panel")
        page.click(".panel textarea")
        page.type(f"mine{ENTER}")
        page.sees("mine", ".panel .post:not(.sending)")
        page.click(".my-button")
        page.click(".menu-item", "Settings")
        page.click("[role=tab]", "Display")
        page.sees("Theme", "dialog")
        page.type(ESCAPE)
        assert page.run(FITS)
        page.resize(*PHONE)
        assert page.run(FITS)
        page.resize(*DESK)

        page.click(".my-button")
        page.click(".menu-item", "Sign out")
        sign_in(page, admin.get("/users/me").json["username"])
        page.wait("location.pathname !== '/login'")
        for part, title in (
            ("statistics", "Statistics"),
            ("settings/EmailSettings", "Mail and push"),
            ("users", "Users"),
        ):
            page.open(f"{world.server.url}/admin_console/{part}")
            page.sees(title, "h1")
            page.wait("!document.querySelector('[aria-busy=true]')")
        assert page.complaints == []
