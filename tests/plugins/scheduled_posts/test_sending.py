"""Scheduled posts when their time has come: sent once, whatever happens; or why they could not be sent."""

import json
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import Rejected, Unavailable
from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl
from hubbub.plugins.scheduled_posts.sender import CLAIM_MS, TOO_LATE_MS
from hubbub.tests.plugins.posts.world import Talk

HOUR: int = 3_600_000


def due(author: Any, channel: str, message: str = "now", **fields: Any) -> dict[str, Any]:
    """Return a scheduled post whose time has come."""
    body = {"channel_id": channel, "message": message, "scheduled_at": now_ms() - 1_000, **fields}
    answer = author.post("/posts/schedule", body)
    assert answer.status == 201, answer
    return dict(answer.json)


def send(talk: Talk) -> None:
    """Do what each worker does every few seconds."""
    talk.server.plugin("scheduled_posts").sender.run()


def left(talk: Talk, user: Any) -> list[dict[str, Any]]:
    """Return what a user has scheduled and the server has not sent."""
    path = f"/posts/scheduled/team/{talk.team}?includeDirectChannels=true"
    return [one for listed in user.get(path).json.values() for one in listed]


def age(talk: Talk, scheduled: dict[str, Any], **columns: int) -> None:
    """Set times of a row, as if it had been written long ago."""
    for name, value in columns.items():
        talk.server.app.db.execute(f"UPDATE {{scheduledposts}} SET {name} = ? WHERE id = ?", (value, scheduled["id"]))


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_what_is_due_is_posted_once_and_what_is_not_stays(talk: Talk) -> None:
    root = talk.say(talk.alice, "root")["id"]
    due(talk.bob, talk.channel, "one", props={"a": 1, "force_notification": "x"})
    due(talk.bob, talk.channel, "two", root_id=root)
    later = due(talk.bob, talk.channel, "later", scheduled_at=now_ms() + HOUR)
    send(talk)
    send(talk)
    assert sorted(talk.messages(talk.carol)) == ["one", "root", "two"]
    assert left(talk, talk.bob) == [later]
    posts = talk.carol.get(f"/channels/{talk.channel}/posts").json["posts"].values()
    by_text = {post["message"]: post for post in posts}
    assert by_text["two"]["root_id"] == root
    assert by_text["one"]["props"] == {"a": 1}
    assert by_text["one"]["user_id"] == talk.bob.id


def test_the_author_hears_that_it_was_sent_and_the_channel_hears_the_post(talk: Talk) -> None:
    scheduled = due(talk.bob, talk.channel, "hello @carol")
    send(talk)
    (gone,) = [event for event in talk.server.sent if event.name == "scheduled_post_deleted"]
    assert gone.broadcast.user_id == talk.bob.id
    assert json.loads(gone.data["scheduledPost"])["id"] == scheduled["id"]
    (posted,) = [event for event in talk.server.sent if event.name == "posted"]
    assert posted.broadcast.channel_id == talk.channel
    assert set(posted.per_user) == {talk.carol.id}
    assert talk.mentions(talk.carol) == 1


def test_two_workers_at_once_send_each_one_once(make_scheduling: Any) -> None:
    here, there = make_scheduling(), make_scheduling()
    texts = [str(number) for number in range(12)]
    for text in texts:
        due(here.bob, here.channel, text)
    gevent.joinall([gevent.spawn(send, talk) for talk in (here, there)], raise_error=True)
    assert sorted(here.messages(here.carol)) == sorted(texts)
    assert left(here, here.bob) == []
    assert sum(event.name == "posted" for talk in (here, there) for event in talk.server.sent) == len(texts)


def test_a_worker_that_died_before_posting_is_replaced_by_another(talk: Talk) -> None:
    scheduled = due(talk.bob, talk.channel)
    age(talk, scheduled, processedat=now_ms())
    send(talk)
    assert talk.messages(talk.carol) == [], "somebody may still be sending it"
    age(talk, scheduled, processedat=now_ms() - CLAIM_MS - 1)
    send(talk)
    assert talk.messages(talk.carol) == ["now"]
    assert left(talk, talk.bob) == []


def test_a_worker_that_died_after_posting_leaves_no_second_post(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled = due(talk.bob, talk.channel)
    sender = talk.server.plugin("scheduled_posts").sender
    with monkeypatch.context() as killed:
        killed.setattr(sender._scheduled, "sent", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send(talk)
    (post,) = talk.carol.get(f"/channels/{talk.channel}/posts").json["posts"].values()
    assert talk.bob.put(f"/posts/{post['id']}/patch", {"message": "edited since"}).status == 200
    assert talk.alice.delete(f"/channels/{talk.channel}/members/{talk.bob.id}").status == 200
    age(talk, scheduled, processedat=now_ms() - CLAIM_MS - 1, scheduledat=now_ms() - TOO_LATE_MS - 1)
    send(talk)
    assert talk.messages(talk.carol) == ["edited since"]
    assert left(talk, talk.bob) == []


def test_two_that_post_the_same_one_at_the_same_time_make_one_post(talk: Talk) -> None:
    scheduled = due(talk.bob, talk.channel)
    sender = talk.server.plugin("scheduled_posts").sender
    record = sender._store.get(scheduled["id"])
    jobs = [gevent.spawn(sender._post, record) for _ in range(3)]
    gevent.joinall(jobs, raise_error=True)
    assert [job.value for job in jobs] == ["", "", ""]
    assert talk.messages(talk.carol) == ["now"]


def test_while_it_is_being_sent_it_can_not_be_changed(talk: Talk) -> None:
    scheduled = due(talk.bob, talk.channel)
    age(talk, scheduled, processedat=now_ms())
    path = f"/posts/schedule/{scheduled['id']}"
    wanted = {**scheduled, "message": "no, wait", "scheduled_at": now_ms() + HOUR}
    assert (talk.bob.put(path, wanted).status, talk.bob.delete(path).status) == (409, 409)
    assert [one["message"] for one in left(talk, talk.bob)] == ["now"]


def failed(talk: Talk, user: Any) -> str:
    """Send, and return why what the user has scheduled could not be sent; the user was told."""
    send(talk)
    (one,) = left(talk, user)
    assert one["processed_at"] >= one["scheduled_at"]
    event = talk.server.events("scheduled_post_updated")[-1]
    assert event.broadcast.user_id == user.id
    assert json.loads(event.data["scheduledPost"]) == one
    send(talk)
    assert left(talk, user) == [one], "it is tried once"
    return str(one["error_code"])


def test_not_into_a_channel_that_was_archived(talk: Talk) -> None:
    channel = talk.make_channel("old", talk.bob)
    due(talk.bob, channel)
    talk.alice.delete(f"/channels/{channel}")
    assert failed(talk, talk.bob) == "channel_archived"


def test_not_into_a_channel_that_the_author_is_no_longer_in(talk: Talk) -> None:
    due(talk.bob, talk.channel)
    talk.alice.delete(f"/channels/{talk.channel}/members/{talk.bob.id}")
    assert failed(talk, talk.bob) == "no_channel_member"


def test_not_without_the_permission_to_post(talk: Talk) -> None:
    due(talk.bob, talk.channel)
    role = talk.alice.get("/roles/name/channel_user").json
    fewer = [name for name in role["permissions"] if name not in ("create_post", "create_post_public")]
    assert talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": fewer}).status == 200
    assert failed(talk, talk.bob) == "no_channel_permission"


def test_not_to_a_thread_that_was_deleted(talk: Talk) -> None:
    root = talk.say(talk.alice, "root")["id"]
    due(talk.bob, talk.channel, root_id=root)
    talk.alice.delete(f"/posts/{root}")
    assert failed(talk, talk.bob) == "thread_deleted"


def test_not_for_somebody_whose_account_was_deactivated(talk: Talk) -> None:
    due(talk.bob, talk.channel)
    talk.alice.delete(f"/users/{talk.bob.id}")
    send(talk)
    event = talk.server.events("scheduled_post_updated")[-1]
    assert event.broadcast.user_id == talk.bob.id
    assert json.loads(event.data["scheduledPost"])["error_code"] == "user_deleted"
    assert talk.messages(talk.carol) == []


def test_not_a_day_late(talk: Talk) -> None:
    scheduled = due(talk.bob, talk.channel)
    age(talk, scheduled, scheduledat=now_ms() - TOO_LATE_MS - 1)
    assert failed(talk, talk.bob) == "unable_to_send"


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("column", "code"), [("userid", "user_missing"), ("channelid", ""), ("message", "invalid_post")]
)
def test_rows_of_what_is_not_there_any_more(talk: Talk, column: str, code: str) -> None:
    scheduled = due(talk.bob, talk.channel)
    value = "m" * 16_384 if column == "message" else "0" * 26
    db = talk.server.app.db
    db.execute(f"UPDATE {{scheduledposts}} SET {column} = ? WHERE id = ?", (value, scheduled["id"]))
    send(talk)
    found = db.fetch_value("SELECT errorcode FROM {scheduledposts} WHERE id = ?", (scheduled["id"],))
    assert found == (code or "channel_not_found")


class Filter:
    """A plugin that looks at each message."""

    error: Exception | None = None

    @hookimpl
    def message_will_be_posted(self, post: Post) -> Post:
        """Refuse the message, or shout."""
        if self.error is not None:
            raise self.error
        post.message = post.message.upper()
        return post


def test_it_passes_the_filters_that_other_posts_pass(talk: Talk) -> None:
    talk.server.app.hooks.register(Filter(), "filter")
    due(talk.bob, talk.channel, "softly")
    send(talk)
    assert talk.messages(talk.carol) == ["SOFTLY"]


def test_one_that_a_filter_refuses_is_not_sent(talk: Talk) -> None:
    refusing = Filter()
    refusing.error = Rejected("no")
    talk.server.app.hooks.register(refusing, "filter")
    due(talk.bob, talk.channel)
    assert failed(talk, talk.bob) == "unable_to_send"
    assert talk.messages(talk.carol) == []


def test_what_can_not_be_sent_just_now_is_sent_later_and_holds_up_nothing(talk: Talk) -> None:
    broken = Filter()
    broken.error = Unavailable("come back later")
    talk.server.app.hooks.register(broken, "filter")
    first = due(talk.bob, talk.channel, "first")
    second = due(talk.bob, talk.channel, "second", scheduled_at=now_ms())
    send(talk)
    assert [one["error_code"] for one in left(talk, talk.bob)] == ["", ""]
    broken.error = None
    for scheduled in (first, second):
        age(talk, scheduled, processedat=now_ms() - CLAIM_MS - 1)
    send(talk)
    assert sorted(talk.messages(talk.carol)) == ["FIRST", "SECOND"]


def test_one_that_failed_is_tried_again_when_its_author_changes_it(talk: Talk) -> None:
    scheduled = due(talk.bob, talk.channel)
    talk.alice.delete(f"/channels/{talk.channel}/members/{talk.bob.id}")
    assert failed(talk, talk.bob) == "no_channel_member"
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": talk.bob.id})
    again = talk.bob.put(f"/posts/schedule/{scheduled['id']}", {**scheduled, "scheduled_at": now_ms()})
    assert (again.status, again.json["error_code"], again.json["processed_at"]) == (201, "", 0)
    send(talk)
    assert talk.messages(talk.carol) == ["now"]


@pytest.mark.engines("sqlite")
def test_while_it_is_turned_off_nothing_is_sent(talk: Talk) -> None:
    due(talk.bob, talk.channel)
    talk.server.configure(ServiceSettings={"ScheduledPosts": False})
    send(talk)
    assert talk.messages(talk.carol) == []
    talk.server.configure(ServiceSettings={"ScheduledPosts": True})
    send(talk)
    assert talk.messages(talk.carol) == ["now"]
