"""A second factor in the browser: set up, asked for, demanded of everybody."""

import time
from collections.abc import Iterator

import pytest
from pyotp import TOTP

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.webclient.browser import Chromium, Page
from hubbub.tests.webclient.kit import World, sign_in
from hubbub.tests.webclient.test_settings import open_settings

SECRET = "document.querySelector('.mfa-secret')?.textContent"
DRAWN = "document.querySelector('.mfa-code')?.naturalWidth > 150"


@pytest.fixture
def strict_server() -> Iterator[LiveServer]:
    """Yield a server on which people may have a second factor."""
    with LiveServer({"ServiceSettings": {"EnableMultifactorAuthentication": True}}, workers=1) as server:
        yield server


def set_up(page: Page) -> TOTP:
    """Click through the set-up, and turn it on with the code of the half-minute before, so that now's stays good.

    Codes count for one half-minute more: with few seconds left of this one, wait for the next.
    """
    left = 30 - time.time() % 30
    time.sleep(left if left < 12 else 0)
    page.click("button", "Set up")
    totp = TOTP(page.wait(SECRET))
    page.wait(DRAWN)
    page.fill(".mfa [name=code]", totp.at(int(time.time()) - 30))
    page.press("Enter")
    return totp


def test_it_is_set_up_asked_for_and_taken_away(chromium: Chromium, strict_server: LiveServer) -> None:
    world = World(strict_server)
    name = world.ann.get("/users/me").json["username"]
    with chromium.page(strict_server.url) as page:
        sign_in(page, world.ann)
        page.open(world.path)
        open_settings(page, "Second factor")
        totp = set_up(page)
        page.sees("The second factor is on", ".mfa")
    with chromium.page(strict_server.url) as page:
        page.open("/login")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.wait("document.activeElement.name === 'code'")
        page.fill("[name=code]", "000000" if totp.now() != "000000" else "000001")
        page.press("Enter")
        page.sees("The code is wrong", "[role=alert]")
        page.fill("[name=code]", totp.now())
        page.press("Enter")
        page.wait("document.querySelector('#composer') && true")
        open_settings(page, "Second factor")
        page.click(".mfa button", "Turn off")
        page.click("dialog .danger", "Turn off")
        page.sees("signing in takes your password and a code of an app", ".mfa")
        assert page.problems() == []


def test_who_lacks_a_demanded_one_gets_to_its_set_up_and_on(chromium: Chromium, strict_server: LiveServer) -> None:
    admin = strict_server.create_user("admin")
    world = World(strict_server)
    with chromium.page(strict_server.url) as page:
        sign_in(page, world.ann)
        page.open(world.path)
        page.wait("document.querySelector('#composer') && true")
        admin.put("/config/patch", {"ServiceSettings": {"EnforceMultifactorAuthentication": True}})
        page.open(world.path)
        page.sees("This server asks everybody for a code", ".card")
        set_up(page)
        page.wait("document.querySelector('#composer') && true")
        assert page.run("location.pathname") == world.path
