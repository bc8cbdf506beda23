"""Phones, dark rooms, keyboards, screen readers."""

import pytest

from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import OpenPage, World, write

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(24, 24, 28)"

# What a screen reader would find nameless, and texts whose contrast is below WCAG's 4.5 : 1.
NAMELESS = """
[...document.querySelectorAll("button, a[href], input, textarea, select, [role=dialog], nav, aside")]
  .filter((e) => e.getClientRects().length && !e.closest("[aria-hidden=true]"))
  .filter((e) => !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby"))
  .filter((e) => !e.textContent.trim() && !e.labels?.length)
  .map((e) => e.outerHTML.slice(0, 120))
"""
PALE = """
(() => {
  const light = (c) => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const back = (e) => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c.startsWith("rgb(")) return parse(c);
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("*")].filter((e) => e.getClientRects().length && !e.closest(".sr-only, .skip, :disabled")
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && getComputedStyle(e).opacity === "1");
  const bad = texts.filter((e) => {
    const color = getComputedStyle(e).color;
    if (!color.startsWith("rgb(")) return false;
    const [a, b] = [lum(parse(color)), lum(back(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < 4.5;
  });
  return bad.map((e) => e.className + ": " + e.textContent.slice(0, 40));
})()
"""  # noqa: E501  (JavaScript, kept as it is written there)


def test_a_phone_shows_one_thing_at_a_time(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "hello phone " + "long-word-" * 40)
    with open_page(world.ann, world.path, size=PHONE) as page:
        # Browsers offer to keep it among the apps; "in-incognito" is how this test opens it.
        assert page.send("Page.getAppManifest")["errors"] == []
        said = page.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [one["errorId"] for one in said] == ["in-incognito"]
        page.sees("hello phone", ".post")
        page.misses("Direct messages", ".category-name")
        page.click(".back")
        page.sees("Direct messages", ".category-name")
        page.misses("hello phone", ".post")
        page.click(".channel-row", "Town Square")
        page.sees("Town Square", ".channel-header")
        page.click(".back")
        page.click(".channel-row", "Design")
        page.click(".post", "hello phone")
        page.click(".post-actions button", "Reply")
        page.sees("Thread", ".panel h2")
        assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_dark_follows_the_system_unless_chosen(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path, dark=True) as page:
        assert page.run(BACKGROUND) == DARK
        page.click(".my-button")
        page.click(".menu-item", "Settings")
        page.click("[role=tab]", "Display")
        page.click(".choice", "Light")
        page.wait(f"{BACKGROUND} === '{LIGHT}'")
        page.open(world.path)
        assert page.run(BACKGROUND) == LIGHT


@pytest.mark.parametrize("dark", [False, True])
def test_everything_has_a_name_and_enough_contrast(open_page: OpenPage, world: World, dark: bool) -> None:
    name = world.ann.get("/users/me").json["username"]
    world.ben.create_post(
        world.channel, f"@{name} see `code`, [link](https://example.com)\n\n> quote\n\n```\nblock\n```"
    )
    with open_page(None, "/login", dark=dark) as page:
        assert page.run(NAMELESS) + page.run(PALE) == []
    with open_page(world.ann, world.path, dark=dark) as page:
        page.sees("quote", "blockquote")
        page.hover(".post", "quote")
        page.click(".post-actions button", "Reply")
        page.sees("No replies yet")
        assert page.run(NAMELESS) + page.run(PALE) == []
        page.click(".my-button")
        page.click(".menu-item", "Settings")
        page.sees("Nickname", "label")
        assert page.run(NAMELESS) + page.run(PALE) == []


def test_the_keyboard_is_enough(open_page: OpenPage, world: World) -> None:
    world.ben.create_post(world.channel, "Is lunch at one?")
    with open_page(world.ann, f"/{world.team['name']}/channels/town-square") as page:
        page.press("Control+k")
        page.sees("Go to", "dialog h2")
        page.type("desi")
        page.sees("Design", ".switch-row")
        page.press("Enter")
        page.sees("Is lunch at one?", ".post")
        page.wait("document.activeElement.id === 'composer'")
        page.press("Shift+F6")  # from the text to the messages
        page.press("ArrowUp")
        page.wait("document.activeElement.textContent.includes('Is lunch at one?')")
        page.press("r")
        page.wait("document.activeElement.id === 'reply'")
        write(page, "yes", "#reply")
        page.sees("1 reply", ".panel .separator")
        page.press("Escape")
        page.misses("Thread", ".panel h2")
        page.wait("document.activeElement.id === 'composer'")
        page.press("Alt+ArrowDown")
        page.misses("Is lunch at one?", ".post")


def test_a_new_message_is_announced(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        world.ben.create_post(world.channel, "listen")
        page.wait("document.querySelector('#announcer[aria-live=polite]')?.textContent.endsWith(': listen')")


def test_other_languages(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        for locale, words in {"de": "Direktnachrichten", "es": "Mensajes directos"}.items():
            world.ann.put("/users/me/patch", {"locale": locale})
            page.open(world.path)
            page.sees(words, ".category-name")
            assert page.run("document.documentElement.lang") == locale
