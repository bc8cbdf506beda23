"""Several notifications in one mail, after the time that their reader chose."""

from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.mail_notifications.conftest import MAILING, Mailing
from hubbub.tests.services.moments import pass_moment

ON = {"EnableEmailBatching": True}


def choose(client: Any, seconds: int) -> None:
    """Set how long notifications are collected."""
    mine = {"user_id": client.id, "category": "notifications", "name": "email_interval", "value": str(seconds)}
    assert client.put("/users/me/preferences", [mine]).status == 200


def seconds_left(talk: Mailing) -> list[int]:
    """Return how long each notification waits at most."""
    rows = talk.server.app.db.fetch_all("SELECT (dueat - createat) / 1000 FROM {hb_mail_waiting} ORDER BY createat, id")
    return [int(row[0]) for row in rows]


def test_what_comes_in_the_time_goes_in_one_mail(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(**ON)
    choose(talk.bob, 3600)
    for text in ("one @bob", "two @bob", "three @bob"):
        talk.notify(talk.say(talk.alice, text), talk.bob)
        pass_moment()
    assert (smtp.mails, talk.waiting()) == ([], 3)
    talk.instance().digests.run()
    assert smtp.mails == [], "an hour has not passed"
    talk.pass_time()
    (received,) = smtp.mails
    assert received.message["Subject"] == "Hubbub: 3 messages you have not read"
    assert received.text.index("> one") < received.text.index("> two") < received.text.index("> three")
    assert talk.waiting() == 0


@pytest.mark.engines("sqlite")
def test_people_choose_how_long(make_talk: Any) -> None:
    talk = make_talk(**ON)
    choose(talk.bob, 30)
    choose(talk.carol, 3600)
    talk.notify(talk.say(talk.alice, "@all"), talk.bob, talk.carol, talk.dave)
    assert sorted(seconds_left(talk)) == [30, 900, 3600]


@pytest.mark.engines("sqlite")
def test_one_alone_is_a_mail_about_it(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(**ON)
    talk.notify(talk.say(talk.alice, "one @bob"), talk.bob)
    talk.pass_time()
    assert smtp.mails[0].message["Subject"] == "Hubbub: message from @alice in Crew"


@pytest.mark.engines("sqlite")
def test_what_was_read_deleted_or_is_out_of_reach_is_left_out(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(**ON)
    talk.notify(talk.say(talk.alice, "read @bob"), talk.bob)
    talk.bob.post("/channels/members/me/view", {"channel_id": talk.channel})
    gone = talk.say(talk.alice, "deleted @bob")
    talk.notify(gone, talk.bob)
    talk.alice.delete(f"/posts/{gone['id']}")
    private = talk.make_channel("secret", talk.bob, type="P")
    hidden = talk.alice.post("/posts", {"channel_id": private, "message": "private @bob"}).json
    talk.notify(hidden, talk.bob)
    talk.alice.delete(f"/channels/{private}/members/{talk.bob.id}")
    talk.notify(talk.say(talk.alice, "still new @bob"), talk.bob)
    talk.pass_time()
    (received,) = smtp.mails
    assert "still new" in received.text
    for left_out in ("read @bob", "deleted", "private"):
        assert left_out not in received.text
    assert talk.waiting() == 0


@pytest.mark.engines("sqlite")
def test_many_do_not_wait(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(EmailBatchingBufferSize=3, **ON)
    choose(talk.bob, 3600)
    for number in range(3):
        talk.notify(talk.say(talk.alice, f"{number} @bob"), talk.bob)
    talk.instance().digests.run()
    talk.server.settle()
    assert smtp.mails[0].message["Subject"] == "Hubbub: 3 messages you have not read"


@pytest.mark.engines("sqlite")
def test_who_is_gone_gets_no_mail(make_talk: Any, smtp: Any) -> None:
    talk = make_talk(**ON)
    talk.notify(talk.say(talk.alice, "@bob"), talk.bob)
    talk.alice.put(f"/users/{talk.bob.id}/active", {"active": False})
    talk.pass_time()
    assert (smtp.mails, talk.waiting()) == ([], 0)


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_two_workers_make_one_mail(make_talk: Any, smtp: Any) -> None:
    one, other = make_talk(**ON), make_talk(MAILING, **ON)
    for text in ("one @bob", "two @bob"):
        one.notify(one.say(one.alice, text), one.bob)
    one.server.app.db.execute("UPDATE {hb_mail_waiting} SET dueat = dueat - 3600000")
    both = [gevent.spawn(talk.instance().digests.run) for talk in (one, other)]
    gevent.joinall(both, raise_error=True)
    one.server.settle()
    other.server.settle()
    assert [received.to for received in smtp.mails] == ["bob@example.com"]
    assert one.waiting() == 0
