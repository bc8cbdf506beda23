"""Channels and people: made, found, named, joined, left, archived."""

from typing import Final

from hubbub.core.testing import PASSWORD, Client, LiveServer
from hubbub.tests.webclient.browser import PHONE, Page
from hubbub.tests.webclient.kit import Findings, OpenPage, World

TABLET: Final = (820, 1000)


def choose(page: Page, name: str) -> None:
    """Choose from the menu of the open channel."""
    page.wait("!document.querySelector('dialog')")
    page.click(".channel-name")
    page.click(".menu-item", name)


def test_a_channel_from_its_making_to_its_archive(open_page: OpenPage, world: World, findings: Findings) -> None:
    with open_page(world.ann, world.path) as page:
        page.click(".sidebar header .icon-button", "Add channels")
        page.click(".menu-item", "Create a channel")
        page.fill("dialog [name=name]", "Größe & Form")
        page.click("dialog .choice", "Private")
        page.press("Enter")
        page.sees("Größe & Form", ".channel-header h1")
        assert page.run("location.pathname").endswith("/channels/gro-e-form")

        choose(page, "Rename")
        page.fill("dialog [name=display_name]", "Size")
        page.press("Enter")
        page.sees("Size", ".channel-header h1")
        choose(page, "Edit header")
        page.fill("dialog [name=header]", "All about **size**")
        page.click("dialog .primary", "Save")
        page.sees("size", ".channel-about strong")

        def kind() -> str:
            return str(world.ann.get(f"/teams/{world.team['id']}/channels/name/gro-e-form").json["type"])

        choose(page, "Make public")
        page.sees("read all that was ever written", "dialog")
        page.press("Escape")
        assert kind() == "P"
        choose(page, "Make public")
        page.click("dialog .danger", "Make public")
        page.sees("made this channel public", ".post.system")
        assert kind() == "O"
        choose(page, "Make private")
        assert findings(page) == []
        page.press("Enter")
        page.sees("made this channel private", ".post.system")
        assert kind() == "P"

        choose(page, "Archive channel")
        page.click("dialog .danger")
        page.sees("This channel is archived", ".archived")
        assert not page.run("document.querySelector('.channel-view .composer') && true")
        page.open(world.path)
        page.misses("Size", ".channel-row")
        page.click(".sidebar header .icon-button", "Add channels")
        page.click(".menu-item", "Browse channels")
        page.click("dialog .segments button", "Archived")
        page.click("dialog .pick button", "Open Size")
        page.sees("Archived", ".channel-header .tag")
        page.click(".archived button", "Unarchive")
        page.sees("Size", ".channel-row")
        page.wait("document.querySelector('#composer') && true")


def test_a_channel_is_found_joined_and_left(open_page: OpenPage, world: World) -> None:
    world.server.create_channel("garden", owner=world.ben, team=world.team, display_name="Garden", purpose="Plants")
    with open_page(world.ann, world.path) as page:
        page.click(".sidebar header .icon-button", "Add channels")
        page.click(".menu-item", "Browse channels")
        page.fill("dialog input[type=search]", "gard")
        page.sees("Plants", ".pick")
        page.click(".pick button", "Join")
        page.sees("Garden", ".channel-row")
        page.sees("joined the channel", ".post.system")
        choose(page, "Leave channel")
        page.click("dialog .danger", "Leave channel")
        page.misses("Garden", ".channel-row")
        page.sees("Town Square", ".channel-header h1")


def test_somebody_is_added_and_removed_and_sees_it_at_once(open_page: OpenPage, world: World) -> None:
    ben_name = world.ben.get("/users/me").json["username"]
    room = world.server.create_channel("attic", owner=world.ann, team=world.team, display_name="Attic", type="P")
    with (
        open_page(world.ann, f"/{world.team['name']}/channels/{room['name']}") as ann,
        open_page(world.ben, world.path) as ben,
    ):
        ann.click(".channel-tools button", "Members")
        ann.click(".panel button", "Add people")
        ann.fill("dialog .picker input", ben_name)
        ann.press("Enter")
        ann.sees(ben_name, "dialog .pill")
        ann.sees(ben_name, "dialog .pill")
        ann.click("dialog .primary", "Add")
        ann.sees(f"@{ben_name}", ".panel .member-row")
        ben.click(".channel-row", "Attic")
        ben.sees("Attic", ".channel-header h1")
        ann.click(".panel .member button", f"Remove {ben_name}")
        ann.click("dialog .danger", "Remove")
        ben.misses("Attic", ".channel-row")
        ben.misses("Attic", ".channel-header h1")


def test_favourites_and_muted_channels(open_page: OpenPage, world: World) -> None:
    with open_page(world.ann, world.path) as page:
        choose(page, "Add to favorites")
        page.sees("Favorites", ".category-name")
        choose(page, "Mute")
        page.wait("document.querySelector('.muted-channel')?.textContent.includes('Design')")
        page.open(f"/{world.team['name']}/channels/town-square")
        page.sees("Favorites", ".category-name")
        world.ben.create_post(world.channel, "quiet")
        world.ben.create_post(world.channel, "loud", root_id="")
        off_topic = world.ben.get(f"/teams/{world.team['id']}/channels/name/off-topic").json
        world.ben.create_post(off_topic, "hear me")
        page.wait("document.querySelector('.channel-row.unread')?.textContent.includes('Off-Topic')")
        assert page.texts(".channel-row.unread .grow") == ["Off-Topic"]


def test_a_group_talk(open_page: OpenPage, world: World) -> None:
    cleo = world.server.create_user(f"cleo-{world.team['name']}")
    world.ann.post(f"/teams/{world.team['id']}/members", {"team_id": world.team["id"], "user_id": cleo.id})
    with open_page(world.ann, world.path) as page:
        page.click(".category-head button", "New direct message")
        for person in (world.ben, cleo):
            name = person.get("/users/me").json["username"]
            page.fill("dialog .picker input", name)
            page.press("Enter")  # at once, with the list as it was for fewer letters
            page.sees(name, "dialog .pill")
        page.click("dialog .primary", "Open")
        page.sees("this group begins", ".intro")
        page.click(".channel-tools button", "About this channel")
        page.click(".info-action", "Add people")  # a talk with more of them is another talk
        page.wait("document.querySelectorAll('dialog .pill').length === 2")
        page.press("Escape")


def test_nobody_writes_to_who_is_deactivated(
    open_page: OpenPage, world: World, server: LiveServer, admin: Client
) -> None:
    gone = server.create_user(f"gone-{world.team['name']}")
    world.ann.post("/channels/direct", [world.ann.id, gone.id])
    name = gone.get("/users/me").json["username"]
    with open_page(world.ann, f"/{world.team['name']}/messages/@{name}") as page:
        page.wait("document.querySelector('#composer') && true")
        admin.put(f"/users/{gone.id}/active", {"active": False}, expect=200)
        page.sees(f"{name} is deactivated", ".archived")
    with open_page(None, "/login") as page:
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.sees("This account is deactivated", "[role=alert]")


def test_what_a_channel_is_stands_in_its_panel(open_page: OpenPage, world: World, findings: Findings) -> None:
    name = world.ben.get("/users/me").json["username"]
    world.ben.post("/channels/direct", [world.ben.id, world.ann.id])
    with open_page(world.ann, world.path) as page:
        page.click(".channel-tools button", "About this channel")
        page.click(".info-part button", "Add a header")
        page.fill("dialog [name=header]", "All about **size**")
        page.click("dialog .primary", "Save")
        page.sees("size", ".info-part strong")
        page.click(".info-part button", "Say what it is for")
        page.fill("dialog [name=purpose]", "Drawing together")
        page.press("Enter")
        page.sees("Drawing together", ".info-part")
        page.click(".info-action", "Favorite")
        page.wait("document.querySelector('.info-action').ariaPressed === 'true'")
        page.wait("document.activeElement.textContent === 'Favorite'")  # drawn anew, it keeps the focus
        page.sees("2", ".info-way .count")
        assert findings(page) == []
        page.click(".info-way", "Members")
        page.sees(f"@{name}", ".panel .member-row")
        page.click(".panel header button", "Back to")
        page.sees("Drawing together", ".info-part")
    with open_page(world.ann, world.path, size=TABLET) as tablet:
        tablet.click(".channel-tools button", "About this channel")
        tablet.sees("Drawing together", ".info-part")
        boxes = "['.channel', '.panel'].map((one) => document.querySelector(one).getBoundingClientRect().width)"
        assert all(width > 300 for width in tablet.run(boxes))
    with open_page(world.ann, f"/{world.team['name']}/messages/@{name}", size=PHONE, dark=True) as phone:
        phone.click(".channel-tools button", "About this channel")
        phone.sees(f"@{name}", ".info-head")
        assert findings(phone) == []
        phone.press("Escape")
        phone.sees(name, ".channel-header")


def test_links_that_lead_elsewhere(open_page: OpenPage, world: World) -> None:
    garden = world.server.create_channel("plot", owner=world.ben, team=world.team, display_name="Plot")
    secret = world.server.create_channel("den", owner=world.ben, team=world.team, display_name="Den", type="P")
    lab = world.server.create_team(f"y-{world.team['name']}", owner=world.ben, members=(world.ann,), display_name="Lab")
    square = world.ben.get(f"/teams/{lab['id']}/channels/name/town-square").json
    open_post, hidden, gone, other = (
        world.ben.create_post(channel, text)
        for channel, text in ((garden, "tomatoes"), (secret, "hush"), (garden, "weeds"), (square, "in the lab"))
    )
    world.ben.delete(f"/posts/{gone['id']}")
    at = f"/{world.team['name']}"
    with open_page(world.ann, f"{at}/channels/town-square") as page:
        page.open(f"{at}/pl/{open_post['id']}")
        page.click("dialog .primary", "Join")
        page.sees("tomatoes", ".post.flash")
        for link in (hidden["id"], gone["id"], "nonsense"):
            page.open(f"{at}/pl/{link}")
            page.sees("It was deleted", ".nowhere")
        page.press("Enter")
        page.sees("Plot", ".channel-header h1")
        page.open(f"{at}/channels/{secret['name']}")
        page.sees("No such channel", ".nowhere")
        page.open(f"{at}/messages/@nobody-of-that-name")
        page.sees("No such person", ".nowhere")
        page.open(f"{at}/pl/{other['id']}")
        page.sees("in the lab", ".post.flash")
        page.sees("Lab", ".team-button")


def test_the_switcher_finds_channels_to_join(open_page: OpenPage, world: World) -> None:
    world.server.create_channel("orchard", owner=world.ben, team=world.team, display_name="Orchard")
    with open_page(world.ann, world.path) as page:
        page.press("Control+k")
        page.fill("dialog input", "orch")
        page.sees("Join", "dialog .switch-row")
        page.press("Enter")
        page.sees("Orchard", ".channel-header h1")


def test_many_members_come_as_one_scrolls(open_page: OpenPage, world: World, admin: Client) -> None:
    admin.put("/config/patch", {"TeamSettings": {"MaxUsersPerTeam": 100}}, expect=200)
    ids = []
    for number in range(64):
        name = f"{world.team['name']}-m{number:02}"
        new = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
        ids.append(admin.post("/users", new, expect=201).json["id"])
    members = [{"team_id": world.team["id"], "user_id": one} for one in ids]
    admin.post(f"/teams/{world.team['id']}/members/batch", members[:40], expect=201)
    admin.post(f"/teams/{world.team['id']}/members/batch", members[40:], expect=201)
    admin.put("/config/patch", {"TeamSettings": {"MaxUsersPerTeam": 50}}, expect=200)
    admin.post(f"/channels/{world.channel['id']}/members", {"user_ids": ids}, expect=201)
    count = "document.querySelectorAll('.member-list .member').length"
    with open_page(world.ann, world.path) as page:
        page.click(".channel-tools [title=Members]")
        page.wait(f"{count} === 60")
        page.run("document.querySelector('.panel .results').scrollTop = 99999")
        page.wait(f"{count} === 66")
        page.fill(".panel input[type=search]", f"{world.team['name']}-m63")
        page.wait(f"{count} === 1")
        page.fill(".panel input[type=search]", "nobody-at-all")
        page.sees("Nobody found", ".panel")
