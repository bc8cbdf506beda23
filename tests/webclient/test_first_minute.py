"""From a server that has just been started to people who talk: accounts, teams, invitations."""

from collections.abc import Iterator

import pytest

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.webclient.browser import Chromium, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World, write


@pytest.fixture
def new_server() -> Iterator[LiveServer]:
    """Yield a server without any account."""
    with LiveServer() as server:
        yield server


def sign_up(page: Page, name: str) -> None:
    """Fill in the form and send it."""
    page.fill("[name=email]", f"{name}@example.com")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("Enter")


def test_the_first_start_up_to_a_talk_of_two(chromium: Chromium, new_server: LiveServer) -> None:
    with chromium.page(new_server.url) as ann, chromium.page(new_server.url) as ben:
        ann.open("/")
        ann.sees("Create the first account")
        sign_up(ann, "ann")
        ann.sees("Create a team")
        ann.fill("[name=name]", "Blue Heron")
        ann.press("Enter")
        ann.wait("document.querySelector('#composer') && true")
        assert ann.run("location.pathname") == "/blue-heron/channels/town-square"
        write(ann, "Anybody here?")

        ann.click(".intro button", "Invite people")
        link = ann.wait("document.querySelector('dialog input[readonly]')?.value")
        ann.press("Escape")
        ben.open(link.removeprefix(new_server.url))
        ben.sees("You are invited to Blue Heron")
        sign_up(ben, "ben")
        ben.sees("Anybody here?", ".post")
        write(ben, "Yes, me")
        ann.sees("Yes, me", ".post")
        assert ann.problems() + ben.problems() == []


def test_what_is_wrong_with_a_form_is_said_beside_the_field(open_page: OpenPage, findings: Findings) -> None:
    with open_page(None, "/signup_user_complete") as page:

        def problem(name: str) -> str:
            page.wait(f"document.activeElement.name === '{name}' && document.activeElement.ariaInvalid === 'true'")
            return str(page.run("document.activeElement.closest('.field').querySelector('[role=alert]').textContent"))

        page.click("button", "Create account")
        assert problem("email") == "Enter your e-mail address."
        assert findings(page) == []
        page.type("somebody@example.com")
        page.wait("!document.querySelector('[aria-invalid]')")
        page.fill("[name=username]", "ädmin")
        page.fill("[name=password]", "short")
        page.press("Enter")
        assert problem("username").startswith("A username has up to 64 letters")
        page.fill("[name=username]", "admin")
        page.press("Enter")
        assert problem("password") == "Too short: at least 8 characters."
        page.fill("[name=password]", PASSWORD)
        page.click("button", "Show password")
        assert page.run("document.querySelector('[name=password]').type") == "text"
        page.press("Enter")
        page.click("button", "Show password")
        page.click("button", "Create account")
        assert problem("username") == "Somebody has this username already."


def test_signing_in_and_out(open_page: OpenPage, world: World) -> None:
    with open_page(None, world.path) as page:
        page.sees("Sign in", "h1")
        page.fill("[name=login]", world.ann.get("/users/me").json["username"])
        page.fill("[name=password]", "wrong")
        page.press("Enter")
        page.wait("document.querySelector('[role=alert]:not([hidden])') && true")
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.sees("Design", ".channel-header")  # where the address had led to
        page.click(".my-button")
        page.click(".menu-item", "Sign out")
        page.sees("Sign in", "h1")
        assert page.run("document.cookie") == ""


def test_joining_an_open_team(open_page: OpenPage, world: World, server: LiveServer) -> None:
    open_team = server.create_team(f"open-{world.team['name']}", owner=world.ann, allow_open_invite=True)
    newcomer = server.create_user(f"new-{world.team['name']}")
    with open_page(None, "/login") as page:
        page.fill("[name=login]", newcomer.get("/users/me").json["username"])
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.click(".team-row", open_team["display_name"])
        page.sees("Town Square", ".channel-header")


def test_a_link_that_invites_nobody_any_more(open_page: OpenPage) -> None:
    with open_page(None, "/signup_user_complete?id=nonsense") as page:
        page.sees("not valid any more", "[role=alert]")
        sign_up(page, "uninvited")  # the server is open
        page.sees("Your teams", "h1")


def test_a_closed_server_says_so_where_a_link_is_not_valid(chromium: Chromium, new_server: LiveServer) -> None:
    admin = new_server.create_user("first")
    admin.put("/config/patch", {"TeamSettings": {"EnableOpenServer": False}}, expect=200)
    with chromium.page(new_server.url) as page:
        page.open("/signup_user_complete?id=nonsense")
        page.sees("not valid any more", "[role=alert]")
        page.wait("document.querySelector('form').hidden")
        page.open("/signup_user_complete")
        page.sees("You need an invitation")
