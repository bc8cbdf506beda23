"""What filters do to messages that people post, in a whole server."""

from typing import Any

import pytest

from hubbub.core.testing import Answer, UnexpectedAnswer
from hubbub.tests.core.plugin_kit import Site

CHAT = ("roles", "users", "auth_password", "sessions", "teams", "channels", "preferences", "statuses", "posts")


class Poster:
    """Posts as one user; the server is started by the first call, after the plugins are written."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._alice: Any = None

    def __call__(self, message: str) -> Answer:
        """Post a message and return the answer, be it a refusal."""
        if self._alice is None:
            app = self._site.start(CHAT)
            self._alice = app.create_user("alice")
            self._channel = app.create_channel(owner=self._alice)["id"]
        try:
            return self._alice.post("/posts", {"channel_id": self._channel, "message": message})
        except UnexpectedAnswer as refused:
            return refused.answer

    def stored(self) -> list[str]:
        """Return the messages of people in the channel."""
        posts = self._alice.get(f"/channels/{self._channel}/posts").json["posts"].values()
        return [post["message"] for post in posts if not post["type"]]


@pytest.fixture
def post(site: Site) -> Poster:
    return Poster(site)


def hook(body: str) -> str:
    """Return a filter with this body."""
    return f"@hookimpl\ndef message_will_be_posted(self, post):\n    {body}"


def test_filters_run_in_the_order_of_their_ids_and_see_each_others_changes(site: Site, post: Poster) -> None:
    site.plugin("b", hook("post.message += 'b'; return post"))
    site.plugin("a", hook("post.message += 'a'; return post"))
    assert post("x").json["message"] == "xab"
    assert post.stored() == ["xab"]


def test_a_refusal_is_shown_to_the_author_and_nothing_is_stored(site: Site, post: Poster) -> None:
    site.plugin("rules", hook("raise Rejected('No {braces} here, please.')"))
    answer = post("hello")
    assert (answer.status, answer.json["message"]) == (400, "No {braces} here, please.")
    assert post.stored() == []


def test_a_failing_filter_lets_nothing_pass(site: Site, post: Poster) -> None:
    site.plugin("sums", hook("1 / 0"))
    answer = post("hello")
    assert answer.status == 500
    assert "The plugin sums failed" in answer.json["message"]
    assert "ZeroDivisionError" not in answer.body.decode()
    assert post.stored() == []


def test_what_a_filter_makes_of_a_message_is_checked_like_what_people_write(site: Site, post: Poster) -> None:
    site.plugin("long", hook("post.message = 'x' * 100_000; return post"))
    assert post("hello").status == 400
    assert post.stored() == []


def test_a_listener_that_fails_does_not_fail_the_message(site: Site, post: Poster) -> None:
    site.plugin("listener", "@hookimpl\ndef message_has_been_posted(self, post):\n    raise RuntimeError('no')")
    assert post("hello").status == 201
    assert post.stored() == ["hello"]
