"""Posts of one channel get different times, in the order in which they came."""

from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.plugins.posts import times
from hubbub.plugins.posts.times import MAX_AHEAD_MS, PostTimes


def test_posts_of_one_moment_have_different_times_in_their_order(talk: Any) -> None:
    posts = [talk.say(talk.alice, str(number)) for number in range(20)]
    found = [post["create_at"] for post in posts]
    assert found == sorted(set(found))
    page = talk.bob.get(f"/channels/{talk.channel}/posts").json
    said = [page["posts"][id]["message"] for id in page["order"]]
    assert said[:20] == [str(number) for number in reversed(range(20))]


def test_another_channel_has_its_own_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "now_ms", lambda: 1000)
    clock = PostTimes()
    assert [clock.next("a"), clock.next("a"), clock.next("b")] == [1000, 1001, 1000]


def test_times_do_not_run_away_from_the_clock() -> None:
    clock = PostTimes()
    assert max(clock.next("a") for _ in range(1000)) <= now_ms() + MAX_AHEAD_MS


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "MAX_CHANNELS", 10)
    clock = PostTimes()
    monkeypatch.setattr(times, "now_ms", lambda: 1000)
    for number in range(10):
        clock.next(str(number))
    monkeypatch.setattr(times, "now_ms", lambda: 5000)
    clock.next("new")
    assert len(clock._last) == 1
