"""What one sets for oneself."""

from pathlib import Path

from hubbub.core.testing import PASSWORD, Client
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World


def open_settings(page: Page, tab: str) -> None:
    """Open the settings at a tab."""
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
        ann.wait("document.querySelector('.my-button .status-dot.dnd') && true")
        ann.click(".my-button")
        ann.click(".menu-item", "Set a status")
        ann.click("dialog .suggested button", "Out for lunch")
        ann.click("dialog .primary", "Save")
        ann.sees("🍔", ".my-button")
        ben.sees("🍔", ".post-head")


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


# Notifications that are shown, and tones that are played, instead of seen and heard.
LISTEN = """
  window.shown = []; window.tones = 0;
  window.Notification = class { constructor(title, options) { shown.push(options.body); } static permission = "granted";
    static requestPermission() { return Promise.resolve("granted"); } };
  for (const kind of ["createOscillator", "createBufferSource"]) {
    const make = AudioContext.prototype[kind];
    AudioContext.prototype[kind] = function () { tones += 1; return make.call(this); };
  }
"""


def test_a_sound_comes_with_notifications_where_one_wants_it(
    open_page: OpenPage, world: World, findings: Findings
) -> None:
    other = world.server.create_channel(
        f"other-{world.team['name']}", owner=world.ann, team=world.team, members=(world.ben,)
    )
    at = f"@{world.ann.get('/users/me').json['username']}"
    with open_page(world.ann, world.path) as page:
        page.run(LISTEN)
        open_settings(page, "Notifications")
        page.click(".check", "Desktop notifications")
        page.run("document.querySelector('[name=sound]').focus()")
        page.press("ArrowDown")
        page.sees("Saved", ".toast")
        assert page.run("tones") == 5, "Crackle is played when it is chosen"
        page.press("Tab")
        page.press("Enter")
        assert page.run("tones") == 10
        assert world.ann.get("/users/me").json["notify_props"]["desktop_notification_sound"] == "Crackle"
        assert findings(page) == []
        page.press("Escape")

        def tones_for(text: str, *, notified: bool = True) -> int:
            page.run("tones = 0; shown.length = 0")
            world.ben.create_post(other, f"{at} {text}")
            end = world.ben.create_post(world.channel, f"after {text}")
            page.sees(end["message"], ".post")
            assert page.run("shown") == ([f"{at} {text}"] if notified else [])
            return int(page.run("tones"))

        assert tones_for("heard") == 5
        page.run("navigator.locks.request('hubbub.sound', () => 0)")  # until the tab may play again
        assert page.run("navigator.locks.query().then((all) => all.held.length)") == 0
        props = world.ann.get("/users/me").json["notify_props"]
        world.ann.put("/users/me/patch", {"notify_props": props | {"desktop_sound": "false"}})
        open_settings(page, "Notifications")
        page.wait("document.querySelector('.sound-row').hidden")
        page.press("Escape")
        assert tones_for("silent") == 0
        mine = f"/channels/{other['id']}/members/{world.ann.id}/notify_props"
        world.ann.put(mine, {"desktop_sound": "on", "desktop_notification_sound": "Hello"})
        page.open(world.path)
        page.run(LISTEN)
        page.click(".posts")
        assert tones_for("in this channel") == 2
        page.run("navigator.locks.request('hubbub.sound', () => 0)")
        world.ann.put("/users/me/status", {"user_id": world.ann.id, "status": "dnd"})
        page.wait("document.querySelector('.my-button .dnd') && true")
        assert tones_for("undisturbed", notified=False) == 0


def test_a_channel_tells_what_one_set_for_it(open_page: OpenPage, world: World, findings: Findings) -> None:
    other = world.server.create_channel(
        f"loud-{world.team['name']}", owner=world.ann, team=world.team, members=(world.ben,), display_name="Loud"
    )
    at = f"/{world.team['name']}/channels/{other['name']}"

    def open_dialog(page: Page) -> None:
        page.click(".channel-name")
        page.click(".menu-item", "Notifications")
        page.sees("Notifications of Loud", "dialog h2")

    def kept(*names: str) -> list[str]:
        props = world.ann.get(f"/channels/{other['id']}/members/{world.ann.id}").json["notify_props"]
        return [props[name] for name in names]

    with open_page(world.ann, at) as page:
        page.run(LISTEN)
        page.run("localStorage.setItem('hubbub.desktop', 'on')")
        open_dialog(page)
        assert findings(page) == []
        assert page.texts("dialog [name=desktop] option")[0] == "My default: Mentions"
        page.run("document.querySelector('dialog [name=desktop]').focus()")
        page.press("ArrowDown")  # every new message
        page.select("dialog [name=email]", "false")
        page.click("dialog .check", "Follow all threads")
        page.click("dialog .check", "Ignore @channel")
        page.click("dialog .primary", "Save")
        page.sees("Saved", ".toast")
        names = ("desktop", "push", "email", "mark_unread", "ignore_channel_mentions", "channel_auto_follow_threads")
        assert kept(*names) == ["all", "default", "false", "all", "on", "on"]

        def told(text: str) -> list[str]:
            page.run("shown.length = 0")
            world.ben.create_post(other, text)
            page.sees(world.ben.create_post(world.channel, f"after {text.strip('@')}")["message"], ".post")
            return list(page.run("shown"))

        page.click(".channel-row", "Design")
        page.sees("Design", ".channel-header h1")
        assert told("plain") == ["plain"]
        assert told("@channel listen") == ["@channel listen"]
        assert "Loud" in page.texts(".channel-row.unread"), "ignored as a mention"

        page.click(".channel-row", "Loud")
        page.sees("Loud", ".channel-header h1")
        open_dialog(page)
        page.select("dialog [name=desktop]", "none")
        page.click("dialog .primary", "Save")
        page.misses("Notifications of Loud", "dialog h2")
        page.click(".channel-row", "Design")
        page.sees("Design", ".channel-header h1")
        name = world.ann.get("/users/me").json["username"]
        assert told(f"@{name} psst") == []
        assert "Loud1" in page.texts(".channel-row.unread")

    with open_page(world.ann, at, size=PHONE) as page:
        open_dialog(page)
        page.click("dialog .check", "Mute")
        assert page.run("document.querySelector('dialog [name=desktop]').matches(':disabled')")
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        assert findings(page) == []
        page.click("dialog .primary", "Save")
        page.wait("document.querySelector('.muted-channel') && true")
        assert kept("mark_unread", "desktop", "ignore_channel_mentions") == ["mention", "none", "on"]
