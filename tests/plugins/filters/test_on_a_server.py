"""Filters on a server: what authors see, whom they leave alone, edits, order, failures."""

from typing import Any

import gevent
import pytest

from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl

pytestmark = pytest.mark.engines("sqlite")
WORDS: dict[str, Any] = {"Words": ["darn"], "Action": "reject"}


def post(talk: Any, who: Any, message: str, **fields: Any) -> Any:
    """Return the answer to a post."""
    return who.post("/posts", {"channel_id": talk.channel, "message": message, **fields})


def test_all_filters_are_off_unless_they_are_turned_on(make_talk: Any) -> None:
    talk = make_talk(())
    assert not [name for name in talk.server.app.plugins.ids if name.startswith("filter_")]


def test_each_filter_looks_at_messages_and_edits(make_filtered: Any) -> None:
    talk = make_filtered(
        filter_banned_words={"Words": ["darn"]},
        filter_links={"AllowedDomains": ["example.com"]},
        filter_secrets={},
        filter_mentions={"Max": 1},
    )
    said = talk.say(talk.bob, "oh darn, see https://example.com @carol")
    assert said["message"] == "oh ****, see https://example.com @carol"
    refused = {
        "https://evil.test": "can't link to evil.test",
        "npm_" + "a" * 36: "an npm token",
        "@carol @dave": "mentions 2 names",
    }
    for message, reason in refused.items():
        for answer in (
            post(talk, talk.bob, message),
            talk.bob.put(f"/posts/{said['id']}/patch", {"message": message}),
        ):
            assert answer.status == 400
            assert reason in answer.json["message"]
    edited = talk.bob.put(f"/posts/{said['id']}/patch", {"message": "darn again"})
    assert edited.json["message"] == "**** again"
    assert talk.messages(talk.carol) == ["**** again"]


def test_system_messages_and_pins_of_old_posts_pass(make_filtered: Any) -> None:
    talk = make_filtered(filter_banned_words=WORDS)
    talk.server.configure(PluginSettings={"Plugins": {"filter_banned_words": {"Words": ["gosh"]}}})
    old = talk.say(talk.bob, "darn")
    talk.server.configure(PluginSettings={"Plugins": {"filter_banned_words": WORDS}})
    assert post(talk, talk.bob, "darn").status == 400
    assert talk.alice.post(f"/posts/{old['id']}/pin").status == 200
    patch = {"header": "darn header"}
    assert talk.bob.put(f"/channels/{talk.channel}/patch", patch).status == 200
    texts = talk.carol.get(f"/channels/{talk.channel}/posts").json["posts"].values()
    assert any("darn header" in one["message"] for one in texts)


def test_admins_are_left_alone_where_that_is_wanted(make_filtered: Any) -> None:
    talk = make_filtered(filter_banned_words={**WORDS, "ExemptAdmins": True})
    assert post(talk, talk.alice, "darn").status == 201
    assert post(talk, talk.bob, "darn").status == 400


def test_nobody_gets_past_by_calling_themselves_a_webhook(make_filtered: Any) -> None:
    talk = make_filtered(filter_banned_words={**WORDS, "ExemptWebhooks": True, "ExemptBots": True})
    claims = {"from_webhook": "true", "from_bot": "true"}
    assert post(talk, talk.bob, "darn", props=claims).status == 400
    posts: Any = talk.server.app.plugins.instance("posts").provide()
    (service,) = (one for contract, one in posts.items() if contract.__name__ == "PostService")
    hooked = Post(user_id=talk.bob.id, channel_id=talk.channel, message="darn", props={"from_webhook": "true"})
    assert service.create(hooked).message == "darn"


@pytest.mark.parametrize(
    ("plugin", "settings", "told"),
    [
        ("filter_banned_words", {"Action": "shout"}, "PluginSettings.Plugins.filter_banned_words.Action"),
        ("filter_banned_words", {"WordsFile": "/nowhere"}, "WordsFile '/nowhere' can't be read"),
        ("filter_links", {"AllowedDomains": ["https://x.test/"]}, "write a domain"),
        ("filter_secrets", {"Patterns": {"x": "("}}, "no regular expression"),
        ("filter_rate", {"Posts": 0}, "PluginSettings.Plugins.filter_rate.Posts"),
        ("filter_mentions", {"Max": -1}, "PluginSettings.Plugins.filter_mentions.Max"),
        ("filter_moderation", {"Channels": ["nowhere"]}, "write a channel's id, or team/channel"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(
    make_filtered: Any, plugin: str, settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(Exception, match=told):
        make_filtered(**{plugin: settings})


def test_somebody_who_posts_too_fast_is_told_when_to_go_on(make_filtered: Any) -> None:
    talk = make_filtered(filter_rate={"Posts": 3, "Seconds": 3_000})
    answers = [post(talk, talk.bob, f"number {number}") for number in range(4)]
    assert [answer.status for answer in answers] == [201, 201, 201, 400]
    assert "Please wait" in answers[3].json["message"]
    assert post(talk, talk.carol, "I have said nothing yet").status == 201


class Adds:
    """A filter that adds its id, sleeps or fails, as the message wants."""

    def __init__(self, name: str) -> None:
        self._name = name

    @hookimpl
    def message_will_be_posted(self, post: Post) -> Post:
        post.message += self._name
        if post.message.startswith(f"fail {self._name}"):
            raise RuntimeError("as the message wants")
        if post.message.startswith(f"hang {self._name}"):
            try:
                gevent.sleep(60)
            except Exception:
                post.message = "swallowed"
        return post


def filtered(make_filtered: Any, **rules: Any) -> Any:
    """Return people whose messages pass through the filters a, b and c."""
    talk = make_filtered(rules)
    for name in "abc":
        talk.server.app.hooks.register(Adds(name), name)
    return talk


def test_the_order_is_configurable(make_filtered: Any) -> None:
    talk = filtered(make_filtered, Order=["c", "nobody", "a"])
    assert talk.say(talk.bob, "x ")["message"] == "x cab"
    talk.server.configure(MessageFilters={"Order": []})
    assert talk.say(talk.bob, "y ")["message"] == "y abc"


@pytest.mark.parametrize("fault", ["fail", "hang"])
def test_a_filter_that_fails_or_hangs_refuses_the_message(
    make_filtered: Any, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    talk = filtered(make_filtered, TimeLimitMilliseconds=50)
    answer = post(talk, talk.bob, f"{fault} b")
    assert answer.status == 500
    assert "The plugin b failed" in answer.json["message"]
    assert "plugin b failed in message_will_be_posted" in caplog.text
    assert talk.messages(talk.carol) == []


@pytest.mark.parametrize("fault", ["fail", "hang"])
def test_or_it_is_passed_over_where_that_is_wanted(
    make_filtered: Any, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    talk = filtered(make_filtered, TimeLimitMilliseconds=50, OnError="pass")
    # What b has changed before it failed isn't kept.
    assert talk.say(talk.bob, f"{fault} b")["message"] == f"{fault} bac"
    assert "plugin b failed in message_will_be_posted" in caplog.text
    assert "passes without plugin b" in caplog.text
