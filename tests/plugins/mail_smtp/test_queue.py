"""The queue: nothing is lost, nothing is sent twice, what is refused is tried again or given up."""

from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.plugins.mail_smtp.sender import FIRST_PAUSE_MS, GIVE_UP_MS, LONGEST_PAUSE_MS, pause_ms
from hubbub.tests.plugins.mail_smtp.conftest import make_due, queue, sender_of
from hubbub.tests.services.smtp import wait_until


def mailer(server: Any) -> Any:
    return server.app.services.get(Mailer)


def mail(to: str = "bob@example.com", **fields: Any) -> Mail:
    return Mail(**{"kind": "note", "to": to, "subject": f"For {to}", "text": "A text.", **fields})


def test_a_mail_is_sent_and_leaves_the_queue(server: Any, smtp: Any) -> None:
    assert mailer(server).send(mail()) is True
    (received,) = smtp.wait(1)
    assert (received.sender, received.to) == ("hubbub@example.com", "bob@example.com")
    server.settle()
    assert queue(server) == []


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_mail_goes_with_the_callers_transaction(make_mailing: Any, database: Any, smtp: Any) -> None:
    server = make_mailing(database)
    with pytest.raises(RuntimeError, match="undone"), server.app.db.transaction():
        mailer(server).send(mail("never@example.com"))
        raise RuntimeError("undone")
    with server.app.db.transaction():
        mailer(server).send(mail())
        assert smtp.mails == []
    server.settle()
    assert [one.to for one in smtp.wait(1)] == ["bob@example.com"]


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_two_workers_send_each_mail_once(make_mailing: Any, database: Any, smtp: Any) -> None:
    servers = [make_mailing(database), make_mailing(database)]
    everybody = [f"user{number}@example.com" for number in range(25)]
    for server in servers:
        sender_of(server)._running = True  # so that both begin at the same moment, below
    mailer(servers[0]).send_many(map(mail, everybody))
    for server in servers:
        sender_of(server)._running = False
    gevent.joinall([gevent.spawn(sender_of(server).run) for server in servers], raise_error=True)
    assert sorted(one.to for one in smtp.mails) == sorted(everybody)
    assert queue(servers[0]) == []


def test_a_thousand_mails_are_queued_in_a_few_statements(server: Any, smtp: Any) -> None:
    sender_of(server).stop()
    mailer(server).send_many(mail(f"user{number}@example.com") for number in range(1000))
    assert server.app.db.fetch_value("SELECT COUNT(*) FROM {hb_mail_queue}") == 1000


@pytest.mark.parametrize("answer", ["450 mailbox busy", "451 greylisted, come back"])
def test_what_is_refused_for_now_is_tried_again(server: Any, smtp: Any, answer: str) -> None:
    smtp.rules(rcpt={"bob@example.com": answer})
    mailer(server).send_many([mail(), mail("eve@example.com")])
    server.settle()
    assert [one.to for one in smtp.mails] == ["eve@example.com"], "the others don't wait for it"
    assert queue(server) == [("note", 1, "", answer)]
    due = server.app.db.fetch_value("SELECT nextat FROM {hb_mail_queue}")
    assert due - now_ms() > FIRST_PAUSE_MS / 2
    sender_of(server).run()
    assert queue(server)[0][1] == 1, "its time has not come"
    smtp.rules()
    make_due(server)
    sender_of(server).run()
    assert [one.to for one in smtp.mails] == ["eve@example.com", "bob@example.com"]
    assert queue(server) == []


def test_what_is_refused_for_good_is_given_up_and_logged_without_the_secret(
    server: Any, smtp: Any, caplog: pytest.LogCaptureFixture
) -> None:
    link = "https://chat.example.com/reset_password_complete?token=very-secret"
    smtp.rules(data={"bob@example.com": f"550 spam: {link}"})
    with caplog.at_level("INFO"):
        mailer(server).send(mail(link=link, kind="password_reset", values={"username": "bob"}))
        server.settle()
    assert (queue(server), smtp.mails) == ([], [])
    assert "given up: 550 spam: (a link)" in caplog.text
    assert "very-secret" not in caplog.text


def test_after_three_days_it_is_given_up(server: Any, smtp: Any, caplog: pytest.LogCaptureFixture) -> None:
    smtp.rules(rcpt={"*": "450 not now"})
    mailer(server).send(mail())
    server.settle()
    server.app.db.execute("UPDATE {hb_mail_queue} SET createat = ?, nextat = 0", (now_ms() - GIVE_UP_MS - 1,))
    sender_of(server).run()
    assert queue(server) == []
    assert "tried for three days" in caplog.text


def test_the_pauses_grow_to_hours_and_differ() -> None:
    assert FIRST_PAUSE_MS * 0.75 <= pause_ms(1) <= FIRST_PAUSE_MS * 1.25
    assert pause_ms(8) > 10 * pause_ms(1)
    assert pause_ms(1000) <= LONGEST_PAUSE_MS * 1.25
    assert len({pause_ms(3) for _ in range(10)}) > 1


def test_a_mail_whose_link_has_expired_is_not_sent(server: Any, smtp: Any) -> None:
    mailer(server).send_many([mail(expires_at=now_ms() - 1), mail("eve@example.com", expires_at=now_ms() + 60_000)])
    server.settle()
    assert [one.to for one in smtp.mails] == ["eve@example.com"]
    assert queue(server) == []


def test_a_server_that_hangs_up_after_some_mails_gets_the_others_too(server: Any, smtp: Any) -> None:
    smtp.rules(per_connection=2)
    everybody = [f"user{number}@example.com" for number in range(5)]
    mailer(server).send_many(map(mail, everybody))
    server.settle()
    assert sorted(one.to for one in smtp.mails) == everybody


def test_a_server_that_is_down_or_busy_costs_no_mail_and_shows_in_health(server: Any, smtp: Any) -> None:
    smtp.stop()
    mailer(server).send_many([mail(), mail("eve@example.com")])
    server.settle()
    assert [row[1] for row in queue(server)] == [1, 1]
    assert server.app.health.report().components["mail"].ok is False
    smtp.start()
    smtp.rules(greeting="421 too busy")
    make_due(server)
    sender_of(server).run()
    assert [row[3] for row in queue(server)] == ["421 too busy", "421 too busy"]
    smtp.rules()
    make_due(server)
    sender_of(server).run()
    assert len(smtp.mails) == 2
    assert server.app.health.report().components["mail"].ok is True


def test_a_stop_in_the_middle_leaves_the_rest_to_the_next_worker(
    make_mailing: Any, sqlite_database: Any, smtp: Any
) -> None:
    first = make_mailing(sqlite_database)
    smtp.rules(hold=True)
    mailer(first).send_many(mail(f"user{number}@example.com") for number in range(5))
    smtp.wait_until_holding()
    stopping = gevent.spawn(first.stop)
    wait_until(lambda: sender_of(first)._stopping, "the stop")
    smtp.rules()
    stopping.get()
    assert len(smtp.mails) == 1, "the one on its way was finished"
    second = make_mailing(sqlite_database)
    assert [row[1:3] for row in queue(second)] == [(0, "")] * 4
    sender_of(second).run()
    assert sorted(one.to for one in smtp.mails) == [f"user{number}@example.com" for number in range(5)]


def test_what_a_killed_worker_had_is_sent_when_its_lease_ends(
    make_mailing: Any, sqlite_database: Any, smtp: Any
) -> None:
    server = make_mailing(sqlite_database)
    sender_of(server)._running = True
    mailer(server).send(mail())
    sender_of(server)._running = False
    store, now = sender_of(server)._store, now_ms()
    (taken,) = store.claim("a worker that dies", now, now + 60_000, 10)
    sender_of(server).run()
    assert smtp.mails == [], "somebody else has it"
    make_due(server)
    sender_of(server).run()
    (received,) = smtp.mails
    assert received.message["Message-ID"] == f"<{taken.id}@example.com>", "the same at every attempt"
    store.rows.delete("a worker that dies", [taken.id])
    store.rows.defer("a worker that dies", taken.id, now, "too late")
    assert queue(server) == []


def test_what_can_not_be_read_or_written_does_not_stop_those_behind_it(server: Any, smtp: Any) -> None:
    sender_of(server)._running = True
    mailer(server).send_many([mail(), mail("eve@example.com")])
    sender_of(server)._running = False
    db = server.app.db
    first = db.fetch_value("SELECT MIN(id) FROM {hb_mail_queue}")
    db.execute("UPDATE {hb_mail_queue} SET payload = 'rubbish' WHERE id = ?", (first,))
    mailer(server).send_many([mail("no address"), mail("x@example.com\r\nBcc: all@example.com")])
    server.settle()
    assert len(smtp.mails) == 1
    assert queue(server) == []


def test_without_a_mail_server_nothing_is_queued(make_server: Any, sqlite_database: Any) -> None:
    server = make_server(sqlite_database, ("mail_smtp",))
    assert mailer(server).send(mail()) is False, "the default leads nowhere"
    assert queue(server) == []


def test_numbers_are_counted(server: Any, smtp: Any) -> None:
    smtp.rules(rcpt={"bob@example.com": "450 later", "eve@example.com": "550 never"})
    mailer(server).send_many([mail(), mail("eve@example.com"), mail("dave@example.com")])
    server.settle()
    sender_of(server).run()
    families = {family.name: family for family in server.app.metrics.snapshot()}
    results = {sample.labels: sample.value for sample in families["hubbub_mail_results_total"].samples}
    assert results == {("deferred",): 1, ("given_up",): 1, ("sent",): 1}
    assert families["hubbub_mail_queue"].samples[0].value == 1
