"""Important and urgent messages: who may send them, what readers see, acknowledgements, what is to be repeated."""

import json
from functools import partial
from typing import Any

import gevent
import pytest

from hubbub.plugins.post_priority import service
from hubbub.tests.plugins.posts.world import ONLY

ALL_ENGINES = pytest.mark.engines("sqlite", "postgres", "mysql")
ERROR = "api.post.post_priority.{}.request_error"


def ask(author: Any, talk: Any, message: str = "read this", channel: str = "", **priority: Any) -> Any:
    """Return the answer to a post with a priority."""
    body = {"channel_id": channel or talk.channel, "message": message, "metadata": {"priority": priority}}
    return author.post("/posts", body)


def urgent(talk: Any, message: str = "read this", **priority: Any) -> dict[str, Any]:
    """Return an urgent post of alice's that asks to be acknowledged."""
    answer = ask(talk.alice, talk, message, priority="urgent", requested_ack=True, **priority)
    assert answer.status == 201, answer
    return dict(answer.json)


def ack(client: Any, post: dict[str, Any], user: Any = None) -> Any:
    """Return the answer to an acknowledgement."""
    return client.post(f"/users/{(user or client).id}/posts/{post['id']}/ack")


def take_back(client: Any, post: dict[str, Any], user: Any = None) -> Any:
    """Return the answer to taking an acknowledgement back."""
    return client.delete(f"/users/{(user or client).id}/posts/{post['id']}/ack")


def repeated(talk: Any) -> list[str]:
    """Return the ids of the posts whose notifications are to be repeated."""
    talk.server.settle()
    rows = talk.server.app.db.fetch_all("SELECT postid FROM {persistentnotifications} WHERE deleteat = 0")
    return [row[0] for row in rows]


def test_a_priority_is_shown_to_everybody(talk: Any) -> None:
    answer = ask(talk.bob, talk, priority="important")
    shown = {"priority": {"priority": "important", "requested_ack": False, "persistent_notifications": False}}
    assert (answer.status, answer.json["metadata"]) == (201, shown)
    (event,) = talk.server.events("posted")
    assert json.loads(event.data["post"])["metadata"] == shown
    post = answer.json
    assert talk.carol.get(f"/posts/{post['id']}").json["metadata"] == shown
    assert talk.carol.get(f"/channels/{talk.channel}/posts").json["posts"][post["id"]]["metadata"] == shown
    talk.bob.put(f"/posts/{post['id']}/patch", {"message": "edited"})
    (edited,) = talk.server.events("post_edited")
    assert json.loads(edited.data["post"])["metadata"] == shown


@pytest.mark.engines("sqlite")
def test_nothing_asked_for_is_nothing_kept(talk: Any) -> None:
    assert ask(talk.bob, talk).json["metadata"] == {}
    assert ask(talk.bob, talk, priority=None, requested_ack=None).json["metadata"] == {}
    assert talk.say(talk.bob, "x", metadata={"priority": None})["metadata"] == {}


@pytest.mark.engines("sqlite")
def test_ordinary_posts_cost_nothing(talk: Any) -> None:
    asked: list[str] = []
    db = talk.server.app.db
    for name in ("fetch_all", "fetch_one", "execute"):
        run = getattr(db, name)

        def count(statement: Any, *args: Any, run: Any = run, **options: Any) -> Any:
            asked.append(str(getattr(statement, "sql", statement)))
            return run(statement, *args, **options)

        setattr(db, name, count)

    def cost() -> int:
        return sum("priority" in sql or "persistentnot" in sql or "acknowl" in sql for sql in asked)

    root = talk.say(talk.bob, "hello")
    talk.server.settle()
    assert asked
    assert cost() == 0
    talk.say(talk.carol, "a reply", root_id=root["id"])
    talk.say(talk.carol, "another", root_id=root["id"])
    talk.server.settle()
    assert cost() == 1  # once for the thread, before anything is stored
    for _ in range(2):
        asked.clear()
        talk.carol.get(f"/channels/{talk.channel}/posts?page=1")
    assert cost() == 0  # there is no priority in the channel
    for _ in range(3):
        ack(talk.bob, urgent(talk))
    talk.carol.get(f"/channels/{talk.channel}/posts")  # from then on it is known that the channel has some
    asked.clear()
    talk.carol.get(f"/channels/{talk.channel}/posts?per_page=50")
    assert cost() == 1


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("priority", "status", "error"),
    [
        ({"priority": "huge"}, 400, "api.context.invalid_body_param.app_error"),
        ({"priority": 1}, 400, "api.context.invalid_body_param.app_error"),
        ({"requested_ack": "yes"}, 400, "api.context.invalid_body_param.app_error"),
        (
            {"priority": "important", "persistent_notifications": True},
            400,
            ERROR.format("urgent_persistent_notification_post"),
        ),
        (
            {"priority": "urgent", "persistent_notifications": True},
            400,
            ERROR.format("min_recipients_persistent_notification_post"),
        ),
    ],
)
def test_what_can_not_be_asked_for(talk: Any, priority: dict[str, Any], status: int, error: str) -> None:
    answer = ask(talk.bob, talk, **priority)
    assert (answer.status, answer.error) == (status, error)
    assert talk.messages(talk.alice) == []
    assert talk.totals() == (0, 0)


@pytest.mark.engines("sqlite")
def test_a_reply_has_none(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    body = {"channel_id": talk.channel, "message": "x", "root_id": root["id"]}
    answer = talk.bob.post("/posts", {**body, "metadata": {"priority": {"priority": "urgent"}}})
    assert (answer.status, answer.error) == (400, ERROR.format("priority_post_only_allowed_for_root_post"))
    assert talk.bob.post("/posts", {**body, "metadata": {"priority": {"priority": ""}}}).status == 201


@pytest.mark.engines("sqlite")
def test_priorities_can_be_turned_off(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"PostPriority": False})
    answer = ask(talk.bob, talk, priority="urgent")
    assert (answer.status, answer.error) == (403, ERROR.format("priority_post_not_allowed_for_user"))
    talk.say(talk.bob, "ordinary")


@pytest.mark.engines("sqlite")
def test_repeated_notifications_can_be_turned_off_and_are_not_for_guests(make_talk: Any) -> None:
    off = make_talk(ServiceSettings={"AllowPersistentNotifications": False})
    wanted = {"priority": "urgent", "persistent_notifications": True}
    assert ask(off.bob, off, "@carol", **wanted).status == 403
    talk = make_talk(GuestAccountsSettings={"Enable": True})
    guest = talk.make_guest("gus", talk.channel)
    assert ask(guest, talk, "@carol", **wanted).status == 403
    assert ask(guest, talk, "@carol", priority="urgent").status == 201
    assert ask(talk.bob, talk, "@carol", **wanted).status == 201


def test_so_many_can_be_notified_repeatedly(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"PersistentNotificationMaxRecipients": 1})
    wanted = {"priority": "urgent", "persistent_notifications": True}
    answer = ask(talk.alice, talk, "@bob @carol", **wanted)
    assert (answer.status, answer.error) == (400, ERROR.format("max_recipients_persistent_notification_post"))
    assert talk.messages(talk.alice) == []
    post = ask(talk.alice, talk, "@bob", **wanted).json
    assert repeated(talk) == [post["id"]]


def test_urgent_mentions_are_counted(talk: Any) -> None:
    post = urgent(talk, "@bob come")
    ask(talk.alice, talk, "@bob and this", priority="important")
    assert talk.member(talk.bob)["urgent_mention_count"] == 1
    talk.bob.post("/channels/members/me/view", {"channel_id": talk.channel})
    assert talk.member(talk.bob)["urgent_mention_count"] == 0
    unread = talk.bob.post(f"/users/me/posts/{post['id']}/set_unread").json
    assert (unread["mention_count"], unread["urgent_mention_count"]) == (2, 1)
    assert talk.member(talk.bob)["urgent_mention_count"] == 1


@ALL_ENGINES
def test_acknowledging_and_taking_it_back(talk: Any) -> None:
    post = urgent(talk)
    given = ack(talk.bob, post).json
    assert given["acknowledged_at"] > 0
    assert (given["user_id"], given["post_id"], given["channel_id"]) == (talk.bob.id, post["id"], talk.channel)
    shown = talk.carol.get(f"/posts/{post['id']}").json
    assert shown["metadata"]["acknowledgements"] == [given]
    assert shown["update_at"] > post["update_at"]
    assert ack(talk.bob, post).json == given
    assert take_back(talk.bob, post).json == {"status": "OK"}
    assert "acknowledgements" not in talk.carol.get(f"/posts/{post['id']}").json["metadata"]
    again = take_back(talk.bob, post)
    assert (again.status, again.error) == (404, "app.acknowledgement.get.app_error")
    assert ack(talk.bob, post).json["acknowledged_at"] >= given["acknowledged_at"]


def test_clients_in_the_channel_hear_of_it(talk: Any) -> None:
    post = urgent(talk)
    given = ack(talk.bob, post).json
    ack(talk.bob, post)
    take_back(talk.bob, post)
    (added,) = talk.server.events("post_acknowledgement_added")
    (removed,) = talk.server.events("post_acknowledgement_removed")
    assert json.loads(added.data["acknowledgement"]) == given
    assert json.loads(removed.data["acknowledgement"]) == {**given, "acknowledged_at": 0}
    first, second = talk.server.events("post_edited")
    assert json.loads(first.data["post"])["metadata"]["acknowledgements"] == [given]
    assert "acknowledgements" not in json.loads(second.data["post"])["metadata"]
    for event in (added, removed, first, second):
        assert (event.broadcast.channel_id, event.broadcast.user_id) == (talk.channel, "")


@ALL_ENGINES
def test_many_acknowledge_at_once(talk: Any) -> None:
    post = urgent(talk)
    calls = [partial(ack, client, post) for client in (talk.alice, talk.bob, talk.carol) for _ in range(4)]
    greenlets = [gevent.spawn(call) for call in calls]
    gevent.joinall(greenlets, timeout=60, raise_error=True)
    assert {greenlet.value.status for greenlet in greenlets} == {200}
    assert len(talk.server.events("post_acknowledgement_added")) == 3
    assert len(talk.carol.get(f"/posts/{post['id']}").json["metadata"]["acknowledgements"]) == 3


@pytest.mark.engines("sqlite")
def test_after_five_minutes_it_stays(talk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post = urgent(talk)
    given = ack(talk.bob, post).json["acknowledged_at"]
    monkeypatch.setattr(service, "now_ms", lambda: given + service.UNDO_MS + 1)
    late = take_back(talk.bob, post)
    assert (late.status, late.error) == (403, "api.acknowledgement.delete.deadline.app_error")
    monkeypatch.setattr(service, "now_ms", lambda: given + service.UNDO_MS)
    assert take_back(talk.bob, post).status == 200


@pytest.mark.engines("sqlite")
def test_who_may_acknowledge_what(talk: Any) -> None:
    post, plain = urgent(talk), talk.say(talk.alice, "nothing asked")
    assert ack(talk.bob, plain).status == 400
    assert ack(talk.bob, {"id": "z" * 26}).status == 404
    assert ack(talk.bob, post, user=talk.carol).status == 403
    assert ack(talk.alice, post, user=talk.carol).status == 200
    assert take_back(talk.bob, post, user=talk.carol).status == 403
    assert ack(talk.eve, post).status == 403
    assert take_back(talk.eve, post).status == 403
    talk.alice.delete(f"/channels/{talk.channel}")
    assert ack(talk.bob, post).error == "api.acknowledgement.save.archived_channel.app_error"
    assert take_back(talk.bob, post).error == "api.acknowledgement.delete.archived_channel.app_error"


@pytest.mark.engines("sqlite")
def test_a_deleted_post_is_not_acknowledged(talk: Any) -> None:
    post = urgent(talk)
    talk.alice.delete(f"/posts/{post['id']}")
    assert ack(talk.bob, post).status == 404


def test_notifications_are_repeated_until_somebody_answers(talk: Any) -> None:
    def ask_for_it() -> dict[str, Any]:
        return urgent(talk, "@bob come", persistent_notifications=True)

    acknowledged = ask_for_it()
    ack(talk.bob, acknowledged)
    assert repeated(talk) == []
    replied = ask_for_it()
    talk.say(talk.alice, "the author's own", root_id=replied["id"])
    assert repeated(talk) == [replied["id"]]
    talk.say(talk.bob, "coming", root_id=replied["id"])
    assert repeated(talk) == []
    reacted = ask_for_it()
    own = {"user_id": talk.alice.id, "post_id": reacted["id"], "emoji_name": "wave"}
    talk.alice.post("/reactions", own)
    assert repeated(talk) == [reacted["id"]]
    talk.bob.post("/reactions", {**own, "user_id": talk.bob.id})
    assert repeated(talk) == []
    deleted = ask_for_it()
    assert repeated(talk) == [deleted["id"]]
    talk.alice.delete(f"/posts/{deleted['id']}")
    assert repeated(talk) == []
    ask_for_it()
    talk.alice.delete(f"/channels/{talk.channel}")
    assert repeated(talk) == []


@pytest.mark.engines("sqlite")
def test_clients_are_told_what_is_there(make_talk: Any) -> None:
    talk = make_talk(
        (
            *"roles users auth_password sessions teams channels preferences statuses posts system".split(),
            "post_priority",
        )
    )
    told = talk.alice.get("/config/client?format=old").json
    assert (told["PostPriority"], told["PostAcknowledgements"]) == ("true", "true")
    assert told["AllowPersistentNotifications"] == "false"  # nobody sends them yet
    assert told["PersistentNotificationMaxRecipients"] == "5"


def test_another_worker_shows_the_first_priority_of_a_channel(make_talk: Any, tmp_path: Any) -> None:
    shared = {"RunDirectory": str(tmp_path / "run")}
    here, there = (make_talk((*ONLY, "cluster_local"), HubbubSettings=shared) for _ in range(2))
    plain = there.say(there.bob, "no priority")
    assert there.bob.get(f"/posts/{plain['id']}").json["metadata"] == {}
    post = urgent(here)
    with gevent.Timeout(10):
        while not there.bob.get(f"/posts/{post['id']}").json["metadata"]:
            gevent.sleep(0.001)
