"""A proxy that is down, slow, mad or leads elsewhere; phones that are gone; too much at once."""

import json
from typing import Any

import gevent
import pytest

from hubbub.core.testing import make_app
from hubbub.plugins.push_notifications import outbox, sending
from hubbub.plugins.push_notifications import proxy as protocol
from hubbub.tests.plugins.push_notifications.conftest import Phones, settings
from hubbub.tests.services.process import free_port
from hubbub.tests.services.push_proxy import OK, ScriptedProxy

ELSEWHERE = ("302 Found", [("Location", "http://127.0.0.1:1/api/v1/send_push")], b"")


def test_a_phone_that_is_gone_is_left_alone_until_its_app_comes_back(phones: Any) -> None:
    person = phones.person("apple_rn:gone", "apple_rn:here")
    channel = phones.channel(person)
    text = f"@{person.user['username']} hello"
    phones.proxy.answer = lambda body: b'{"status":"REMOVE"}' if body["device_id"] == "gone" else OK
    assert {one["device_id"] for one in phones.say(channel, text)} == {"gone", "here"}
    assert [one["device_id"] for one in phones.say(channel, text)] == ["here"]
    props = [one["props"] for one in person.get("/users/me/sessions").json if one["device_id"] == "apple_rn:gone"]
    assert props[0]["last_removed_device_id"] == "apple_rn:gone"
    phones.proxy.answer = lambda _body: OK
    phones.phone(person, "apple_rn:gone")
    assert {one["device_id"] for one in phones.say(channel, text)} == {"gone", "here"}


def test_one_phone_with_two_sessions_rings_once(phones: Any) -> None:
    person = phones.person("apple_rn:aaa", "apple_rn:aaa")
    assert len(phones.say(phones.channel(person), f"@{person.user['username']} hello")) == 1


@pytest.mark.parametrize(
    ("answer", "tries", "said"),
    [
        (("500 Internal Server Error", [], b"oops"), 4, "HTTP 500"),
        (("429 Too Many Requests", [], b""), 4, "HTTP 429"),
        (("404 Not Found", [], b""), 1, "HTTP 404"),
        (ELSEWHERE, 1, "it redirects"),
        (b"<html>Welcome!</html>", 1, "no push proxy's answer"),
        (b'{"status": 7}', 1, "no push proxy's answer"),
        (b'["OK"]', 1, "no push proxy's answer"),
        (b"\xff\xfe", 1, "no push proxy's answer"),
        (b'{"status":"MAYBE"}', 1, "a status that push proxies don't have"),
        (b" " * 100_000, 4, "larger than"),
    ],
)
def test_a_proxy_that_is_mad(phones: Any, caplog: pytest.LogCaptureFixture, answer: Any, tries: int, said: str) -> None:
    person = phones.person("apple_rn:tokentoken")
    channel = phones.channel(person)
    phones.proxy.answer = lambda _body: answer
    before = phones.metric("message", "given_up")
    assert len(phones.say(channel, f"@{person.user['username']} the plan")) == tries
    assert phones.metric("message", "given_up") == before + 1
    assert said in caplog.text
    component = phones.app.app.health.report().components["push"]
    assert not component.ok
    assert said in component.detail
    assert not any(word in caplog.text for word in ("tokentoken", "the plan", "Traceback"))
    phones.proxy.reset()
    assert len(phones.say(channel, f"@{person.user['username']} again")) == 1
    assert phones.app.app.health.report().components["push"].ok


def test_a_proxy_that_comes_back_gets_what_it_missed(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    answers = [("503 Service Unavailable", [], b""), ("502 Bad Gateway", [], b""), OK]
    phones.proxy.answer = lambda _body: answers.pop(0)
    before = phones.metric("message", "ok")
    assert len(phones.say(channel, f"@{person.user['username']} hello")) == 3
    assert phones.metric("message", "ok") == before + 1


def test_a_proxy_that_is_not_there(phones: Any, caplog: pytest.LogCaptureFixture) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.app.configure(EmailSettings={"PushNotificationServer": f"http://127.0.0.1:{free_port()}"})
    phones.say(channel, f"@{person.user['username']} hello")
    assert "Connection refused" in caplog.text
    assert "Traceback" not in caplog.text


def test_what_the_proxy_calls_a_failure_is_not_tried_again(phones: Any, caplog: pytest.LogCaptureFixture) -> None:
    person = phones.person("apple_rn:tokentoken")
    channel = phones.channel(person)
    phones.proxy.answer = lambda body: json.dumps({"status": "FAIL", "error": f"bad {body['device_id']}\n"}).encode()
    assert len(phones.say(channel, f"@{person.user['username']} hello")) == 1
    assert "a push failed there: 'bad …\\n'" in caplog.text


def test_a_proxy_that_hangs_delays_no_post(phones: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "TIMEOUT_S", 0.05)
    monkeypatch.setattr(sending, "PAUSES_S", [])
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.proxy.delay_s = 0.3
    for number in range(3):
        phones.alice.create_post(channel, f"@{person.user['username']} {number}")
        phones.app.settle()  # deciding and queueing end while the proxy hangs
    assert not phones.outbox.is_idle
    phones.rest()
    assert len(phones.proxy.of("message")) == 3


def test_what_waited_for_too_long_is_not_sent(phones: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    monkeypatch.setattr(sending, "TOO_OLD_S", -1.0)
    assert phones.say(channel, f"@{person.user['username']} hello") == []
    assert phones.metric("message", "too_old") == 1


def test_messages_of_one_person_arrive_in_order(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.proxy.delay_s = 0.003
    for number in range(12):
        phones.alice.create_post(channel, f"@{person.user['username']} {number}")
    phones.app.settle()
    person.post("/channels/members/me/view", {"channel_id": channel["id"]})
    phones.rest()
    shown = [one["message"].rpartition(" ")[2] for one in phones.proxy.got if one["type"] == "message"]
    assert shown == [str(number) for number in range(12)]
    assert phones.proxy.got[-1]["type"] == "clear"


def test_more_than_fits_is_given_up_and_counted(
    proxy: ScriptedProxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "BEHIND", 3)
    monkeypatch.setattr(outbox, "STOP_S", 0.1)
    proxy.reset()
    config = settings(proxy)
    config["EmailSettings"]["PushNotificationBuffer"] = 2
    with make_app(config) as app:
        site = Phones(app, proxy)
        people = [site.person(f"apple_rn:phone{number}") for number in range(6)]
        channel = site.channel(*people)
        proxy.delay_s = 5.0
        for number in range(4):
            site.alice.create_post(channel, f"@all {number}")
        app.settle()
        gevent.sleep(0)
        assert app.app.metrics.counter("hubbub_push_dropped_total", "").labels().value > 0
        assert site.outbox.waiting <= 2 * (3 + 1) + 6
        assert "the push proxy is too slow" in caplog.text
        site.outbox.stop()
    assert "weren't sent before the server stopped" in caplog.text
    proxy.reset()
