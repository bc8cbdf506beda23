"""Reminders: set, confirmed, sent once by the system bot; for whom, and of what not."""

import json
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.posts import Post
from hubbub.core.ids import new_id
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.posts.world import Talk


def soon() -> int:
    """Return a time to come, in seconds."""
    return now_ms() // 1000 + 3_600


def remind(user: Any, post: dict[str, Any], target_time: int = 0, whom: str = "me") -> Any:
    """Ask for a reminder."""
    return user.post(f"/users/{whom}/posts/{post['id']}/reminder", {"target_time": target_time or soon()})


def let_time_pass(talk: Talk) -> None:
    """Make every reminder due, and do what each worker does every few seconds."""
    talk.server.app.db.execute("UPDATE {postreminders} SET targettime = targettime - 7200")
    talk.server.plugin("reminders").sender.run()


def reminded(talk: Talk, user: Any) -> list[dict[str, Any]]:
    """Return what the bot has written to a user, oldest first."""
    bots = [one for one in talk.alice.get("/users?per_page=100").json if one.get("is_bot")]
    if not bots:
        return []
    channel = user.post("/channels/direct", [user.id, bots[0]["id"]]).json["id"]
    answer = user.get(f"/channels/{channel}/posts")
    assert answer.status == 200, answer
    page = answer.json
    return [page["posts"][post_id] for post_id in reversed(page["order"])]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_the_bot_reminds_at_the_time_once(talk: Talk) -> None:
    post = talk.say(talk.carol, "read this")
    assert remind(talk.bob, post).json == {"status": "OK"}
    talk.server.plugin("reminders").sender.run()
    assert reminded(talk, talk.bob) == [], "not yet"
    let_time_pass(talk)
    let_time_pass(talk)
    (message,) = reminded(talk, talk.bob)
    assert message["type"] == "reminder"
    assert message["message"].endswith(f"/crew/pl/{post['id']} by @carol.")
    wanted = {"team_name": "crew", "post_id": post["id"], "username": "carol", "from_bot": "true"}
    assert message["props"] == wanted
    bot = talk.bob.get(f"/users/{message['user_id']}").json
    assert (bot["username"], bot["is_bot"]) == ("system-bot", True)


@pytest.mark.engines("sqlite")
def test_the_user_alone_is_told_that_the_reminder_is_set(talk: Talk) -> None:
    post, when = talk.say(talk.carol, "read this"), soon()
    remind(talk.bob, post, when)
    event = talk.server.sent[-1]
    assert (event.name, event.broadcast.user_id, event.broadcast.channel_id) == (
        "ephemeral_message",
        talk.bob.id,
        talk.channel,
    )
    shown = json.loads(event.data["post"])
    assert (shown["type"], shown["user_id"]) == ("system_ephemeral", talk.bob.id)
    assert shown["props"] == {
        "team_name": "crew",
        "post_id": post["id"],
        "username": "carol",
        "target_time": when,
        "type": "reminder",
    }


@pytest.mark.engines("sqlite")
def test_the_reminder_is_a_message_that_the_user_has_not_read(talk: Talk) -> None:
    remind(talk.bob, talk.say(talk.carol, "read this"))
    let_time_pass(talk)
    (message,) = reminded(talk, talk.bob)
    assert talk.member(talk.bob, message["channel_id"])["mention_count"] == 1
    posted = [event for event in talk.server.sent if event.name == "posted"][-1]
    assert posted.broadcast.channel_id == message["channel_id"]


@pytest.mark.engines("sqlite")
def test_a_later_time_replaces_the_one_before(talk: Talk) -> None:
    post = talk.say(talk.carol, "read this")
    remind(talk.bob, post)
    remind(talk.bob, post, soon() + 3 * 3_600)
    let_time_pass(talk)
    assert reminded(talk, talk.bob) == []
    let_time_pass(talk)
    assert len(reminded(talk, talk.bob)) == 1


def test_many_are_sent_in_the_order_of_their_times(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.reminders.sender.BATCH", 2)
    posts = [talk.say(talk.carol, str(number)) for number in range(5)]
    for number, post in enumerate(posts):
        remind(talk.bob, post, soon() + number // 2)
    remind(talk.alice, posts[0])
    let_time_pass(talk)
    assert {message["props"]["post_id"] for message in reminded(talk, talk.bob)} == {post["id"] for post in posts}
    assert len(reminded(talk, talk.bob)) == 5
    assert len(reminded(talk, talk.alice)) == 1


def test_two_workers_at_once_remind_once_with_one_bot(make_reminding: Any) -> None:
    here, there = make_reminding(), make_reminding()
    for number in range(4):
        remind(here.bob, here.say(here.carol, str(number)))
    here.server.app.db.execute("UPDATE {postreminders} SET targettime = targettime - 7200")
    senders = [talk.server.plugin("reminders").sender for talk in (here, there)]
    gevent.joinall([gevent.spawn(sender.run) for sender in senders], raise_error=True)
    assert len(reminded(here, here.bob)) == 4
    assert len([one for one in here.alice.get("/users?per_page=100").json if one.get("is_bot")]) == 1


def test_a_worker_that_died_before_it_could_forget_the_reminder_leaves_no_second_message(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind(talk.bob, talk.say(talk.carol, "read this"))
    sender = talk.server.plugin("reminders").sender
    with monkeypatch.context() as killed:
        killed.setattr(sender._store, "delete", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            let_time_pass(talk)
    sender.run()
    assert len(reminded(talk, talk.bob)) == 1
    assert talk.server.app.db.fetch_value("SELECT COUNT(*) FROM {postreminders}") == 0


def test_nobody_is_reminded_of_what_is_gone_or_out_of_reach(talk: Talk) -> None:
    deleted, secret = talk.say(talk.carol, "oops"), talk.make_channel("secret", talk.bob, type="P")
    hidden = talk.alice.post("/posts", {"channel_id": secret, "message": "psst"}).json
    for post in (deleted, hidden):
        assert remind(talk.bob, post).status == 200
    talk.carol.delete(f"/posts/{deleted['id']}")
    talk.alice.delete(f"/channels/{secret}/members/{talk.bob.id}")
    let_time_pass(talk)
    assert reminded(talk, talk.bob) == []
    assert talk.server.app.db.fetch_value("SELECT COUNT(*) FROM {postreminders}") == 0


@pytest.mark.engines("sqlite")
def test_a_post_that_one_may_not_read_can_not_be_asked_for(talk: Talk) -> None:
    hidden = talk.alice.post("/posts", {"channel_id": talk.make_channel("secret", type="P"), "message": "psst"}).json
    assert (remind(talk.bob, hidden).status, remind(talk.bob, {"id": new_id()}).status) == (403, 404)
    post = talk.say(talk.carol, "read this")
    assert remind(talk.bob, post, whom=talk.carol.id).error == "api.context.permissions.app_error"
    assert remind(talk.alice, post, whom=talk.carol.id).status == 200
    assert talk.server.client().post(f"/users/me/posts/{post['id']}/reminder", {}).status == 401


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("target_time", [1, -5, "soon", 2**62])
def test_a_time_that_has_passed_or_never_comes_is_refused(talk: Talk, target_time: Any) -> None:
    refused = remind(talk.bob, talk.say(talk.carol, "read this"), target_time)
    assert (refused.status, refused.error) == (400, "api.context.invalid_body_param.app_error")


class Broken:
    """A plugin that fails for some messages."""

    @hookimpl
    def message_will_be_posted(self, post: Post) -> None:
        """Fail for what is about alice's post."""
        if "@alice" in post.message:
            raise RuntimeError("broken")


def test_one_that_can_not_be_sent_holds_up_nobody_and_is_tried_for_a_day(talk: Talk) -> None:
    remind(talk.bob, talk.say(talk.alice, "one"))
    remind(talk.bob, talk.say(talk.carol, "two"))
    talk.server.app.hooks.register(Broken(), "broken")
    let_time_pass(talk)
    assert [message["props"]["username"] for message in reminded(talk, talk.bob)] == ["carol"]
    db = talk.server.app.db
    assert db.fetch_value("SELECT COUNT(*) FROM {postreminders}") == 1
    db.execute("UPDATE {postreminders} SET targettime = targettime - 90000")
    let_time_pass(talk)
    assert db.fetch_value("SELECT COUNT(*) FROM {postreminders}") == 0


@pytest.mark.engines("sqlite")
def test_somebody_who_has_the_name_of_the_bot_is_not_taken_for_it(talk: Talk) -> None:
    impostor = talk.server.sign_up("system-bot")
    remind(talk.bob, talk.say(talk.carol, "read this"))
    let_time_pass(talk)
    (message,) = reminded(talk, talk.bob)
    assert message["user_id"] != impostor.id
    assert talk.bob.get(f"/users/{message['user_id']}").json["username"] == "hubbub-bot"


@pytest.mark.engines("sqlite")
def test_nobody_can_sign_in_as_the_bot(talk: Talk) -> None:
    remind(talk.bob, talk.say(talk.carol, "read this"))
    let_time_pass(talk)
    for password in ("", "system-bot"):
        assert talk.server.client().post("/users/login", {"login_id": "system-bot", "password": password}).status >= 400
