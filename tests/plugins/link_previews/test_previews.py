"""Previews of links: found after a post is there, shown to its readers, never a way into the inside."""

from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.posts.world import Talk


def shown(talk: Talk, post: dict[str, Any]) -> dict[str, Any]:
    """Return what carol sees with a post."""
    return dict(talk.carol.get(f"/posts/{post['id']}").json.get("metadata") or {})


def until(condition: Callable[[], Any]) -> Any:
    """Wait until something is true, for 10 s at most; return it."""
    with gevent.Timeout(10):
        while not (found := condition()):
            gevent.sleep(0.01)
    return found


def looked(talk: Talk) -> None:
    """Wait until every link has been looked at."""
    talk.server.app.tasks.drain(10)
    until(lambda: not talk.server.plugin("link_previews").previews.looking)


def test_a_page_is_shown_in_a_few_words_once_it_is_known(talk: Talk, site: str) -> None:
    post = talk.say(talk.bob, f"Read [this]({site}/article).")
    assert "embeds" not in (post.get("metadata") or {})
    event = until(lambda: talk.server.events("post_edited"))[-1]
    found = shown(talk, post)
    data = found["embeds"][0]["data"]
    assert (found["embeds"][0]["type"], found["embeds"][0]["url"], data["url"]) == (
        "opengraph",
        *[f"{site}/article"] * 2,
    )
    assert (data["title"], data["site_name"]) == ("How owls & bats hear", "Night Paper")
    assert data["description"] == "With their ears."
    assert data["images"][0]["url"] == f"{site}/owl.png"
    assert found["images"] == {f"{site}/owl.png": {"width": 40, "height": 30, "format": "png", "frame_count": 1}}
    assert post["id"] in str(event.data)
    page = talk.carol.get(f"/channels/{talk.channel}/posts").json
    assert page["posts"][post["id"]]["metadata"]["embeds"] == found["embeds"]
    assert page["posts"][post["id"]]["edit_at"] == 0


def test_what_is_known_is_not_asked_for_again(talk: Talk, site: str, other_site: ThreadingHTTPServer) -> None:
    talk.say(talk.bob, f"{site}/article")
    looked(talk)
    again = talk.say(talk.bob, f"Again: {site}/article")
    looked(talk)
    assert shown(talk, again)["embeds"][0]["type"] == "opengraph"
    assert again["id"] in str(talk.server.events("post_edited")[-1].data)
    assert sorted(other_site.seen) == ["/article", "/owl.png"]


def test_pictures_have_their_size(talk: Talk, site: str) -> None:
    linked = talk.say(talk.bob, f"{site}/owl.png")
    within = talk.say(talk.bob, f"![an owl]({site}/owl.png)")
    attached = talk.say(talk.bob, "", props={"attachments": [{"text": "a", "image_url": f"{site}/owl.png"}]})
    looked(talk)
    size = {f"{site}/owl.png": {"width": 40, "height": 30, "format": "png", "frame_count": 1}}
    assert shown(talk, linked)["embeds"] == [{"type": "image", "url": f"{site}/owl.png"}]
    assert shown(talk, attached)["embeds"] == [{"type": "message_attachment"}]
    assert [shown(talk, post)["images"] for post in (linked, within, attached)] == [size] * 3


def test_an_edit_brings_another_preview(talk: Talk, site: str) -> None:
    post = talk.say(talk.bob, "nothing yet")
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": f"{site}/article"})
    looked(talk)
    assert shown(talk, post)["embeds"][0]["type"] == "opengraph"
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": "no more"})
    assert "embeds" not in shown(talk, post)


def test_an_author_can_take_a_preview_away(talk: Talk, site: str) -> None:
    post = talk.say(talk.bob, f"{site}/article")
    looked(talk)
    talk.bob.put(f"/posts/{post['id']}/patch", {"props": {"remove_link_preview": "true"}})
    assert "embeds" not in shown(talk, post)


@pytest.mark.parametrize("page", ["/missing", "/empty"])
def test_where_nothing_is_found_a_link_is_just_a_link(talk: Talk, site: str, page: str) -> None:
    post = talk.say(talk.bob, f"{site}{page}")
    looked(talk)
    assert shown(talk, post)["embeds"] == [{"type": "link", "url": f"{site}{page}"}]
    assert talk.server.events("post_edited") == []


def test_code_and_own_pages_are_not_looked_at(talk: Talk, site: str, other_site: ThreadingHTTPServer) -> None:
    talk.say(talk.bob, f"`{site}/article` and\n```\n{site}/article\n```")
    talk.say(talk.bob, "http://chat.example/crew/channels/talk")
    looked(talk)
    assert other_site.seen == []


@pytest.mark.parametrize(
    "settings",
    [
        {"EnableLinkPreviews": False},
        {"RestrictLinkPreviews": "example.com, 127.0.0.1"},
        {"AllowedUntrustedInternalConnections": ""},
    ],
    ids=str,
)
def test_what_must_not_be_asked_is_not(
    make_linking: Any, site: str, other_site: ThreadingHTTPServer, settings: dict[str, Any]
) -> None:
    talk = make_linking(**settings)
    talk.say(talk.bob, f"{site}/article ![a]({site}/owl.png)")
    looked(talk)
    assert other_site.seen == []


def test_a_post_that_is_deleted_meanwhile_stays_deleted(talk: Talk, site: str) -> None:
    post = talk.say(talk.bob, f"{site}/article")
    talk.bob.delete(f"/posts/{post['id']}")
    looked(talk)
    assert talk.carol.get(f"/posts/{post['id']}").status == 404


def test_another_server_shows_what_was_found(make_linking: Any, site: str) -> None:
    """What was found is in the database, not only in the memory of the worker that looked."""
    first = make_linking()
    post = first.say(first.bob, f"{site}/article")
    looked(first)
    assert shown(make_linking(EnableLinkPreviews=True), post)["embeds"][0]["type"] == "opengraph"
