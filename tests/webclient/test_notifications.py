"""What one is told of: on the desk with its sound, per channel, by phone and mail, by words."""

from hubbub.core.testing import Client
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World
from hubbub.tests.webclient.test_settings import open_settings

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
        page.wait("document.querySelector('.sound-row')?.hidden")
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
        page.select("dialog [name=desktop_threads]", "mention")
        page.select("dialog [name=sound]", "Hello")
        assert page.run("tones") == 2, "a sound is played when it is chosen"
        page.click("dialog .check", "Follow all threads")
        page.click("dialog .check", "Ignore @channel")
        page.click("dialog .primary", "Save")
        page.sees("Saved", ".toast")
        names = ("desktop", "push", "email", "mark_unread", "ignore_channel_mentions", "channel_auto_follow_threads")
        assert kept(*names) == ["all", "default", "false", "all", "on", "on"]
        assert kept("desktop_threads", "desktop_sound", "desktop_notification_sound") == ["mention", "on", "Hello"]

        def told(text: str, root_id: str = "") -> list[str]:
            page.run("shown.length = 0")
            world.ben.create_post(other, text, root_id=root_id)
            page.sees(world.ben.create_post(world.channel, f"after {text.strip('@')}")["message"], ".post")
            return list(page.run("shown"))

        page.click(".channel-row", "Design")
        page.sees("Design", ".channel-header h1")
        assert told("plain") == ["plain"]
        assert told("@channel listen") == ["@channel listen"]
        root = world.ann.create_post(other, "My own thread")["id"]
        assert told("a reply", root) == []
        reply = f"@{world.ann.get('/users/me').json['username']} a reply"
        assert told(reply, root) == [reply]
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
        assert "Loud 1" in page.texts(".channel-row.unread")

    with open_page(world.ann, at, size=PHONE) as page:
        open_dialog(page)
        page.click("dialog .check", "Mute")
        assert page.run("document.querySelector('dialog [name=desktop]').matches(':disabled')")
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        assert findings(page) == []
        page.click("dialog .primary", "Save")
        page.wait("document.querySelector('.muted-channel') && true")
        assert kept("mark_unread", "desktop", "ignore_channel_mentions") == ["mention", "none", "on"]


def test_what_one_is_told_of_is_kept_for_every_client(
    open_page: OpenPage, world: World, admin: Client, findings: Findings
) -> None:
    teams = {"TeamSettings": {"ExperimentalEnableAutomaticReplies": True}}
    admin.put("/config/patch", teams | {"EmailSettings": {"SendPushNotifications": True}}, expect=200)
    world.ann.put("/users/me/patch", {"first_name": "Ann"})

    def props(*names: str) -> list[str]:
        found = world.ann.get("/users/me").json["notify_props"]
        return [found.get(name, "") for name in names]

    def saved(page: Page, *names: str, kept: list[str]) -> None:
        page.sees("Saved", ".toast")
        assert props(*names) == kept
        page.run("document.querySelector('.toast').remove()")

    with open_page(world.ann, world.path, size=PHONE, dark=True) as page:
        page.click(".back")
        open_settings(page, "Notifications")
        page.click("[name=push][value=all]")
        saved(page, "push", kept=["all"])
        page.click("[name=push_status][value=away]")
        saved(page, "push_status", kept=["away"])
        page.click("[name=push_threads]")
        saved(page, "push_threads", kept=["mention"])
        page.click("[name=email][value=never]")
        saved(page, "email", kept=["false"])
        page.click("[name=first_name]")
        saved(page, "first_name", kept=["true"])
        page.click("[name=channel]")
        saved(page, "channel", kept=["false"])
        assert findings(page) == []
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        page.fill("dialog [name=mention_keys]", "lunch, boat ,lunch")
        page.fill("dialog [name=highlight_keys]", "river")
        page.press("Enter")
        saved(page, "mention_keys", "highlight_keys", kept=["lunch,boat", "river"])
        page.click("[name=auto_responder_active]")
        page.fill("dialog [name=auto_responder_message]", "")
        page.click("section:last-child .primary", "Save")
        page.sees("Write what is to be answered", "[role=alert]")
        page.fill("dialog [name=auto_responder_message]", "Back on Monday")
        page.click("section:last-child .primary", "Save")
        saved(page, "auto_responder_active", "auto_responder_message", kept=["true", "Back on Monday"])
        page.press("Escape")
        world.ben.create_post(world.channel, "Boats wait at the river, a boat for Ann")
        page.click(".channel-row", "Design")
        page.sees("river", ".post mark")
        assert page.texts(".post .mention.mine") == ["boat", "Ann"]
