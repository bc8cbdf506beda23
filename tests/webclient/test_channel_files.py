"""The files of a channel in the panel: newest first, narrowed, opened, followed to their message, more and more."""

import pytest

from hubbub.tests.plugins.files.kit import picture, upload
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World
from hubbub.tests.webclient.test_hostile_texts import NOTHING_RAN
from hubbub.tests.webclient.test_look import NAMELESS, PALE

HOSTILE = "<img src=x onerror='window.pwned=1'>.txt"


def post_files(world: World, *names: str, text: str = "") -> str:
    """Post files (pictures where they are named so), each in a message; return the last message's id."""
    for name in names:
        content = picture(90, 60) if name.endswith(".png") else b"hello"
        info = upload(world.ben, world.channel["id"], name, content)
        post = world.ben.create_post(world.channel, text, file_ids=[info["id"]])
    return str(post["id"])


def listed(page: Page, *names: str) -> None:
    """Wait until the list has just these files, in this order."""
    found = "[...document.querySelectorAll('.channel-files .file-name')].map((one) => one.textContent).join('|')"
    page.wait(f"{found} === {'|'.join(names)!r}", f"{names}, not {page.texts('.channel-files .file-name')}")


@pytest.mark.parametrize("dark", [False, True])
def test_files_are_narrowed_and_opened_by_keyboard(
    open_page: OpenPage, world: World, findings: Findings, dark: bool
) -> None:
    other = world.server.create_channel(
        f"other-{world.team['name']}", owner=world.ann, team=world.team, members=(world.ben,)
    )
    world.ben.create_post(other, "", file_ids=[upload(world.ben, other["id"], "elsewhere.txt")["id"]])
    post_files(world, "plan.pdf", "one.png", "two words.png", "table.csv")
    with open_page(world.ann, world.path, dark=dark) as page:
        page.sees("table.csv", ".post")
        page.run("document.querySelector('.channel-tools [aria-label=Files]').focus()")
        page.press("Enter")
        listed(page, "table.csv", "two words.png", "one.png", "plan.pdf")
        page.wait("[...document.querySelectorAll('.file-thumb')].every((one) => one.naturalWidth > 0)")
        assert findings(page) + page.run(NAMELESS) + page.run(PALE) == []
        page.run("document.querySelector('[name=file-kind]').focus()")
        page.press("ArrowDown")
        listed(page, "two words.png", "one.png")
        page.run("document.querySelector('.channel-files .file-open').focus()")
        page.press("Enter")
        page.sees("1 of 2", ".lightbox")
        page.press("ArrowRight")
        page.sees("one.png", ".lightbox h2")
        page.press("Escape")
        page.wait("document.activeElement.matches('.channel-files .file-open')")
        page.fill("[name=file-name]", 'WORDS "two')
        listed(page, "two words.png")
        page.fill("[name=file-name]", "in:other")
        page.sees("Nothing found", ".panel")
        page.select("[name=file-kind]", "any")
        page.fill("[name=file-name]", "")
        listed(page, "table.csv", "two words.png", "one.png", "plan.pdf")
        post = post_files(world, HOSTILE)
        listed(page, HOSTILE, "table.csv", "two words.png", "one.png", "plan.pdf")
        assert page.run(NOTHING_RAN)
        world.ben.delete(f"/posts/{post}")
        listed(page, "table.csv", "two words.png", "one.png", "plan.pdf")


def test_more_are_loaded_and_lead_to_their_messages_on_a_phone(
    open_page: OpenPage, world: World, findings: Findings
) -> None:
    post_files(world, "first.txt", text="the very first")
    for number in range(4):
        ids = [upload(world.ben, world.channel["id"], f"{number}-{one}.txt")["id"] for one in range(10)]
        world.ben.create_post(world.channel, "", file_ids=ids)
    with open_page(world.ann, world.path, size=PHONE) as page:
        page.click(".channel-tools button", "About this channel")  # a phone's header has no room for more
        page.click(".info-way", "Files")
        page.wait("document.querySelectorAll('.channel-file').length === 30")
        assert findings(page) == []
        page.click(".panel button", "Show more")
        page.wait("document.querySelectorAll('.channel-file').length === 41")
        page.misses("Show more", ".panel button")
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        page.click(".channel-file:last-child .file-jump")
        page.sees("the very first", ".post")


def test_a_channel_without_files_says_so(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        page.click(".channel-tools button", "Files")
        page.sees("No files in this channel yet", ".panel")
        post_files(world, "new.txt")
        listed(page, "new.txt")
