"""What the sidebar tells of the unread, what its menus do, and the teams beside it."""

from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World


def menu_of(page: Page, name: str, entry: str) -> None:
    """Choose from the menu of a channel or category of the sidebar."""
    page.hover(".sidebar .channel-row, .sidebar .category-name", name)
    page.click(".row-more, .category-more", f"Menu of {name}")
    page.click(".menu-item", entry)


def icon(page: Page) -> str:
    """Return the beginning of the address of the tab's icon."""
    return str(page.run("document.querySelector('link[rel=icon]').href.slice(0, 10)"))


def test_what_is_unread_is_told_and_marked_as_read(open_page: OpenPage, world: World, findings: Findings) -> None:
    me = world.ann.get("/users/me").json["username"]
    with open_page(world.ann, f"/{world.team['name']}/channels/town-square") as page:
        page.wait("!document.title.startsWith('(')")
        plain = icon(page)
        world.ben.create_post(world.channel, f"@{me} look")
        page.sees("1", ".channel-row .badge")
        page.wait("document.title.startsWith('(1)')")
        page.wait("document.querySelector('link[rel=icon]').href.startsWith('data:image/png')")
        menu_of(page, "Design", "Mark as read")
        page.misses("1", ".channel-row .badge")
        page.wait(f"document.querySelector('link[rel=icon]').href.startsWith('{plain}')")
        assert world.ann.get(f"/channels/{world.channel['id']}/members/me").json["mention_count"] == 0
        menu_of(page, "Design", "Mark as unread")
        page.wait("document.querySelector('.channel-row.unread')?.textContent.includes('Design')")
        page.hover(".category-name", "Channels")
        page.click(".category-more", "Menu of Channels")
        page.wait("document.querySelector('.menu') && true")
        assert findings(page) == []
        page.click(".menu-item", "Mark all as read")
        page.wait("!document.querySelector('.channel-row.unread')")

        menu_of(page, "Channels", "Mute category")
        page.wait("document.querySelectorAll('.muted-channel').length === 3")
        menu_of(page, "Channels", "Unmute category")
        page.wait("!document.querySelector('.muted-channel')")
        world.ben.create_post(world.channel, "the newest")
        menu_of(page, "Channels", "Sort by newest")
        page.wait("document.querySelector('.categories .channel-row').textContent.includes('Design')")


def test_unread_beyond_the_edge_of_the_list_is_said(open_page: OpenPage, world: World) -> None:
    for number in range(12):
        world.server.create_channel(f"a{number}", owner=world.ann, team=world.team, display_name=f"A {number:02}")
    with open_page(world.ann, f"/{world.team['name']}/channels/a0", size=(1000, 400)) as page:
        page.sees("A 11", ".channel-row")
        assert page.run("[...document.querySelectorAll('.more-unread')].every((one) => one.hidden)")
        world.ben.create_post(world.channel, "down here")
        page.click(".sidebar header button", "Show unread only")
        page.misses("A 11", ".channel-row")
        page.click(".filtered button", "Show all")
        page.sees("A 11", ".channel-row")
        page.click(".more-unread.below", "More unread")
        page.wait("document.querySelector('.more-unread.below').hidden")
        page.click(".channel-row", "Design")
        page.sees("down here", ".post")


def test_teams_are_beside_the_channels(open_page: OpenPage, world: World, findings: Findings) -> None:
    me = world.ann.get("/users/me").json["username"]
    lab = world.server.create_team(f"z-{world.team['name']}", owner=world.ben, members=(world.ann,), display_name="Lab")
    channels = world.ann.get(f"/users/me/teams/{lab['id']}/channels").json
    square = next(one for one in channels if one["name"] == "town-square")
    world.ann.post("/channels/members/me/mark_read", [one["id"] for one in channels])  # they tell of ann's coming
    with open_page(world.ann, world.path) as page, open_page(world.ann, world.path, size=PHONE, dark=True) as phone:
        page.wait("document.querySelectorAll('.team-tile').length === 2")
        world.ben.create_post(square, f"@{me} come over")
        page.sees("1", ".team-tile .badge")
        page.wait("document.title.startsWith('(1)')")
        phone.click(".back")
        phone.sees("1", ".team-tile .badge")
        assert findings(phone) == []
        page.click(".team-tile", "Lab")
        page.sees("Lab", ".team-button")
        page.misses("1", ".team-tile .badge")
        page.click(".team-button")
        page.wait("document.querySelectorAll('.menu-item .avatar').length === 2")
