"""axe-core finds nothing serious or critical on the main screens, light and dark (WCAG 2.2, A and AA)."""

from typing import Final

import pytest

from hubbub.core.testing import Client
from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World

CONSOLE: Final = (
    "health statistics settings settings/ServiceSettings settings/EmailSettings settings/TeamSettings"
    " settings/SamlSettings settings/LdapSettings settings/plugin:auth_password plugins users users/{user} teams"
    " teams/{team} channels channels/{channel} roles jobs activity logs"
).split()
INTEGRATIONS: Final = "incoming_webhooks outgoing_webhooks commands bots oauth2-apps outgoing_oauth_connections".split()
GO: Final = """import(document.querySelector("script[type=module]").src.replace("main.js", "lib/router.js"))
    .then((router) => router.go({path!r}))"""
DRAWN: Final = """location.pathname === {path!r} && document.querySelector('.console-page h1')
    && !document.querySelector('.console-main :is(.loading, [aria-busy=true])')"""


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


@pytest.mark.parametrize(("dark", "only"), [(False, ""), (True, "color-contrast")])  # what isn't colour is the same
def test_the_console(
    open_page: OpenPage, world: World, admin: Client, findings: Findings, dark: bool, only: str
) -> None:
    team, name = world.team["id"], world.team["name"]
    world.ann.post(f"/teams/{team}/members", {"team_id": team, "user_id": admin.id}, expect=201)
    world.ann.post("/hooks/incoming", {"channel_id": world.channel["id"], "display_name": "Builds"}, expect=201)
    ids = {"user": world.ben.id, "team": team, "channel": world.channel["id"]}
    paths = [f"/{name}/integrations/{kind}" for kind in INTEGRATIONS]
    paths += [f"/admin_console/{page.format(**ids)}" for page in CONSOLE]
    with open_page(admin, paths[0], dark=dark) as page:
        for path in paths:
            page.run(GO.format(path=path))
            page.wait(DRAWN.format(path=path))
            assert findings(page, only=only) == [], path
