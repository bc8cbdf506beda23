"""Tests against a real server in this process, on a database of its own."""

from typing import Any

import pytest
from hubbub.core.testing import UnexpectedAnswer

import my_filter


@pytest.fixture
def app(make_app: Any) -> Any:
    """Return a running server with the plugin."""
    return make_app(plugins=[my_filter])


def test_words_are_replaced_in_what_everybody_reads(app: Any) -> None:
    alice, bob = app.create_user("alice"), app.create_user("bob")
    channel = app.create_channel(owner=alice, members=(bob,))
    post = alice.create_post(channel, "What the Heck is a checkpoint?")
    assert bob.get(f"/posts/{post['id']}").json["message"] == "What the **** is a checkpoint?"


def test_words_are_replaced_in_edits_too(app: Any) -> None:
    alice = app.create_user("alice")
    post = app.create_post("fine", author=alice)
    assert alice.put(f"/posts/{post['id']}/patch", {"message": "heck"}).json["message"] == "****"


def test_words_come_from_the_settings(app: Any) -> None:
    app.configure(PluginSettings={"Plugins": {"my_filter": {"Words": ["fnord"], "Replacement": "[…]"}}})
    assert app.create_post("heck, fnord", author=app.create_user())["message"] == "heck, […]"


def test_a_message_of_which_nothing_is_left_is_refused(app: Any) -> None:
    app.configure(PluginSettings={"Plugins": {"my_filter": {"Replacement": ""}}})
    with pytest.raises(UnexpectedAnswer, match="Nothing is left of this message"):
        app.create_post("heck", author=app.create_user())
