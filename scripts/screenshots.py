#!/usr/bin/env python3
"""Make the pictures of docs/images anew: `.venv/bin/python scripts/screenshots.py`.

Needs Chromium and a font with emoji (Debian: fonts-noto-color-emoji).
"""

# ruff: noqa: E402, RUF001  (patching comes first; Persian letters are meant)
from hubbub.core.patching import patch

patch()

import time
from pathlib import Path
from typing import Any, Final

from PIL import Image

from hubbub.core.testing import Client, LiveServer
from hubbub.tests.webclient.browser import DESK, PHONE, Chromium, Page, executable
from hubbub.tests.webclient.kit import sign_in

IMAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
PATH: Final = "/heron/channels/design"
CODE: Final = "```css\n.title { margin-block-start: 2rem; }\n```"
STEPS: Final = "Two small things, I'll write them down:\n1. more room above the title\n2. the button says *Send*"
TABLE: Final = "| Task | Who | Days |\n|:--|:--|--:|\n| Header | @ann | 2 |\n| Footer | @ben | 1 |"


def furnish(server: LiveServer) -> tuple[Client, Client]:
    """Make people who talk; return two of them."""
    ann, ben, cleo, dan = (server.create_user(name) for name in ("ann", "ben", "cleo", "dan"))
    others = (ben, cleo, dan)
    team = server.create_team("heron", owner=ann, members=others, display_name="Blue Heron")

    def channel(name: str, title: str, **more: Any) -> Any:
        return server.create_channel(name, owner=ann, team=team, members=others, display_name=title, **more)

    design = channel("design", "Design", header="Sketches and reviews · next review **Thursday**")
    launch = channel("launch", "Launch plan", type="P")
    channel("garden", "Garden")
    channel("releases", "Releases")
    ben.create_post(design, "Morning! Has anybody looked at the new header yet?")
    ann.create_post(design, f"Yes, and I like it. {STEPS}\n\n{CODE}")
    root = cleo.create_post(design, "Can we move the review to **Thursday**? I am travelling tomorrow :airplane:")
    ben.create_post(design, "Thursday works for me", root_id=root["id"])
    dan.create_post(design, "For me too :+1:", root_id=root["id"])
    dan.create_post(design, TABLE)
    ben.create_post(design, "Looks good, thanks! :tada: See you in ~launch")
    ben.create_post(launch, "@ann the date is set")
    for other in (ben, cleo):
        talk = other.post("/channels/direct", [other.id, ann.id]).json
        other.create_post(talk, "Do you have five minutes?")
    ann.post("/channels/members/me/view", {"channel_id": design["id"]})
    return ann, ben


def furnish_persian(server: LiveServer) -> Client:
    """Make people who talk in two directions; return one whose language is Persian."""
    sara, reza, kim = (server.create_user(name, locale="fa") for name in ("sara", "reza", "kim"))
    for person, first, last in ((sara, "سارا", "احمدی"), (reza, "رضا", "کریمی"), (kim, "Kim", "Berger")):
        person.put("/users/me/patch", {"first_name": first, "last_name": last})
    style = {"user_id": sara.id, "category": "display_settings", "name": "name_format", "value": "full_name"}
    sara.put("/users/me/preferences", [style])
    others = (reza, kim)
    team = server.create_team("simorgh", owner=sara, members=others, display_name="سیمرغ")
    for name, title in (("garden", "باغ"), ("releases", "Releases")):
        server.create_channel(name, owner=sara, team=team, members=others, display_name=title)
    design = server.create_channel(
        "tarh", owner=sara, team=team, members=others, display_name="طراحی", header="طرح‌ها · بازبینی بعدی **پنجشنبه**"
    )
    reza.create_post(design, "سلام! کسی سربرگ تازه را دیده است؟")
    sara.create_post(design, f"بله، خوب شده است:\n1. فضای بیشتر بالای عنوان\n2. دکمهٔ *Send*\n\n{CODE}")
    root = kim.create_post(design, "Can we move the review to **Thursday**? I am travelling tomorrow :airplane:")
    reza.create_post(design, "@kim پنجشنبه خوب است", root_id=root["id"])
    sara.create_post(design, "برای من هم :+1:", root_id=root["id"])
    reza.create_post(design, "| کار | چه کسی | روز |\n|:--|:--|--:|\n| سربرگ | @sara | 2 |\n| Footer | @kim | 1 |")
    talk = reza.post("/channels/direct", [reza.id, sara.id]).json
    reza.create_post(talk, "پنج دقیقه وقت داری؟")
    sara.post("/channels/members/me/view", {"channel_id": design["id"]})
    return sara


def take(page: Page, name: str) -> None:
    """Save a picture once everything is loaded."""
    page.point(700, 30)
    time.sleep(1)
    path = IMAGES / f"{name}.png"
    page.picture(path)
    with Image.open(path) as whole:  # a third of the size, and nobody sees the difference
        small = whole.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def take_console(browser: Chromium, server: LiveServer, admin: Client) -> None:
    """Make the pictures of the admin console."""
    admin.put("/config/patch", {"TeamSettings": {"SiteName": "Hubbub"}})
    for name, path, size, dark in (
        ("console-settings", "settings/TeamSettings", DESK, False),
        ("console-statistics-dark", "statistics", DESK, True),
        ("console-users-phone", "users", PHONE, False),
        ("console-plugins-phone-dark", "plugins", PHONE, True),
    ):
        with browser.page(server.url, size, dark=dark) as page:
            sign_in(page, admin)
            page.open(f"/admin_console/{path}")
            page.wait("document.querySelector('.console-page h1') && !document.querySelector('[aria-busy=true]')")
            take(page, name)


def main() -> None:
    """Make all pictures."""
    program = executable()
    if program is None:
        raise SystemExit("screenshots.py: this needs Chromium (apt-get install chromium fonts-noto-color-emoji)")
    IMAGES.mkdir(exist_ok=True)
    browser = Chromium(program)
    try:
        with LiveServer() as server, browser.page(server.url) as first:
            first.open("/")
            first.sees("Create the first account")
            take(first, "first-start")
            ann, ben = furnish(server)
            sign_in(first, ben)
            first.open("/heron/channels/town-square")  # so that somebody is online
            for name, size, dark in (
                ("desk-light", DESK, False),
                ("desk-dark", DESK, True),
                ("phone-dark", PHONE, True),
            ):
                with browser.page(server.url, size, dark=dark) as page:
                    sign_in(page, ann)
                    page.open(PATH)
                    page.sees("Looks good", ".post")
                    if name == "desk-light":
                        page.click(".thread-foot")
                        page.sees("For me too", ".panel")
                    take(page, name)
            take_console(browser, server, ann)
            sara = furnish_persian(server)
            with browser.page(server.url) as page:
                sign_in(page, sara)
                page.open("/simorgh/channels/tarh")
                page.click(".thread-foot")
                page.sees("برای من هم", ".panel")
                take(page, "desk-right-to-left")
    finally:
        browser.close()


if __name__ == "__main__":
    main()
