"""Programs that are down, slow, huge or sly hurt nobody else."""

from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.posts.world import Talk
from hubbub.tests.plugins.webhooks.kit import Program, delivered, outgoing, posts

pytestmark = pytest.mark.engines("sqlite")


def outcomes(talk: Talk) -> dict[str, int]:
    """Return what the worker counts, by outcome."""
    counter = talk.server.plugin("webhooks").deliveries._sent
    names = ("sent", "refused", "failed", "dropped")
    return {name: int(counter.labels(name).value) for name in names if counter.labels(name).value}


def until(ready: Any) -> None:
    """Wait for something that happens soon."""
    with gevent.Timeout(10):
        while not ready():
            gevent.sleep(0.005)


def test_a_program_that_fails_is_asked_again(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    program.say((500, b"oops"), (503, b""), (200, {"text": "here I am"}))
    talk.say(talk.bob, "build")
    delivered(talk)
    assert len(program.seen) == 3
    assert len(set(program.seen)) == 1, "the same each time"
    assert [post["message"] for post in posts(talk)] == ["here I am"]
    assert outcomes(talk) == {"sent": 1}


def test_after_enough_tries_it_is_given_up(talk: Talk, program: Program, caplog: pytest.LogCaptureFixture) -> None:
    outgoing(talk, program.url + "?secret=7")
    program.say((500, b""))
    talk.say(talk.bob, "build")
    delivered(talk)
    assert len(program.seen) == 4
    (record,) = [record for record in caplog.records if record.message == "an outgoing webhook was not delivered"]
    assert (record.host, record.reason) == ("127.0.0.1", "it answered 500")  # type: ignore[attr-defined]  # extras of the record
    assert "secret" not in str(record.__dict__)
    assert outcomes(talk) == {"failed": 1}


def test_a_program_that_is_down_is_asked_again_when_it_may_be_up(make_site: Any, program: Program) -> None:
    talk = make_site({"RetrySeconds": 0.2, "Retries": 9})
    outgoing(talk, program.url)
    program._server.stop()
    address = program._server.address
    talk.say(talk.bob, "build")
    talk.server.settle()
    again = type(program._server)(address, program._serve, log=None)
    again.start()
    delivered(talk)
    again.stop()
    assert len(program.seen) == 1


def test_what_a_program_refuses_is_not_sent_again(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    program.say((404, {"text": "not posted"}))
    talk.say(talk.bob, "build")
    delivered(talk)
    assert len(program.seen) == 1
    assert posts(talk) == []
    assert outcomes(talk) == {"refused": 1}


def test_the_inside_is_not_reached_by_address_or_redirect(
    talk: Talk, program: Program, inside: Program, caplog: pytest.LogCaptureFixture
) -> None:
    outgoing(talk, inside.url, trigger_words=["straight"])
    outgoing(talk, program.url, trigger_words=["around"])
    program.location = inside.url
    talk.say(talk.bob, "straight there")
    talk.say(talk.bob, "around the corner")
    delivered(talk)
    assert len(program.seen) == 1
    assert inside.seen == []
    assert outcomes(talk) == {"failed": 2}
    reasons = [str(record.__dict__) for record in caplog.records if "not delivered" in record.message]
    assert len(reasons) == 2
    assert all("127.0.0.2 is inside" in reason and "/hook" not in reason for reason in reasons)
    talk.server.configure(ServiceSettings={"AllowedUntrustedInternalConnections": "127.0.0.1 127.0.0.2"})
    talk.say(talk.bob, "straight there")
    delivered(talk)
    assert len(inside.seen) == 1, "it was there all the time"


def test_a_huge_answer_is_given_up(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    program.say((200, b'{"text": "' + b"x" * 1_100_000 + b'"}'))
    talk.say(talk.bob, "build")
    delivered(talk)
    assert posts(talk) == []
    assert outcomes(talk) == {"failed": 1}
    assert len(program.seen) == 1


def test_a_slow_program_takes_few_requests_at_once_and_delays_no_other(make_site: Any, program: Program) -> None:
    talk = make_site({"ParallelPerHost": 2})
    other = Program()
    outgoing(talk, program.url, trigger_words=["slow"])
    outgoing(talk, other.url, trigger_words=["fast"])
    other.say((200, {"text": "quick"}))
    program.gate.clear()
    for number in range(6):
        talk.say(talk.bob, f"slow {number}")
    talk.say(talk.bob, "fast")
    until(lambda: posts(talk))
    assert [post["message"] for post in posts(talk)] == ["quick"]
    assert program.busiest == 2
    program.gate.set()
    delivered(talk)
    other.stop()
    assert sorted(found["text"] for found in program.fields) == [f"slow {number}" for number in range(6)]
    assert program.busiest == 2


def test_one_that_never_answers_is_left(make_site: Any, program: Program) -> None:
    talk = make_site(ServiceSettings={"OutgoingIntegrationRequestsTimeout": 1})
    outgoing(talk, program.url)
    program.gate.clear()
    talk.say(talk.bob, "build")
    delivered(talk)
    assert outcomes(talk) == {"failed": 1}
    assert len(program.seen) == 1, "it may have understood: not sent twice"


def test_too_many_that_wait_are_given_up(talk: Talk, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.webhooks.delivery.MAX_WAITING_PER_HOST", 3)
    outgoing(talk, program.url)
    program.gate.clear()
    for number in range(4):
        talk.say(talk.bob, f"build {number}")
    until(lambda: program.busy == 4)
    for number in range(5):
        talk.say(talk.bob, f"build more {number}")
    talk.server.settle()
    assert outcomes(talk) == {"dropped": 2}
    program.gate.set()
    delivered(talk)
    assert outcomes(talk) == {"sent": 7, "dropped": 2}
