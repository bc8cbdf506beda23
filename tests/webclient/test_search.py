"""The search box: what may be written into it, what is found, what one reads when nothing is."""

from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World


def test_filters_are_offered_and_obeyed(open_page: OpenPage, world: World, findings: Findings) -> None:
    name = world.ben.get("/users/me").json["username"]
    world.ben.create_post(world.channel, "The kingfisher by https://example.com/river")
    world.ann.create_post(world.channel, "A kingfisher of mine")
    root = world.ben.create_post(world.channel, f"{'Herons, and so on. ' * 60} and then a Kingfisher at last")
    with open_page(world.ann, world.path) as page:
        page.press("Control+Shift+f")
        page.sees("written by somebody", ".search-help")
        assert findings(page) == []
        page.type("kingfisher ")
        page.click(".search-help button", "from:")
        page.type("be")
        page.click(".search-help button", f"@{name}")
        page.wait(f"document.querySelector('[name=terms]').value === 'kingfisher from:{name} '")
        page.press("Enter")
        page.sees("2 messages", ".results")
        assert page.texts(".result mark.hit") == ["Kingfisher", "kingfisher"]
        assert page.texts(".result .post-text")[0].startswith("… "), "the part with the hit is shown"
        assert findings(page) == []
        page.fill("[name=terms]", "kingfisher has:")
        page.sees("attached files", ".search-help")
        page.press("ArrowDown")
        page.press("Enter")
        page.wait("document.querySelector('[name=terms]').value === 'kingfisher has:link '")
        page.press("Enter")
        page.sees("1 message", ".results")
        page.fill("[name=terms]", "kingfisher on:")
        page.click(".search-help button", "Yesterday")
        page.press("Enter")
        page.sees("Nothing found", ".results")
        page.click("button", "Search without filters: kingfisher")
        page.sees("3 messages", ".results")
        page.click(".result a", "Jump")
        page.sees("at last", f".posts-frame .flash[data-id='{root['id']}']")


def test_many_results_come_page_by_page(open_page: OpenPage, world: World, findings: Findings) -> None:
    for number in range(33):
        world.ben.create_post(world.channel, f"sparrow {number}")
    with open_page(world.ann, world.path, size=PHONE, dark=True) as page:
        page.click(".channel-tools [title=Search]")
        page.fill("[name=terms]", "sparrow")
        page.press("Enter")
        page.sees("The newest 30 messages", ".results")
        page.click("button", "Show more")
        page.sees("33 messages", ".results")
        assert page.run("document.querySelectorAll('.result').length") == 33
        assert findings(page) == []
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        page.fill("[name=terms]", "in:")
        page.sees("Design", ".search-help")
