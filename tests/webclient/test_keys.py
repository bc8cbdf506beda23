"""Each shortcut of the list does what the list says; what has the focus keeps it."""

from hubbub.tests.webclient.browser import Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World, write

FOCUSED = "document.activeElement.id"


def closes(page: Page, title: str) -> None:
    """See a dialog, close it, and find the focus where it was."""
    page.sees(title, "dialog h2")
    page.press("Escape")
    page.wait("!document.querySelector('dialog')")
    page.wait(f"{FOCUSED} === 'composer'")


def test_getting_around_by_keys(open_page: OpenPage, world: World, findings: Findings) -> None:
    lab = world.server.create_team(f"z-{world.team['name']}", owner=world.ann, display_name="Lab")
    with open_page(world.ann, world.path) as page:
        page.wait(f"{FOCUSED} === 'composer'")
        page.press("Control+/")
        page.sees("Getting around", "dialog")
        assert findings(page) == []
        closes(page, "Keyboard shortcuts")
        page.press("Control+k")
        closes(page, "Go to")
        page.press("Control+Shift+k")
        closes(page, "New direct message")
        page.press("Control+Shift+a")
        closes(page, "Settings")

        for keys, title in (
            ("Control+Shift+f", "Search"),
            ("Control+Shift+m", "Recent mentions"),
            ("Control+Alt+i", "About this channel"),
        ):
            page.press(keys)
            page.sees(title, ".panel h2")
        page.run("document.querySelector('.panel button').focus()")
        page.press("Escape")
        page.wait(f"document.querySelector('.panel').hidden && {FOCUSED} === 'composer'")

        page.press("Alt+ArrowDown")
        page.sees("Off-Topic", ".channel-header h1")
        page.press("Alt+ArrowUp")
        page.sees("Design", ".channel-header h1")
        world.ben.create_post(
            world.ben.get(f"/teams/{world.team['id']}/channels/name/town-square").json, "something new"
        )
        page.wait("document.querySelector('.channel-row.unread')?.textContent.includes('Town Square')")
        page.press("Alt+Shift+ArrowDown")
        page.sees("something new", ".post")
        world.ben.create_post(world.channel, "and more")
        page.wait("document.querySelector('.channel-row.unread')?.textContent.includes('Design')")
        page.press("Shift+Escape")
        page.wait("!document.querySelector('.channel-row.unread')")

        page.press("F6")
        page.wait(f"{FOCUSED} !== 'composer'")
        page.press("Control+Shift+l")
        page.wait(f"{FOCUSED} === 'composer'")
        page.press("Control+Alt+ArrowDown")
        page.wait(f"location.pathname.startsWith('/{lab['name']}/')")


def test_writing_by_keys(open_page: OpenPage, world: World, findings: Findings) -> None:
    root = world.ben.create_post(world.channel, "When do we meet?")
    with open_page(world.ann, world.path) as page:
        for keys, text in (
            ("Control+b", "****"),
            ("Control+i", "**"),
            ("Control+Shift+x", "~~~~"),
            ("Control+Alt+k", "[](https://)"),
        ):
            page.fill("#composer", "")
            page.press("Backspace")
            page.press(keys)
            assert page.run("document.querySelector('#composer').value") == text
        page.press("Control+Shift+e")
        page.wait("document.querySelector('.emoji-picker') && true")
        page.press("Escape")
        page.wait(f"!document.querySelector('.emoji-picker') && {FOCUSED} === 'composer'")

        page.run("(() => { document.querySelector('#composer').select(); })()")
        page.press("Backspace")
        page.press("Shift+ArrowUp")
        page.wait(f"{FOCUSED} === 'reply'")
        write(page, "At three", "#reply")
        page.sees("At three", ".panel .post-text")

        page.click(".channel-foot .tool-help")
        page.sees("let x = 1;", "dialog .code-block, dialog td:last-child")
        assert findings(page) == []
        page.press("Escape")
        page.wait("!document.querySelector('dialog')")

        page.click(".posts-frame .post-text", "When do we meet?")
        page.press("p")  # whoever clicks a message and types wants to write
        page.wait(f"{FOCUSED} === 'composer'")
        assert page.run("document.querySelector('#composer').value") == "p"
        assert world.ann.get(f"/posts/{root['id']}").json["is_pinned"] is False
