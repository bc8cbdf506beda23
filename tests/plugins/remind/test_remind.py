"""Reminders: asked for, said once at their time to whom they are for, again where they come again, taken back."""

from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.posts.world import Talk

pytestmark = pytest.mark.engines("sqlite")
DAY_MS = 86_400_000


def says(talk: Talk, text: str, who: Any = None) -> str:
    """Have bob (or somebody else) type a command; return what is said to that."""
    body = {"channel_id": talk.channel, "command": f"/remind {text}"}
    answer = (who or talk.bob).post("/commands/execute", body)
    assert answer.status == 200, answer
    return str(answer.json["text"])


def let_time_pass(talk: Talk, ms: int = 8 * DAY_MS) -> None:
    """Make reminders due, and do what each worker does every few seconds."""
    talk.server.app.db.execute("UPDATE {hb_reminders} SET dueat = dueat - ?", (ms,))
    talk.server.plugin("remind").sender.run()


def direct(talk: Talk, who: Any) -> list[str]:
    """Return what the bot has written to somebody, newest first."""
    bots = [one for one in talk.alice.get("/users?per_page=100").json if one.get("is_bot")]
    if not bots:
        return []
    return talk.messages(who, who.post("/channels/direct", [who.id, bots[0]["id"]]).json["id"])


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_i_am_reminded_once(talk: Talk) -> None:
    assert says(talk, 'me "buy milk" in 10 minutes').startswith("I will remind you on ")
    talk.server.plugin("remind").sender.run()
    assert direct(talk, talk.bob) == [], "not yet"
    sender = talk.server.plugin("remind").sender
    talk.server.app.db.execute("UPDATE {hb_reminders} SET dueat = dueat - ?", (DAY_MS,))
    gevent.joinall([gevent.spawn(sender.run) for _ in range(4)], raise_error=True)
    assert direct(talk, talk.bob) == ["You asked to be reminded: buy milk"]
    assert says(talk, "list") == "You have no reminders."


def test_a_worker_that_is_killed_in_between_says_nothing_twice(talk: Talk, monkeypatch: Any) -> None:
    says(talk, "me stretch in 1 hour")
    sender = talk.server.plugin("remind").sender
    with monkeypatch.context() as patch:
        patch.setattr(sender._store, "delete", lambda _id: None)
        let_time_pass(talk)
    let_time_pass(talk, 0)
    assert direct(talk, talk.bob) == ["You asked to be reminded: stretch"]


def test_others_and_channels_are_reminded(talk: Talk) -> None:
    says(talk, "@carol call back tomorrow at 9am")
    says(talk, "~talk stand-up in 5 minutes")
    says(talk, "here water the plants in 5 minutes")
    let_time_pass(talk)
    assert direct(talk, talk.carol) == ["Reminder by @bob: call back"]
    assert sorted(talk.messages(talk.alice)) == ["Reminder by @bob: stand-up", "Reminder by @bob: water the plants"]


def test_what_comes_again_comes_again_once_however_long_nobody_was_there(talk: Talk) -> None:
    says(talk, '~talk "stand-up" every weekday at 9:30')
    let_time_pass(talk, 30 * DAY_MS)
    let_time_pass(talk, 0)
    assert talk.messages(talk.alice) == ["Reminder by @bob: stand-up"]
    assert "every weekday at 09:30" in says(talk, "list")
    let_time_pass(talk)
    assert talk.messages(talk.alice) == ["Reminder by @bob: stand-up"] * 2


def test_the_times_are_those_of_the_users_zone(talk: Talk) -> None:
    zone = {"useAutomaticTimezone": "false", "manualTimezone": "Asia/Tokyo", "automaticTimezone": ""}
    assert talk.bob.put("/users/me/patch", {"timezone": zone}).status == 200
    assert says(talk, "me tea tomorrow at 15:00").endswith("at 15:00 (JST): tea")


def test_a_reminder_is_taken_back_by_who_asked_for_it(talk: Talk) -> None:
    says(talk, "me one in 1 hour")
    letters = says(talk, "list").split("`")[1]
    assert "None of your reminders" in says(talk, f"delete {letters}", talk.carol)
    assert says(talk, f"delete {letters}") == "Taken back: one"
    assert "None of your reminders" in says(talk, "delete ")


def test_who_has_left_or_may_not_post_is_not_repeated(talk: Talk) -> None:
    says(talk, "~talk hello every day", talk.carol)
    talk.alice.delete(f"/channels/{talk.channel}/members/{talk.carol.id}")
    talk.alice.delete(f"/teams/{talk.team}/members/{talk.carol.id}")
    let_time_pass(talk)
    assert talk.messages(talk.alice) == []
    assert says_list(talk) == 0


def says_list(talk: Talk) -> int:
    """Return how many reminders there are."""
    return int(talk.server.app.db.fetch_value("SELECT count(*) FROM {hb_reminders}"))


@pytest.mark.parametrize("text", ["", "me", "me milk", "somebody milk in 1 hour", "me in 1 hour", 'me "" in 1 hour'])
def test_what_is_not_understood_is_explained(talk: Talk, text: str) -> None:
    assert says(talk, text).startswith("Say whom, what and when")


def test_unknown_people_and_channels_are_told(talk: Talk) -> None:
    talk.make_channel("secret", type="P")
    assert "no user @nobody" in says(talk, "@nobody milk in 1 hour")
    assert says(talk, "~secret milk in 1 hour") == says(talk, "~nowhere milk in 1 hour").replace("nowhere", "secret")
    assert "within 5 years" in says(talk, "me milk in 300 weeks")
