"""Webhooks, slash commands, bots and OAuth applications are made, copied, changed and removed without a manual."""

from collections.abc import Iterator

import pytest

from hubbub.core.testing import Client
from hubbub.tests.services.oauth_server import Client as Program
from hubbub.tests.services.oauth_server import OAuthServer, running
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World
from hubbub.tests.webclient.test_hostile_texts import HOSTILE, NOTHING_RAN

KINDS = ("incoming_webhooks", "outgoing_webhooks", "commands", "bots", "oauth2-apps", "outgoing_oauth_connections")


def create(page: Page, fields: dict[str, str]) -> None:
    """Open the form for a new one, fill it in and send it."""
    page.click(".console-title button", "Create")
    for name, text in fields.items():
        page.fill(f"dialog [name={name}]", text)
    assert not page.run("document.querySelector('dialog h2').textContent").endswith("s")  # one of them is made
    page.click("dialog .primary", "Create")


def put_away(page: Page) -> None:
    """Close what says that a new one is ready: its button has the focus."""
    page.press("Enter")
    page.wait("!document.querySelector('dialog')")


def at(world: World, kind: str = "") -> str:
    """Return the address of a team's integrations."""
    return f"/{world.team['name']}/integrations/{kind}"


def test_a_webhook_writes_what_its_address_is_sent(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.click(".team-button")
        page.click(".menu-item", "Integrations")
        page.sees("Incoming webhooks", "h1")
        page.sees("There are none yet")
        page.click(".console-title button", "Create")
        page.click("dialog .primary", "Create")
        page.sees("Fill in: Name.", ".field:has([name=display_name]) > [role=alert]")
        page.wait("document.activeElement.name === 'display_name'")
        page.fill("dialog [name=display_name]", HOSTILE[1])
        page.select("dialog [name=channel_id]", world.channel["id"])
        page.click("dialog .primary", "Create")
        page.sees("Try it", "dialog h3")
        address = page.run("document.querySelector('dialog .copies code').textContent")
        assert page.run("document.querySelector('dialog .example').textContent").startswith("curl -H 'Content-Type")
        assert address in page.run("document.querySelector('dialog .example').textContent")
        page.click("dialog .try-line button", "Copy")
        page.sees("", "dialog .toast")
        sent = page.run(
            f"fetch({address!r}, {{method: 'POST', body: JSON.stringify({{text: 'built'}})}}).then((a) => a.text())"
        )
        assert sent == "ok"
        posts = world.ann.get(f"/channels/{world.channel['id']}/posts").json["posts"].values()
        assert "built" in [one["message"] for one in posts]
        page.click("dialog .primary", "Done")
        page.sees(HOSTILE[1], ".card-row h2")
        assert page.run(NOTHING_RAN)
        page.click(".card-row button", "Edit")
        page.fill("dialog [name=display_name]", "Builds")
        page.press("Enter")
        page.sees("Builds", ".card-row h2")
        page.click(".card-row button", "Delete")
        page.click("dialog .danger", "Delete")
        page.sees("There are none yet")
        page.wait("document.activeElement.tagName === 'H1'", "the focus not to be lost")
        page.click(".console-head a", "Back to the messages")
        page.sees("built", ".post")


def test_an_outgoing_webhook_and_a_command_have_tokens(open_page: OpenPage, world: World) -> None:
    target = "http://127.0.0.1:9/answer"
    with open_page(world.ann, at(world, "outgoing_webhooks")) as page:
        create(page, {"display_name": "Weather", "callback_urls": target})
        page.sees("Choose a channel or give a trigger word", ".field:has([name=trigger_words]) > [role=alert]")
        page.fill("dialog [name=trigger_words]", "rain\nsun")
        page.click("dialog .primary", "Create")
        page.sees("Weather is ready", "dialog h2")
        first = page.run("document.querySelector('dialog .copies code').textContent")
        put_away(page)
        page.sees("rain, sun", ".facts")
        assert first not in page.run("document.body.textContent")
        page.click(".copies button", "Show")
        page.sees(first, ".copies code")
        page.click("button", "New secret")
        page.click("dialog .danger", "New secret")
        page.sees("Done", ".toast")
        page.click(".copies button", "Show")
        page.wait(f"!document.querySelector('.copies code').textContent.includes({first!r})")
        page.click(".console-nav a", "Slash commands")
        page.sees("Slash commands", "h1")
        create(page, {"display_name": "Forecast", "trigger": "/Forecast", "url": target})
        page.sees("Forecast is ready", "dialog h2")
        put_away(page)
        page.sees("/forecast", ".facts")
        page.click(".card-row button", "Edit")
        page.fill("dialog [name=url]", "nonsense")
        page.press("Enter")
        page.sees("nonsense must begin with https://", ".field:has([name=url]) > [role=alert]")
        page.fill("dialog [name=trigger]", "away")  # what only the server knows
        page.fill("dialog [name=url]", target)
        page.press("Enter")
        page.sees("away", ".field:has([name=trigger]) > [role=alert]")
        page.fill("dialog [name=trigger]", "forecast")
        page.fill("dialog [name=url]", f"{target}/2")
        page.press("Enter")
        page.sees(f"POST {target}/2", ".facts")
        page.wait("document.activeElement.textContent === 'Edit'", "the focus to be where it was")
        page.click("summary", "Try it")
        page.sees("'command=/forecast'", ".example")
    commands = world.ann.get(f"/commands?team_id={world.team['id']}&custom_only=true").json
    assert [(one["trigger"], one["url"]) for one in commands] == [("forecast", f"{target}/2")]


def test_a_bot_gets_tokens_and_an_application_its_secret(open_page: OpenPage, world: World, admin: Client) -> None:
    world.ann.post(f"/teams/{world.team['id']}/members", {"team_id": world.team["id"], "user_id": admin.id}, expect=201)
    name = f"bot-{world.team['name']}"
    with open_page(admin, at(world, "bots")) as page:
        create(page, {"username": name, "display_name": "Helper"})
        page.sees("Helper is ready", "dialog h2")
        program = world.server.client()
        program.token = page.run("document.querySelector('dialog .copies code').textContent")
        assert program.get("/users/me").json["username"] == name
        page.sees(f"-H 'Authorization: Bearer {program.token}'", "dialog .example")
        put_away(page)
        page.click(f"button[aria-label='Access tokens: {name}']")
        page.sees("First token", "dialog li")
        page.fill("dialog [name=description]", "second")
        page.press("Enter")
        page.sees("second", "dialog li")
        page.click("dialog button[aria-label='Delete: First token']")
        page.click("dialog .danger", "Delete")
        page.misses("First token", "dialog li")
        program.get("/users/me", expect=401)
        page.press("Escape")
        page.click(f"button[aria-label='Turn off: {name}']")
        page.click("dialog .danger", "Turn off")
        page.sees("", f"button[aria-label='Turn on: {name}']")
        page.click(".console-nav a", "OAuth 2.0")
        page.sees("OAuth 2.0", "h1")
        title = f"Zap {world.team['name']}"
        create(page, {"name": title, "homepage": "https://zap.example", "callback_urls": "https://zap.example/back"})
        page.sees(f"{title} is ready", "dialog h2")
        client_id, secret = page.texts("dialog .copies code")
        put_away(page)
        app = admin.get(f"/oauth/apps/{client_id}").json
        assert (app["client_secret"], app["is_trusted"]) == (secret, False)
        page.click(f"button[aria-label='Edit: {title}']")
        page.click("dialog label.check", "Trusted")
        page.click("dialog .primary", "Save")
        page.sees("Trusted", ".card-row .tag")
        page.click(f"button[aria-label='New secret: {title}']")
        page.click("dialog .danger", "New secret")
        page.sees("Done", ".toast")
        after = admin.get(f"/oauth/apps/{client_id}").json
        assert after["is_trusted"]
        assert after["client_secret"] != secret
        page.click(f"button[aria-label='Delete: {title}']")
        page.click("dialog .danger", "Delete")
        page.misses(title, ".card-row")


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    """Yield a server that gives tokens."""
    with running() as server:
        yield server


def test_a_connection_gives_webhooks_tokens(
    open_page: OpenPage, world: World, admin: Client, oauth: OAuthServer
) -> None:
    world.ann.post(f"/teams/{world.team['id']}/members", {"team_id": world.team["id"], "user_id": admin.id}, expect=201)
    with open_page(world.ann, at(world)) as page:
        page.sees("Outgoing webhooks", ".console-nav a")
        page.misses("Outgoing OAuth", ".console-nav a")
    with open_page(admin, at(world, "outgoing_oauth_connections")) as page:
        fields = {
            "name": "Weather",
            "oauth_token_url": f"{oauth.url}/token",
            "client_id": Program.client_id,
            "client_secret": "wrong",
            "audiences": "weather.example.com",
        }
        create(page, fields)
        page.sees("weather.example.com must begin", ".field:has([name=audiences]) > [role=alert]")
        page.fill("dialog [name=audiences]", "https://weather.example.com")
        page.click("dialog button", "Test it")
        page.sees("No token was given", ".trial-outcome.bad")
        page.fill("dialog [name=client_secret]", Program.secret)
        page.click("dialog button", "Test it")
        page.sees("It works.", ".trial-outcome.good")
        page.misses("User name", "dialog label")
        page.click("dialog .primary", "Create")
        page.sees("https://weather.example.com", ".facts")
        page.click(".card-row button", "Test it")
        page.sees("It works.", ".toast")
        assert Program.secret not in page.run("document.documentElement.outerHTML")
        page.click(".card-row button", "Edit")
        page.fill("dialog [name=name]", "Rain")
        assert page.run("document.querySelector('dialog [name=client_secret]').value") == ""
        page.press("Enter")
        page.sees("Rain", ".card-row h2")
        page.click(".card-row button", "Test it")
        page.sees("It works.", ".toast")
        page.click(".card-row button", "Delete")
        page.click("dialog .danger", "Delete")
        page.sees("There are none yet")


@pytest.mark.parametrize(("dark", "locale", "words"), [(False, "de", "Adresse"), (True, "es", "Dirección")])
def test_every_page_is_for_everybody(
    open_page: OpenPage, world: World, admin: Client, findings: Findings, dark: bool, locale: str, words: str
) -> None:
    world.ann.post(f"/teams/{world.team['id']}/members", {"team_id": world.team["id"], "user_id": admin.id}, expect=201)
    hook = {"channel_id": world.channel["id"], "display_name": "long" * 16, "channel_locked": True}
    admin.post("/hooks/incoming", hook, expect=201)
    admin.put("/users/me/patch", {"locale": locale})
    try:
        with open_page(admin, at(world), size=PHONE, dark=dark) as page:
            page.sees(words, "dt")
            for kind in KINDS:
                page.click(".console-toggle")
                page.click(f".console-nav a[href$='/{kind}']")
                page.wait(f"location.pathname.endsWith('/{kind}') && !document.querySelector('[aria-busy=true]')")
                page.click(".console-title .primary")
                page.wait("document.querySelector('dialog form') && true")
                assert findings(page) == [], kind
                page.press("Escape")
                page.wait("!document.querySelector('dialog')")
                assert findings(page) == [], kind
                assert page.run("document.documentElement.scrollWidth <= innerWidth"), kind
    finally:
        admin.put("/users/me/patch", {"locale": "en"})


def test_who_may_manage_nothing_is_told_so(open_page: OpenPage, world: World) -> None:
    with open_page(world.ben, at(world)) as page:
        page.sees("There are no integrations for you here", "h1")
        page.open(world.path)
        page.sees("Design", ".channel-header")  # a channel that opens closes menus
        page.click(".team-button")
        page.sees("Leave", ".menu-item")
        page.misses("Integrations", ".menu-item")
