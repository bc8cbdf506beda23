"""What servers may say to the proxy, and what they are answered."""

import json
from typing import Any

import pytest

from hubbub.plugins.push_proxy.throttle import Throttle
from hubbub.tests.plugins.push_proxy.conftest import MESSAGE


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "can't be read"),
        (b"rubbish", "can't be read"),
        (b"[]", "can't be read"),
        (b'{"badge": "three"}', "can't be read"),
        (b'{"server_id": "\xff"}', "can't be read"),
        (b"[" * 50_000, "can't be read"),
        (b"{}", "no server_id"),
        (json.dumps({**MESSAGE, "device_id": ""}).encode(), "no device_id"),
        (json.dumps({**MESSAGE, "platform": "pear"}).encode(), "no app of the platform 'pear'"),
        (json.dumps({**MESSAGE, "platform": ""}).encode(), "no app of the platform ''"),
        *[
            (json.dumps({**MESSAGE, "device_id": token}).encode(), "the device_id is none")
            for token in ("../1", "a/b", "a b", "a?b", "ä", "x" * 1025, "a\r\nb", "%2e")
        ],
    ],
)
def test_messages_that_are_none(make_proxy: Any, services: Any, body: bytes, error: str) -> None:
    answer = make_proxy().client.simulate_post("/api/v1/send_push", body=body)
    assert answer.status_code == 200
    assert answer.json["status"] == "FAIL"
    assert error in answer.json["error"]
    assert services.got == []


def test_a_message_of_a_newer_server_is_taken(make_proxy: Any) -> None:
    assert make_proxy().send(transport="voip", new={"deep": [1]}) == {"status": "OK"}


def test_too_much_is_refused_early(make_proxy: Any) -> None:
    client = make_proxy().client
    assert client.simulate_post("/api/v1/send_push", body=b"x" * 70_000).status_code == 413


@pytest.mark.parametrize(
    ("ack", "answer"),
    [
        ({"id": "a", "platform": "ios", "type": "message", "received_at": 1}, {"status": "OK"}),
        ({"id": "a", "platform": "ios"}, {"status": "FAIL", "error": "the acknowledgement has no type"}),
        ({"platform": "ios", "type": "x"}, {"status": "FAIL", "error": "the acknowledgement has no id"}),
        ([], {"status": "FAIL", "error": "the acknowledgement can't be read: it is no JSON of the protocol"}),
    ],
)
def test_acknowledgements(make_proxy: Any, ack: Any, answer: dict[str, str]) -> None:
    assert make_proxy().client.simulate_post("/api/v1/ack", json=ack).json == answer


def test_names_that_devices_make_up_are_no_metrics(make_proxy: Any) -> None:
    proxy = make_proxy()
    for number in range(20):
        ack = {"id": "a", "platform": f"p{number}", "type": f"t{number}"}
        proxy.client.simulate_post("/api/v1/ack", json=ack)
        proxy.send(type=f"type {number}", platform=f"pear{number}")
    text = proxy.client.simulate_get("/metrics").text
    assert 'hubbub_push_proxy_acks_total{platform="other",type="other"} 20.0' in text
    assert 'hubbub_push_proxy_messages_total{platform="unknown",result="refused",type="unknown"} 20.0' in text
    assert "pear" not in text


def test_metrics_are_for_those_who_want_them(make_proxy: Any) -> None:
    assert make_proxy(EnableMetrics=False).client.simulate_get("/metrics").status_code == 404


def test_only_servers_that_are_named_are_served(make_proxy: Any) -> None:
    proxy = make_proxy(AllowedServerIDs=["s" * 26])
    assert proxy.send() == {"status": "OK"}
    assert proxy.send(server_id="t" * 26) == {"status": "FAIL", "error": "this proxy doesn't serve that server"}
    assert proxy.send(server_id="ü")["status"] == "FAIL"


def test_whoever_sends_too_much_is_told_to_wait(make_proxy: Any) -> None:
    client = make_proxy(ThrottlePerSec=3).client
    body = {"id": "a", "platform": "ios", "type": "message"}
    one, other = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    statuses = [client.simulate_post("/api/v1/ack", json=body, headers=one).status_code for _ in range(5)]
    assert statuses[:3] == [200] * 3
    assert 429 in statuses[3:]
    assert client.simulate_post("/api/v1/ack", json=body, headers=other).status_code == 200
    assert client.simulate_post("/api/v1/ack", json=body).status_code == 200


def test_a_bucket_fills_again_and_few_are_kept() -> None:
    now = [0.0]
    throttle = Throttle(2, 3, lambda: now[0])
    assert [throttle.allows("a") for _ in range(3)] == [True, True, False]
    now[0] += 0.5
    assert [throttle.allows("a") for _ in range(2)] == [True, False]
    for key in "bcd":
        throttle.allows(key)
    assert throttle.allows("a"), "forgotten, and so full again"
    assert len(throttle._buckets) == 3


def test_a_bug_of_the_proxy_shows_nothing_of_itself(make_proxy: Any, caplog: pytest.LogCaptureFixture) -> None:
    proxy = make_proxy()
    proxy._delivery.deliver = lambda _message: 1 / 0
    answer = proxy.client.simulate_post("/api/v1/send_push", json=MESSAGE)
    assert (answer.status_code, answer.json["status"]) == (500, "FAIL")
    assert "ZeroDivision" not in answer.text
    assert "ZeroDivision" in caplog.text
