"""Themes of one's own, kept where Mattermost's clients keep them; whatever is stored, only colours come of it."""

import json
import re
from typing import Any

from hubbub.core.testing import Client
from hubbub.plugins.webclient.routes import STATIC
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World
from hubbub.tests.webclient.test_hostile_texts import HOSTILE, NOTHING_RAN
from hubbub.tests.webclient.test_look import BACKGROUND, LIGHT, NAMELESS, PALE
from hubbub.tests.webclient.test_settings import open_settings

BLUE = {"sidebarBg": "#1e325c", "sidebarText": "#FFFFFF", "sidebarUnreadText": "#fff", "sidebarHeaderBg": "#192a4d",
        "sidebarHeaderTextColor": "#ffffff", "sidebarTextActiveColor": "#ffffff", "sidebarTextHoverBg": "#28427b",
        "centerChannelBg": "#fffdf0", "centerChannelColor": "#3f4350", "linkColor": "#0b5ea8", "codeTheme": "monokai",
        "type": "Somebody's"}  # fmt: skip
SIDE = "getComputedStyle(document.querySelector('.sidebar')).backgroundColor"
CREAM, NAVY = "rgb(255, 253, 240)", "rgb(30, 50, 92)"
VALUES = "((style) => [...style].map((name) => style.getPropertyValue(name)))(document.documentElement.style)"
SET = (
    "(() => { const e = document.querySelector('[name=%s]'); e.value = '%s'; e.dispatchEvent(new Event('input')); })()"
)


def store(person: Client, value: str, name: str = "") -> None:
    """Store a theme as another client does."""
    body = [{"user_id": person.id, "category": "theme", "name": name, "value": value}]
    person.put(f"/users/{person.id}/preferences", body)


def stored(person: Client) -> dict[str, Any]:
    """Return the stored themes by the team they are for."""
    found = person.get(f"/users/{person.id}/preferences").json
    return {one["name"]: json.loads(one["value"]) for one in found if one["category"] == "theme"}


def readable(page: Page) -> None:
    """Check what the page shows by our own measure."""
    assert page.run(NAMELESS) + page.run(PALE) == []


def test_a_theme_is_made_tried_kept_and_pasted(open_page: OpenPage, world: World, findings: Findings) -> None:
    world.ben.create_post(world.channel, f"[link](https://example.com) @{world.ann.get('/users/me').json['username']}")
    with open_page(world.ann, world.path) as page:
        open_settings(page, "Display")
        page.run("document.querySelector('[name=theme][value=light]').focus()")
        page.press("ArrowDown")
        page.click("[name=theme][value=custom]")
        page.sees("Sidebar", ".swatch")
        assert page.run(BACKGROUND) == "rgb(24, 24, 28)", "it begins as the page looks"
        page.click("button", "Start from light")
        page.wait(f"{BACKGROUND} === '{LIGHT}'")
        assert findings(page) == []
        page.run(SET % ("centerChannelBg", "#fffdf0"))
        assert page.run(BACKGROUND) == CREAM
        page.misses("Hard to read", ".theme-pale")
        another = {"user_id": world.ann.id, "category": "display_settings", "name": "link_previews", "value": "false"}
        world.ann.put("/users/me/preferences", [another])
        store_js = page.run("document.querySelector('script[type=module]').src").replace("main.js", "lib/store.js")
        page.run(f"import('{store_js}').then((found) => {{ window.known = found.state.preferences; }})")
        page.wait("known.get('display_settings--link_previews') === 'false'")
        page.run("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        assert page.run(BACKGROUND) == CREAM, "what is tried stays while other things change"
        page.run(SET % ("linkColor", "#ffee88"))
        page.sees("Links on Background: 1.1 : 1", ".theme-pale")
        page.press("Escape")
        page.wait(f"{BACKGROUND} !== '{CREAM}'", "what was only tried to be gone")
        assert stored(world.ann) == {}

        open_settings(page, "Display")
        page.click(".choice", "Custom")
        page.fill("[name=theme-text]", '{"sidebarBg": "red"}')
        page.sees("That isn't a theme", "[role=alert]")
        page.fill("[name=theme-text]", json.dumps(BLUE))
        page.misses("That isn't a theme", "[role=alert]")
        assert (page.run(BACKGROUND), page.run(SIDE)) == (CREAM, NAVY)
        assert page.run("document.querySelector('[name=sidebarText]').value") == "#ffffff"
        assert findings(page) == []
        readable(page)
        page.click("form button", "Save")
        page.sees("Saved", ".toast")
        kept = stored(world.ann)[""]
        assert kept["sidebarBg"] == "#1e325c"
        assert (kept["type"], kept["codeTheme"], kept["centerChannelBg"]) == ("custom", "monokai", "#fffdf0")
        page.open(world.path)
        assert page.run(BACKGROUND) == CREAM
        page.sees("link", ".post-text a")
        assert findings(page) == []
        readable(page)


def test_a_theme_of_another_client_is_for_all_teams_or_one(open_page: OpenPage, world: World) -> None:
    second = world.server.create_team(f"{world.team['name']}-second", owner=world.ann)
    store(world.ann, json.dumps(BLUE))
    with open_page(world.ann, world.path, dark=True) as page:
        page.wait(f"{BACKGROUND} === '{CREAM}'")
        store(
            world.ann, json.dumps(BLUE | {"centerChannelBg": "#102030", "centerChannelColor": "#eeeeee"}), second["id"]
        )
        page.wait(f"{BACKGROUND} === '{CREAM}'")
        page.open(f"/{second['name']}")
        page.wait(f"{BACKGROUND} === 'rgb(16, 32, 48)'")
        readable(page)
        open_settings(page, "Display")
        page.sees(f"Only in the team {second['display_name']}", ".check")
        assert page.run("document.querySelector('form .check input').checked")
        page.click("form .check")
        page.click("form button", "Save")
        page.sees("Saved", ".toast")
        assert list(stored(world.ann)) == [""]
        page.click(".choice", "Light")
        page.wait(f"{BACKGROUND} === '{LIGHT}'")
        page.open(f"/{second['name']}")
        assert page.run(BACKGROUND) == LIGHT


def test_nothing_but_colours_comes_of_a_stored_theme(open_page: OpenPage, world: World) -> None:
    bad = [*HOSTILE, "url(//x)", "red;--bg:blue", "#12345", "#1234567", "#fff;", "var(--danger)", "expression(1)", ""]
    names = ("sidebarBg", "centerChannelBg", "__proto__", "constructor", "--bg", "</style><script>")
    with open_page(world.ann, world.path) as page:
        before = page.run(BACKGROUND)
        for text in ["{}", '{"a": "b"}', *(json.dumps(dict.fromkeys(names, one)) for one in bad)]:
            store(world.ann, text)
        page.open(world.path)
        page.sees("ben", ".post")
        assert (page.run(BACKGROUND), page.run("document.documentElement.style.length")) == (before, 0)
        open_settings(page, "Display")
        page.click(".choice", "Custom")
        for one in bad:
            page.fill("[name=theme-text]", json.dumps(dict.fromkeys(names, one) | {"linkColor": "#123456"}))
            assert all(re.fullmatch(r"light|dark|#[0-9a-f]{6}", value) for value in page.run(VALUES))
        assert page.run(NOTHING_RAN)
        odd = json.dumps({"colours": {"--bg": "url(//x)", "color": "#ffffff"}})
        page.run(f"localStorage.setItem('hubbub.colours', '{odd}')")
        page.run("document.documentElement.removeAttribute('style')")
        page.run((STATIC / "theme.js").read_text())
        assert set(page.run(VALUES)) == {"light"}


def test_a_phone_and_other_languages(open_page: OpenPage, world: World, findings: Findings) -> None:
    store(world.ann, json.dumps(BLUE))
    world.ann.put("/users/me/patch", {"locale": "de"})
    with open_page(world.ann, world.path, size=PHONE) as page:
        page.click(".back")
        page.wait(f"{SIDE} === '{NAVY}'")
        readable(page)
        page.click(".my-button")
        page.click(".menu-item", "Einstellungen")
        page.click("[role=tab]", "Anzeige")
        page.sees("Seitenleiste", ".swatch")
        assert findings(page) == []
        assert page.run("document.querySelector('dialog').scrollWidth <= innerWidth")


def test_built_in_themes_are_those_that_the_server_leaves(
    open_page: OpenPage, world: World, admin: Client, findings: Findings
) -> None:
    world.ben.create_post(world.channel, f"[link](https://example.com) @{world.ann.get('/users/me').json['username']}")
    names = ["denim", "sapphire", "quartz", "indigo", "onyx"]
    with open_page(world.ann, world.path) as page:
        open_settings(page, "Display")
        before = set()
        for name in names:
            page.click(f"[name=theme][value={name}]")
            page.wait(f"localStorage.getItem('hubbub.theme') === '{name}'")
            assert findings(page) == []
            readable(page)
            before.add(page.run(SIDE))
        assert len(before) == len(names)
        page.open(world.path)
        page.wait(f"{BACKGROUND} === 'rgb(18, 18, 18)'")
    limits = {"AllowedThemes": ["quartz", "Onyx"], "DefaultTheme": "onyx", "AllowCustomThemes": False}
    admin.put("/config/patch", {"ThemeSettings": limits}, expect=200)
    try:
        with open_page(world.ben, world.path) as page:
            page.wait(f"{BACKGROUND} === 'rgb(18, 18, 18)'")
            open_settings(page, "Display")
            offered = page.run("[...document.querySelectorAll('[name=theme]')].map((one) => one.value)")
            assert offered == ["quartz", "onyx"]
            page.click("[name=theme][value=quartz]")
            page.wait(f"{BACKGROUND} === 'rgb(255, 255, 255)'")
    finally:
        back = {"AllowedThemes": [], "DefaultTheme": "default", "AllowCustomThemes": True}
        admin.put("/config/patch", {"ThemeSettings": back}, expect=200)
