"""Long histories: loaded as one scrolls, in both directions, without growing."""

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.webclient.kit import OpenPage, World

COUNT = 250
SCROLLABLE = "((e) => e.scrollHeight > e.clientHeight + 600)(document.querySelector('.posts'))"
"""There is more than what is loaded by itself (600 pixels beyond what is seen)."""


@pytest.fixture(scope="module")
def long_world(server: LiveServer) -> World:
    """Return a world whose channel has many messages, all read by ann."""
    world = World(server)
    for number in range(COUNT):
        world.ben.create_post(world.channel, f"message {number:03}")
    world.ann.post("/channels/members/me/view", {"channel_id": world.channel["id"]})
    return world


def test_scrolling_up_reaches_the_beginning_and_down_the_end(open_page: OpenPage, long_world: World) -> None:
    up = "document.querySelector('.posts').scrollTop = 0"
    down = "document.querySelector('.posts').scrollTop = 1e9"
    most = 0
    with open_page(long_world.ann, long_world.path) as page:
        page.sees(f"message {COUNT - 1}", ".post")
        for step, goal in ((up, "message 000"), (down, f"message {COUNT - 1}")):
            for _ in range(40):
                page.run(step)
                page.run("new Promise((go) => setTimeout(go, 60))")
                most = max(most, page.run("document.querySelectorAll('article').length"))
                if any(goal in text for text in page.texts("article")):
                    break
            page.sees(goal, ".post")
        assert most <= 200
        assert page.texts("article .post-text")[-1] == f"message {COUNT - 1}"


def test_what_is_read_stays_in_place_while_more_is_loaded_above(open_page: OpenPage, long_world: World) -> None:
    found = "[...document.querySelectorAll('article')].find((e) => e.textContent.includes('message 220'))"
    top = f"{found}.getBoundingClientRect().top"
    with open_page(long_world.ann, long_world.path) as page:
        page.sees("message 220", ".post")
        page.wait(SCROLLABLE, "something to scroll")
        count = page.run("document.querySelectorAll('article').length")
        before = page.run(f"(() => {{ document.querySelector('.posts').scrollTop = 300; return {top}; }})()")
        page.wait(f"document.querySelectorAll('article').length > {count}")
        assert abs(page.run(top) - before) < 4


def test_a_permalink_shows_its_message_and_the_way_to_the_end(open_page: OpenPage, long_world: World) -> None:
    posts = long_world.ann.get(f"/channels/{long_world.channel['id']}/posts?page=1&per_page=200").json
    post = posts["posts"][posts["order"][20]]
    with open_page(long_world.ann, f"/{long_world.team['name']}/pl/{post['id']}") as page:
        page.sees(post["message"], ".post.flash")
        assert page.run("location.pathname") == long_world.path
        page.sees("Jump to latest", ".jump")
        long_world.ben.create_post(long_world.channel, "far below")
        page.click(".jump", "1 new message")
        page.sees("far below", ".post")


def test_what_comes_while_reading_further_up_waits(open_page: OpenPage, long_world: World) -> None:
    with open_page(long_world.ann, long_world.path) as page:
        page.sees(f"message {COUNT - 1}", ".post")
        page.run("document.querySelector('.posts').scrollTop = 0")
        page.sees("Jump to latest", ".jump")
        at = page.run("document.querySelector('.posts').scrollTop")
        long_world.ben.create_post(long_world.channel, "a new one")
        page.sees("1 new message", ".jump")
        assert page.run("document.querySelector('.posts').scrollTop") >= at
        page.click(".jump")
        page.sees("a new one", ".post")
