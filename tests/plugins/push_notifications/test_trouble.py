"""A proxy that is down, slow, mad or leads elsewhere; phones that are gone; too much at once."""

import json
from typing import Any

import pytest

from hubbub.core.testing import make_app
from hubbub.plugins.push_notifications import keeper, outbox, sending
from hubbub.plugins.push_notifications import proxy as protocol
from hubbub.tests.plugins.push_notifications.conftest import Phones, settings, until
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


def check_told(phones: Any, caplog: pytest.LogCaptureFixture, said: str) -> None:
    """Check that admins are told what is wrong, and nobody what was written."""
    assert said in caplog.text
    component = phones.app.app.health.report().components["push"]
    assert not component.ok
    assert said in component.detail
    assert not any(word in caplog.text for word in ("tokentoken", "the plan", "Traceback"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("404 Not Found", [], b""), "HTTP 404"),
        (ELSEWHERE, "it redirects"),
        (b"<html>Welcome!</html>", "no push proxy's answer"),
        (b'{"status": 7}', "no push proxy's answer"),
        (b'["OK"]', "no push proxy's answer"),
        (b"\xff\xfe", "no push proxy's answer"),
        (b'{"status":"MAYBE"}', "a status that push proxies don't have"),
    ],
)
def test_a_proxy_that_is_mad(phones: Any, caplog: pytest.LogCaptureFixture, answer: Any, said: str) -> None:
    person = phones.person("apple_rn:tokentoken")
    channel = phones.channel(person)
    phones.proxy.answer = lambda _body: answer
    before = phones.metric("message", "given_up")
    assert len(phones.say(channel, f"@{person.user['username']} the plan")) == 1
    assert phones.metric("message", "given_up") == before + 1
    check_told(phones, caplog, said)
    phones.proxy.reset()
    assert len(phones.say(channel, f"@{person.user['username']} again")) == 1
    assert phones.app.app.health.report().components["push"].ok


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("500 Internal Server Error", [], b"oops"), "HTTP 500"),
        (("429 Too Many Requests", [], b""), "HTTP 429"),
        (b" " * 100_000, "larger than"),
    ],
)
def test_a_proxy_that_can_not_just_now_is_asked_until_it_can(
    phones: Any, caplog: pytest.LogCaptureFixture, answer: Any, said: str
) -> None:
    person = phones.person("apple_rn:tokentoken")
    channel = phones.channel(person)
    phones.proxy.answer = lambda _body: answer
    for number in range(3):
        phones.alice.create_post(channel, f"@{person.user['username']} the plan {number}")
    phones.app.settle()
    until(lambda: len(phones.proxy.got) > 6)
    check_told(phones, caplog, said)
    phones.proxy.reset()
    phones.rest()
    assert [one["message"][-1] for one in phones.proxy.of("message")] == ["0", "1", "2"], "in order"
    assert phones.app.app.health.report().components["push"].ok


def test_one_that_the_proxy_can_not_take_holds_up_nobody_for_long(phones: Any) -> None:
    person, other = phones.person("apple_rn:bad"), phones.person("apple_rn:good")
    channel = phones.channel(person, other)
    bad = ("500 Internal Server Error", [], b"oops")
    phones.proxy.answer = lambda body: bad if body["device_id"] == "bad" and body["message"][-1] == "1" else OK
    before = phones.metric("message", "given_up")
    phones.alice.create_post(channel, f"@{person.user['username']} 1")
    phones.app.settle()
    until(lambda: phones.proxy.got)
    phones.alice.create_post(channel, f"@{other.user['username']} @{person.user['username']} 2")
    phones.rest()
    assert phones.metric("message", "given_up") == before + 1
    assert {one["device_id"] for one in phones.proxy.got if one["message"].endswith("2")} == {"good", "bad"}


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
    phones.alice.create_post(channel, f"@{person.user['username']} hello")
    until(lambda: "Connection refused" in caplog.text)
    assert "Traceback" not in caplog.text
    phones.app.configure(EmailSettings={"PushNotificationServer": phones.proxy.url})
    phones.rest()
    assert len(phones.proxy.of("message")) == 1


def test_what_the_proxy_calls_a_failure_is_not_tried_again(phones: Any, caplog: pytest.LogCaptureFixture) -> None:
    person = phones.person("apple_rn:tokentoken")
    channel = phones.channel(person)
    phones.proxy.answer = lambda body: json.dumps({"status": "FAIL", "error": f"bad {body['device_id']}\n"}).encode()
    assert len(phones.say(channel, f"@{person.user['username']} hello")) == 1
    assert "a push failed there: 'bad …\\n'" in caplog.text


def test_a_proxy_that_hangs_delays_no_post(phones: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "TIMEOUT_S", 0.05)
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.proxy.delay_s = 0.3
    for number in range(3):
        phones.alice.create_post(channel, f"@{person.user['username']} {number}")
        phones.app.settle()  # deciding and queueing end while the proxy hangs
    assert not phones.outbox.is_idle
    phones.proxy.delay_s = 0.0
    phones.rest()
    assert {one["message"][-1] for one in phones.proxy.of("message")} == {"0", "1", "2"}


def test_what_waited_for_too_long_is_not_sent(phones: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    monkeypatch.setattr(sending, "TOO_OLD_MS", -1)
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
    monkeypatch.setattr(keeper, "BEHIND", 3)
    monkeypatch.setattr(outbox, "BEHIND", 100)
    monkeypatch.setattr(outbox, "STOP_S", 0.1)
    proxy.reset()
    config = settings(proxy)
    config["EmailSettings"]["PushNotificationBuffer"] = 2
    with make_app(config) as app:
        site = Phones(app, proxy)
        channel = site.channel(*[site.person(f"apple_rn:phone{number}") for number in range(6)])
        proxy.delay_s = 5.0
        for number in range(3):
            site.alice.create_post(channel, f"@all {number}")
            app.settle()
            until(lambda: not site.outbox._is_preparing)
        assert app.app.metrics.counter("hubbub_push_dropped_total", "").labels().value == 12
        assert "the push proxy is too slow" in caplog.text
    proxy.reset()
