"""Reading from right to left: Persian pages, and texts of either direction on pages of the other."""

# ruff: noqa: RUF001  (Persian letters are what this is about)

from typing import Final

import pytest

from hubbub.core.testing import Client, LiveServer
from hubbub.tests.plugins.files.kit import picture, upload
from hubbub.tests.webclient.browser import DESK, PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World, write

SIDES: Final = """(() => {
    const middle = (selector) => {
        const { left, right, width } = document.querySelector(selector).getBoundingClientRect();
        return width && (left + right) / 2;
    };
    return [middle('.panel'), middle('.channel'), middle('.sidebar')];
})()"""
INSIDE: Final = """(() => {
    const { left, top, right, bottom } = document.querySelector('.popup, dialog[open]').getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
})()"""
"""Whether what is open lies in the window."""
SIDE_OF_TEXT: Final = """((selector, text) => {
    const block = [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(text));
    const range = document.createRange();
    range.selectNodeContents(block);
    const [words, box] = [range.getBoundingClientRect(), block.getBoundingClientRect()];
    return words.left - box.left < box.right - words.right ? 'left' : 'right';
})"""
"""Function of selector and text: the side of its block at which a text begins."""
ORDER: Final = """((selector, first, second) => {
    const texts = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    const place = (wanted) => {
        texts.currentNode = texts.root;
        for (let node = texts.nextNode(); node; node = texts.nextNode()) {
            const at = node.data.indexOf(wanted);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + wanted.length);
            return range.getBoundingClientRect().left;
        }
        throw new Error(`there is no ${wanted}`);
    };
    return place(first) < place(second) ? [first, second] : [second, first];
})"""
"""Function of a selector and two texts in one line there: the two, as they stand from left to right."""


def in_persian(*people: Client) -> None:
    """Make Persian the language of people."""
    for person in people:
        assert person.put("/users/me/patch", {"locale": "fa"}).json["locale"] == "fa"


def fits(page: Page) -> bool:
    """Say whether nothing can be scrolled sideways."""
    return bool(page.run("document.scrollingElement.scrollWidth <= innerWidth"))


def opens_inside(page: Page, selector: str, words: str) -> None:
    """Click, and see a popup or dialog with these words, all of it in the window."""
    page.click(selector)
    page.sees(words, ".popup, dialog")
    assert page.run(INSIDE)


def test_a_desk(open_page: OpenPage, world: World, findings: Findings) -> None:
    in_persian(world.ann)
    root = world.ben.create_post(world.channel, "کی؟ `now`")
    world.ben.create_post(world.channel, "فردا", root_id=root["id"])
    with open_page(world.ann, world.path) as page:
        assert page.run("[document.documentElement.lang, document.documentElement.dir]") == ["fa", "rtl"]
        page.sees("۱ پاسخ", ".thread-foot")
        page.click(".thread-foot")
        page.sees("فردا", ".panel")
        assert page.run(SIDES) == sorted(page.run(SIDES))
        assert page.run(
            "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)"
            "(document.querySelector('.panel .composer-tools'))"
        )
        assert findings(page) == []
        for button, words in ((".team-button", "ترک تیم"), (".my-button", "تنظیمات"), (".tool-smile", "آدم‌ها")):
            opens_inside(page, button, words)
            page.press("Escape")
        opens_inside(page, ".channel-name", "اعلان‌ها")
        page.press("Escape")
        page.click(".my-button")
        page.click(".menu-item", "تنظیمات")
        page.sees("تنظیمات", "dialog h2")
        assert page.run(INSIDE)
        assert page.run("document.querySelector('dialog .settings-tabs').getBoundingClientRect().left > innerWidth / 2")
        page.click("[role=tab]", "نمایش")
        page.press("ArrowLeft")
        page.wait("document.activeElement.textContent === 'نوار کناری'")
        assert findings(page) == []
        assert fits(page)


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone(open_page: OpenPage, world: World, findings: Findings, dark: bool) -> None:
    in_persian(world.ann)
    world.ben.create_post(world.channel, "سلام")
    with open_page(world.ann, world.path, size=PHONE, dark=dark) as page:
        page.sees("سلام", ".post")
        middle = "(({ left, right }) => (left + right) / 2 > innerWidth / 2)"
        assert page.run(f"{middle}(document.querySelector('.back').getBoundingClientRect())")
        assert fits(page)
        assert findings(page) == []
        page.click(".back")
        page.sees("پیام‌های مستقیم", ".category-name")
        opens_inside(page, ".my-button", "خروج")
        assert fits(page)
        assert findings(page) == []


def test_the_direction_is_there_before_anything_is_drawn(open_page: OpenPage, world: World) -> None:
    early = "window.early = document.documentElement.dir"
    in_persian(world.ann)
    with open_page(world.ann, world.path) as page:
        page.send(
            "Page.addScriptToEvaluateOnNewDocument",
            source=f"addEventListener('readystatechange', () => {{ {early} }}, {{ once: true, capture: true }})",
        )
        page.open(world.path)
        assert page.run("window.early") == "rtl"
        world.ann.put("/users/me/patch", {"locale": "en"})
        page.open(world.path)
        page.sees("Direct messages", ".category-name")
        assert page.run("[document.documentElement.dir, localStorage.getItem('hubbub.direction')]") == ["ltr", "ltr"]


@pytest.mark.parametrize("locale", ["fa", "en"])
def test_lines_begin_at_the_side_of_their_own_letters(open_page: OpenPage, world: World, locale: str) -> None:
    name = world.ben.get("/users/me").json["username"]
    persian, english = f"@{name} سلام، خوبی؟ https://example.com/a", "Two lines (of two):"
    world.ann.put("/users/me/patch", {"locale": locale})
    world.ben.create_post(world.channel, f"{persian}\n{english}")
    world.ben.create_post(world.channel, "> نقل\n\n1. یک\n2. `two`\n\n```\nls -l | wc\n```")
    world.ben.create_post(world.channel, "🎉 2:0")
    start, end = ("right", "left") if locale == "fa" else ("left", "right")
    with open_page(world.ann, world.path) as page:
        page.sees("🎉", ".post")
        assert page.run(f"{ORDER}('.post .markdown p', 'سلام', 'خوبی')") == ["خوبی", "سلام"]
        assert page.run(f"{ORDER}('.post .markdown p', 'Two', '):')") == ["Two", "):"]
        assert page.run(f"{SIDE_OF_TEXT}('.post p', '🎉')") == start
        assert page.run("getComputedStyle(document.querySelector('.post blockquote')).direction") == "rtl"
        assert page.run("getComputedStyle(document.querySelector('.post ol')).direction") == "rtl"
        assert page.run("getComputedStyle(document.querySelector('.post pre')).direction") == "ltr"
        page.fill("#composer", "سلام (ها)")
        assert page.run("document.querySelector('#composer').matches(':dir(rtl)')")
        page.fill("#composer", "x")
        assert page.run("document.querySelector('#composer').matches(':dir(ltr)')")
        page.fill("#composer", "")
        assert page.run("getComputedStyle(document.querySelector('#composer')).textAlign") == "start"
        assert page.run("getComputedStyle(document.querySelector('#composer')).direction") == (
            "rtl" if start == "right" else "ltr"
        )
        other = "hello!" if locale == "fa" else "سلام!"
        write(page, other)
        page.sees(other, ".post p")
        assert page.run(f"{SIDE_OF_TEXT}('.post p', '{other}')") == end


def test_names_in_sentences_keep_to_themselves(open_page: OpenPage, world: World, server: LiveServer) -> None:
    garden = server.create_channel(
        f"garden{world.channel['id'][:6]}",
        owner=world.ann,
        team=world.team,
        members=(world.ben,),
        display_name="باغ (بهار)",
    )
    with open_page(world.ann, f"/{world.team['name']}/channels/{garden['name']}") as page:
        page.sees("This is where", ".intro")
        assert page.run(f"{ORDER}('.intro p', 'begins', 'created')") == ["begins", "created"]
        assert page.run("document.querySelector('#composer').placeholder") == "Write to \u2068باغ (بهار)\u2069"
        assert (
            page.run("[...document.querySelectorAll('.channel-row bdi')].map((one) => one.textContent)").count(
                "باغ (بهار)"
            )
            == 1
        )
        in_persian(world.ann)
        page.open(world.path)
        page.sees("به کانال پیوست", ".system")
        name = page.run("document.querySelector('.system-text').textContent.match(/\\u2068(.+)\\u2069/)[1]")
        assert page.run(f"{ORDER}('.system-text', 'پیوست', '{name}')") == ["پیوست", name]


def test_the_next_picture_is_at_the_left(open_page: OpenPage, world: World) -> None:
    in_persian(world.ann)
    ids = [upload(world.ben, world.channel["id"], name, picture(300, 200))["id"] for name in ("one.png", "two.png")]
    world.ben.create_post(world.channel, "دو", file_ids=ids)
    with open_page(world.ann, world.path) as page:
        page.click(".thumb")
        page.sees("۱ از ۲", ".lightbox")
        page.press("ArrowLeft")
        page.sees("۲ از ۲", ".lightbox")
        page.press("ArrowRight")
        page.sees("۱ از ۲", ".lightbox")
        left = "document.querySelector('.step.next').getBoundingClientRect().right < innerWidth / 2"
        assert page.run(left)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_console(open_page: OpenPage, admin: Client, findings: Findings, size: tuple[int, int]) -> None:
    in_persian(admin)
    try:
        with open_page(admin, "/admin_console/health", size=size) as page:
            for path, words in (
                ("health", "سلامت"),
                ("statistics", "آمار"),
                ("settings/TeamSettings", "سایت، تیم‌ها و حساب‌ها"),
                ("users", "کاربران"),
                ("roles", "نقش‌ها و مجوزها"),
            ):
                page.open(f"/admin_console/{path}")
                page.sees(words, ".console-page h1")
                page.wait("!document.querySelector('[aria-busy=true]')")
                assert fits(page), path
                assert findings(page) == [], path
            if size == DESK:
                nav = "document.querySelector('.console-nav').getBoundingClientRect().left > innerWidth / 2"
                assert page.run(nav)
            page.open("/admin_console/settings/TeamSettings")
            page.wait("document.querySelector('[data-key*=SiteName] input')?.matches(':dir(ltr)')")
    finally:
        admin.put("/users/me/patch", {"locale": "en"})
