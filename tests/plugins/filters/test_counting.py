"""The filters that count: mentions of a message, messages of somebody."""

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.posts import Post
from hubbub.plugins.filter_mentions.config import MentionsSettings
from hubbub.plugins.filter_mentions.service import Mentions, mentioned
from hubbub.plugins.filter_rate import service as rate
from hubbub.plugins.filter_rate.config import RateSettings
from hubbub.plugins.filter_rate.service import RateLimit


def test_names_are_found_as_people_write_them() -> None:
    text = "@Bob, @bob. @carol_x and @dave.y! me@example.com @@no `@code` ```\n@block\n``` (@eve)"
    assert mentioned(text) == {"bob", "carol_x", "dave.y", "eve"}


def test_too_many_mentions_are_refused() -> None:
    rule = Mentions(MentionsSettings(Max=2))
    post = Post(message="@a @b @a @channel")
    assert rule.check(post) is post
    with pytest.raises(Rejected, match="mentions 3 names; at most 2 are allowed"):
        rule.check(Post(message="@a @b", props={"attachments": [{"text": "@c"}]}))


@pytest.mark.parametrize("name", ["channel", "all", "here"])
def test_everybody_can_be_left_alone(name: str) -> None:
    with pytest.raises(Rejected, match="can't mention @channel, @all and @here"):
        Mentions(MentionsSettings(AllowEverybody=False)).check(Post(message=f"hey @{name}!"))


def test_who_posts_too_fast_waits() -> None:
    limit, settings = RateLimit(), RateSettings(Posts=3, Seconds=10)
    for now in (0, 1_000, 2_000):
        limit.take(settings, "bob", now)
    with pytest.raises(Rejected, match=r"more than 3 messages in 10 seconds\. Please wait 8 seconds\."):
        limit.take(settings, "bob", 2_500)
    limit.take(settings, "carol", 2_500)
    limit.take(settings, "bob", 10_001)
    with pytest.raises(Rejected, match=r"wait 1 second\."):
        limit.take(settings, "bob", 10_500)


def test_what_other_workers_took_counts() -> None:
    limit, settings = RateLimit(), RateSettings(Posts=2, Seconds=10)
    limit.note("bob", 0)
    limit.take(settings, "bob", 1)
    with pytest.raises(Rejected):
        limit.take(settings, "bob", 2)


def test_only_so_many_people_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MAX_PEOPLE", 2)
    limit, settings = RateLimit(), RateSettings(Posts=1, Seconds=10)
    for name in ("a", "b", "c"):
        limit.take(settings, name, 0)
    limit.take(settings, "a", 1)
    with pytest.raises(Rejected):
        limit.take(settings, "c", 1)
