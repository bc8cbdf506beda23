"""Threads: replies collapsed into them or not, unread ones, following, the list of those that one follows."""

from hubbub.core.testing import Client
from hubbub.tests.webclient.browser import PHONE
from hubbub.tests.webclient.kit import Findings, OpenPage, World, write

UNREAD = "document.querySelector('.threads-row').classList.contains('unread')"


def test_replies_stand_in_their_thread_and_are_told_of(open_page: OpenPage, world: World, findings: Findings) -> None:
    name = world.ann.get("/users/me").json["username"]
    root = world.ann.create_post(world.channel, "Where do we meet?")
    with open_page(world.ann, world.path) as page:
        page.sees("Where do we meet?", ".posts-frame")
        world.ben.create_post(world.channel, "At the river", root_id=root["id"])
        page.sees("1 reply", ".posts-frame .thread-foot")
        page.wait(UNREAD)
        assert "•" in page.run("document.title")
        assert not any("At the river" in text for text in page.texts(".posts-frame .post"))
        world.ben.create_post(world.channel, f"@{name} or at home?", root_id=root["id"])
        page.sees("1", ".threads-row .badge")
        page.click(".threads-row")
        page.sees("2 new", ".thread-list .badge")
        assert findings(page) == []
        page.click(".thread-list .thread-foot")
        page.sees("New messages", ".thread .new-line")
        page.sees("or at home?", ".thread")
        page.wait(f"!{UNREAD}")
        write(page, "At home", "#reply")
        page.sees("3 replies", ".posts-frame .thread-foot")
        world.ben.create_post(world.channel, "Fine", root_id=root["id"])
        page.sees("4 replies", ".posts-frame .thread-foot")
        page.sees("Fine", ".thread")
        page.wait(f"!{UNREAD}")
        page.click(".panel > header [aria-label='Back to: Followed threads']")
        page.sees("4 replies", ".thread-list")


def test_threads_are_followed_unfollowed_and_all_read(open_page: OpenPage, world: World, findings: Findings) -> None:
    roots = [world.ben.create_post(world.channel, f"Question {number}") for number in range(2)]
    for root in roots:
        world.ann.create_post(world.channel, "Yes?", root_id=root["id"])
        world.ben.create_post(world.channel, "No", root_id=root["id"])
    with open_page(world.ann, f"/{world.team['name']}/channels/town-square", size=PHONE, dark=True) as page:
        page.click(".back")
        page.wait(UNREAD)
        page.click(".threads-row")
        page.sees("Question 1", ".thread-list")
        assert findings(page) == []
        page.click(".thread-list .result:first-child .result-place button")
        page.click(".menu-item", "Unfollow thread")
        page.misses("Question 1", ".thread-list")
        page.click("button", "Mark all as read")
        page.sees("All threads are read", ".toast")
        page.click(".segments button", "Unread")
        page.sees("Nothing unread", ".results")
        page.click(".panel [aria-label=Close]")
        page.wait(f"!{UNREAD}")
        page.open(f"/{world.team['name']}/pl/{roots[1]['id']}")
        page.sees("2 replies", ".thread-foot")
        page.click(".thread-foot")
        page.click(".panel > header button", "Follow")
        page.sees("Following", ".panel > header")
        assert findings(page) == []
        assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_to_a_reply_leads_into_its_thread(open_page: OpenPage, world: World) -> None:
    root = world.ann.create_post(world.channel, "The beginning")
    reply = world.ben.create_post(world.channel, "The answer", root_id=root["id"])
    with open_page(world.ann, f"/{world.team['name']}/pl/{reply['id']}") as page:
        page.sees("The answer", ".thread .flash")
        page.sees("The beginning", ".posts-frame .post")


def test_replies_stand_among_the_messages_where_one_wants_it(open_page: OpenPage, world: World, admin: Client) -> None:
    root = world.ann.create_post(world.channel, "Where do we meet?")
    world.ann.create_post(world.channel, "Anybody?")
    world.ben.create_post(world.channel, "At the river", root_id=root["id"])
    admin.put("/config/patch", {"ServiceSettings": {"CollapsedThreads": "default_on"}}, expect=200)
    try:
        with open_page(world.ann, world.path) as page:
            page.sees("1 reply", ".posts-frame .thread-foot")
            page.misses("At the river", ".posts-frame")
            page.click(".my-button")
            page.click(".menu-item", "Settings")
            page.click("[role=tab]", "Display")
            page.click("dialog .choice", "Among the messages")
            page.sees("At the river", ".posts-frame .post")
            page.sees("Reply to", ".posts-frame .context")
            page.wait("!document.querySelector('.threads-row').getClientRects().length")
    finally:
        admin.put("/config/patch", {"ServiceSettings": {"CollapsedThreads": "always_on"}}, expect=200)
