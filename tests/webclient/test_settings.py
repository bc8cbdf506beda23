"""What one sets for oneself."""

from pathlib import Path

from hubbub.core.testing import PASSWORD, Client
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World


def open_settings(page: Page, tab: str) -> None:
    """Open the settings at a tab, once there is a page that no more closes its menus."""
    page.wait("document.querySelector('.channel-view') && true")
    page.click(".my-button")
    page.click(".menu-item", "Settings")
    page.click("[role=tab]", tab)


def test_the_profile_reaches_others_at_once(open_page: OpenPage, world: World) -> None:
    world.ann.create_post(world.channel, "hello")
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        open_settings(ann, "Profile")
        ann.fill("dialog [name=nickname]", "Annie")
        ann.press("Enter")
        ann.sees("Saved", ".toast")
        ann.choose("dialog [name=picture]", Path(__file__).parents[2] / "docs" / "images" / "first-start.png")
        ann.sees("Take it away", "dialog button")
        assert world.ann.get("/users/me").json["last_picture_update"] > 0
        ann.click("dialog button", "Take it away")
        ann.misses("Take it away", "dialog button")
        ben.click(".author", world.ann.get("/users/me").json["username"])
        ben.sees("Called Annie", ".profile")


def test_another_address_takes_the_password(
    open_page: OpenPage, world: World, admin: Client, findings: Findings
) -> None:
    name = world.ann.get("/users/me").json["username"]
    with open_page(world.ann, world.path, size=PHONE) as page:
        page.click(".back")
        open_settings(page, "Profile")
        assert not page.run("document.querySelector('dialog [name=password]').getClientRects().length")
        page.fill("dialog [name=email]", f"new-{name}@example.com")
        page.press("Enter")
        page.sees("Enter your current password", "[role=alert]")
        page.press("Tab")
        page.type("Wrong-horse-10")
        assert findings(page) == []
        page.press("Enter")
        page.sees("The password is wrong", "[role=alert]")
        page.fill("dialog [name=password]", PASSWORD)
        page.press("Enter")
        page.sees("Saved", ".toast")
        assert world.ann.get("/users/me").json["email"] == f"new-{name}@example.com"
        page.misses("Current password", "dialog label")

        try:
            admin.put("/config/patch", {"EmailSettings": {"RequireEmailVerification": True}}, expect=200)
            page.press("Escape")
            page.wait("!document.querySelector('dialog')")
            open_settings(page, "Profile")
            page.sees("has to be confirmed", "dialog .hint")
            page.fill("dialog [name=email]", f"newer-{name}@example.com")
            page.fill("dialog [name=password]", PASSWORD)
            page.press("Enter")
            page.sees(f"A mail is on its way to newer-{name}@example.com", ".toast")
            page.sees("isn't confirmed yet", "dialog .unconfirmed")
            assert page.run("document.documentElement.scrollWidth <= innerWidth")
            assert findings(page) == []
        finally:
            admin.put("/config/patch", {"EmailSettings": {"RequireEmailVerification": False}}, expect=200)


def test_a_new_password_works_from_then_on(open_page: OpenPage, world: World) -> None:
    name = world.ann.get("/users/me").json["username"]
    with open_page(world.ann, world.path) as page:
        open_settings(page, "Password")
        page.fill("dialog [name=current]", PASSWORD)
        page.fill("dialog [name=new]", "Another-horse-10")
        page.fill("dialog [name=again]", "Another-horse-11")
        page.press("Enter")
        page.sees("differ", "[role=alert]")
        page.fill("dialog [name=again]", "Another-horse-10")
        page.press("Enter")
        page.sees("Your password is changed", ".toast")
    world.server.client().login(name, "Another-horse-10", expect=200)


def test_another_session_can_be_ended(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        open_settings(page, "Sessions")
        page.wait("document.querySelectorAll('.session-list .pick').length >= 2")
        before = len(page.texts(".session-list .pick"))
        page.click(".session-list li:last-child button", "Sign out")
        page.click("dialog .danger", "Sign out")
        page.wait(f"document.querySelectorAll('.session-list .pick').length === {before - 1}")


def test_a_status_of_ones_own_words(open_page: OpenPage, world: World) -> None:
    world.ann.create_post(world.channel, "hello")
    with open_page(world.ann, world.path) as ann, open_page(world.ben, world.path) as ben:
        ann.click(".my-button")
        ann.click(".menu-item", "Do not disturb")
        ann.click(".menu-item", "For an hour")
        ann.wait("document.querySelector('.my-button .status-dot.dnd') && true")
        assert world.ann.get("/users/me/status").json["dnd_end_time"] > 0
        ann.click(".my-button")
        ann.click(".menu-item", "Set a status")
        ann.click("dialog .primary", "Save")
        ann.sees("Choose an emoji or write something", "[role=alert]")
        ann.select("dialog [name=duration]", "date_and_time")
        ann.click("dialog .suggested button", "In a meeting")
        ann.select("dialog [name=duration]", "date_and_time")
        ann.click("dialog .primary", "Save")
        ann.sees("Choose a time to come", "[role=alert]")
        ann.click("dialog .suggested button", "Out for lunch")
        ann.click("dialog .primary", "Save")
        ann.sees("🍔", ".my-button")
        ben.sees("🍔", ".post-head")
        ben.click(".author")
        ben.sees("until ", ".profile")
        ann.wait("!document.querySelector('dialog')")
        ann.click(".my-button")
        ann.click(".menu-item", "Out for lunch")
        ann.sees("until ", "dialog")
        ann.click("dialog button", "Clear status")
        ben.misses("🍔", ".post-head")


def test_names_are_shown_as_one_likes(open_page: OpenPage, world: World) -> None:
    world.ben.put("/users/me/patch", {"first_name": "Ben", "last_name": "Wyatt"})
    world.ben.create_post(world.channel, "hello")
    with open_page(world.ann, world.path) as page:
        open_settings(page, "Display")
        page.click("dialog .choice", "Full name")
        page.sees("Ben Wyatt", ".author")


def test_an_access_token_is_made_shown_once_and_removed(open_page: OpenPage, world: World, admin: Client) -> None:
    roles = "system_user system_user_access_token"
    with open_page(world.ann, world.path) as page:
        page.click(".my-button")
        page.click(".menu-item", "Settings")
        page.misses("Access tokens", "[role=tab]")
    admin.put(f"/users/{world.ann.id}/roles", {"roles": roles})
    with open_page(world.ann, world.path) as page:
        open_settings(page, "Access tokens")
        page.sees("You have no tokens", ".settings-page")
        page.click("dialog .primary", "Create token")
        page.sees("Say what the token is for", "[role=alert]")
        page.fill("dialog [name=description]", "backup script")
        page.press("Enter")
        secret = page.wait("document.querySelector('.settings-page input[readonly]')?.value")
        program = world.server.client()
        program.token = secret
        assert program.get("/users/me").json["id"] == world.ann.id
        page.sees("backup script", ".session-list")
        assert secret not in page.run("document.querySelector('.session-list').textContent")
        page.click("button", "Turn off")
        page.sees("Turned off", ".session-list")
        program.get("/users/me", expect=401)
        page.click("button[aria-label='Delete: backup script']")
        page.click("dialog .danger", "Delete token")
        page.sees("You have no tokens", ".settings-page")


def test_a_team_gets_an_icon_that_all_see_at_once(open_page: OpenPage, world: World, findings: Findings) -> None:
    town_square = f"/{world.team['name']}/channels/town-square"
    with open_page(world.ann, world.path) as ann, open_page(world.ben, town_square, size=PHONE) as ben:
        ben.click(".channel-name")
        ben.sees("Members", ".menu-item")
        assert not any("Make p" in text for text in ben.texts(".menu-item"))
        ben.press("Escape")
        ben.click(".back")
        ann.click(".team-button")
        ann.click(".menu-item", "Team settings")
        ann.choose("dialog [name=picture]", Path(__file__).parents[2] / "docs" / "images" / "first-start.png")
        ann.sees("Take it away", "dialog button")
        ann.wait("document.querySelector('dialog img.avatar').naturalWidth > 0")
        assert findings(ann) == []
        ben.wait("document.querySelector('.team-button img.avatar')?.naturalWidth > 0")
        assert findings(ben) == []
        assert ben.run("document.documentElement.scrollWidth <= innerWidth")
        ann.fill("dialog [name=display_name]", "Crew")
        ann.press("Enter")
        ben.sees("Crew", ".team-button")
        ann.wait("!document.querySelector('dialog') && document.querySelector('.team-button img.avatar') && true")
        ann.click(".team-button")
        ann.click(".menu-item", "Team settings")
        ann.click("dialog button", "Take it away")
        ann.misses("Take it away", "dialog button")
        ben.wait("!document.querySelector('.team-button .avatar')")


def test_messages_and_the_sidebar_are_shown_as_one_likes(open_page: OpenPage, world: World, findings: Findings) -> None:
    other = world.server.create_channel(
        f"quiet-{world.team['name']}", owner=world.ann, team=world.team, members=(world.ben,), display_name="Quiet"
    )
    lines = "\n".join(f"line {number}" for number in range(80))
    world.ann.create_post(world.channel, f"![a map](http://127.0.0.1:1/map.png =40x40)\n{lines}")
    with open_page(world.ann, world.path) as page:
        page.sees("Show more", ".show-more")
        assert page.run("document.querySelector('.post-text.long').clientHeight") < 500
        page.click(".show-more")
        page.sees("Show less", ".show-more[aria-expanded=true]")
        assert findings(page) == []
        open_settings(page, "Display")
        page.click("dialog .choice", "Compact")
        page.sees("Saved", ".toast")
        page.wait("!document.querySelector('.posts .picture').getClientRects().length")
        page.click("[name=collapse_previews]")
        page.click("[role=tab]", "Sidebar")
        page.click("[name=show_unread_section]")
        page.click("[name=limit_visible_dms_gms][value='10']")
        page.sees("Saved", ".toast")
        assert findings(page) == []
        page.press("Escape")
        world.ben.create_post(other, "news")
        page.sees("Quiet", ".category:first-child .unread")
        page.click(".category:first-child .channel-row", "Quiet")
        page.sees("Quiet", ".channel-header h1")
        page.click(".channel-row", "Design")
        page.misses("Unread", ".category-name")
    kept = {(one["category"], one["name"]): one["value"] for one in world.ann.get("/users/me/preferences").json}
    assert kept["display_settings", "message_display"] == "compact"
    assert kept["display_settings", "collapse_previews"] == "true"
    assert kept["sidebar_settings", "limit_visible_dms_gms"] == "10"
