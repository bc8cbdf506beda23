"""What phones of either kind get, and what the answers of Apple and Google mean."""

import time
from functools import partial
from typing import Any

import gevent
import msgspec
import pytest
from gevent.pool import Pool

from hubbub.core.contracts.push import PushMessage
from hubbub.plugins.push_proxy import apple, delivery, google
from hubbub.plugins.push_proxy.outcome import retry_after

FCM = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
FIELDS = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": []}


def fcm_error(name: str, *details: dict[str, Any]) -> dict[str, Any]:
    """Return an error as Google writes it."""
    return {"error": {"code": 1, "message": name, "status": name, "details": list(details)}}


def test_a_message_for_an_iphone(make_proxy: Any, services: Any) -> None:
    assert make_proxy().send() == {"status": "OK"}
    (got,) = services.got
    assert (got["path"], got["version"]) == ("/3/device/phone1", "2")
    headers = {name: got["headers"][name] for name in ("apns-topic", "apns-push-type", "apns-priority")}
    assert headers == {"apns-topic": "com.example.chat", "apns-push-type": "alert", "apns-priority": "10"}
    assert int(got["headers"]["apns-expiration"]) > time.time() + 3600
    assert got["body"]["aps"] == {
        "alert": {"title": "Town Square", "body": "@alice: hello"},
        "badge": 3,
        "sound": "default",
        "category": "CAN_REPLY",
        "mutable-content": 1,
    }
    rest = {name: value for name, value in got["body"].items() if name != "aps"}
    assert rest == {
        "ack_id": "a" * 26,
        "type": "message",
        "version": "v2",
        "channel_id": "c" * 26,
        "post_id": "p" * 26,
        "server_id": "s" * 26,
        "sender_name": "alice",
        "channel_name": "Town Square",
        "is_crt_enabled": False,
        "signature": "a.b.c",
    }


def test_a_message_for_android(make_proxy: Any, services: Any) -> None:
    proxy = make_proxy()
    assert proxy.send(platform="android_rn", device_id="x:y-z_1", is_crt_enabled=True) == {"status": "OK"}
    token, got = services.got
    assert token["path"] == "/token"
    message = got["body"]["message"]
    assert (message["token"], message["android"]) == ("x:y-z_1", {"priority": "HIGH", "ttl": "86400s"})
    assert message["data"] == {
        "ack_id": "a" * 26,
        "type": "message",
        "version": "v2",
        "category": "CAN_REPLY",
        "channel_id": "c" * 26,
        "post_id": "p" * 26,
        "server_id": "s" * 26,
        "message": "@alice: hello",
        "channel_name": "Town Square",
        "sender_name": "alice",
        "is_crt_enabled": "true",
        "signature": "a.b.c",
        "badge": "3",
    }
    proxy.send(platform="android_rn")
    assert [one["path"] for one in services.got[2:]] == [got["path"]], "a token is used again"


@pytest.mark.parametrize(
    ("fields", "aps", "push_type"),
    [
        ({"type": "clear", "cont_ava": 1, "badge": 0}, {"badge": 0, "content-available": 1}, "alert"),
        ({"type": "update_badge", "sound": "none", "badge": 2}, {"badge": 2, "content-available": 1}, "alert"),
        ({"type": "test", "badge": -1}, {"content-available": 1}, "background"),
    ],
)  # fmt: skip
def test_what_shows_no_text(
    make_proxy: Any, services: Any, fields: dict[str, Any], aps: dict[str, Any], push_type: str
) -> None:
    proxy = make_proxy()
    silent = {"message": "", "category": "", **fields}
    assert proxy.send(**silent) == {"status": "OK"}
    assert proxy.send(platform="android_rn", **silent) == {"status": "OK"}
    for_apple, _, for_google = services.got
    assert for_apple["body"]["aps"] == aps
    assert (for_apple["headers"]["apns-push-type"], for_apple["headers"]["apns-priority"]) == (push_type, "5")
    data = for_google["body"]["message"]["data"]
    assert data.get("badge") == (str(aps["badge"]) if "badge" in aps else None)
    assert "message" not in data


def test_only_an_id_is_told_of_what_is_to_be_fetched(make_proxy: Any, services: Any) -> None:
    proxy = make_proxy()
    fields = {"is_id_loaded": True, "message": "You have a new message.", "sender_name": "", "signature": ""}
    for platform in ("apple_rn", "android_rn"):
        assert proxy.send(platform=platform, **fields) == {"status": "OK"}
    for_apple, _, for_google = services.got
    data = for_google["body"]["message"]["data"]
    assert (for_apple["body"]["id_loaded"], for_apple["body"]["signature"]) == (True, "NO_SIGNATURE")
    assert (data["id_loaded"], data["sender_name"], data["signature"]) == ("true", "Someone", "NO_SIGNATURE")


@pytest.mark.parametrize("text", ["ü" * 2_000, '"' * 3_000, "\x01" * 2_047, "👋" * 900, "x" * 30_000])
@pytest.mark.parametrize("platform", ["apple_rn", "android_rn"])
def test_long_texts_are_cut_to_what_the_services_take(make_proxy: Any, text: str, platform: str) -> None:
    names = dict.fromkeys(("sender_name", "override_username"), "é" * 200)
    assert make_proxy().send(platform=platform, message=text, channel_name=text, **names) == {"status": "OK"}


def test_names_of_channels_are_cut_between_characters(make_proxy: Any, services: Any) -> None:
    make_proxy().send(channel_name="x" + "ü" * 60)
    assert services.got[0]["body"]["channel_name"] == "x" + "ü" * 31


@pytest.mark.parametrize(
    ("status", "reason", "answer", "tries"),
    [
        (410, "Unregistered", {"status": "REMOVE"}, 1),
        (410, "ExpiredToken", {"status": "REMOVE"}, 1),
        (400, "BadDeviceToken", {"status": "REMOVE"}, 1),
        (400, "DeviceTokenNotForTopic", {"status": "FAIL", "error": "apple: DeviceTokenNotForTopic"}, 1),
        (403, "InvalidProviderToken", {"status": "FAIL", "error": "apple: InvalidProviderToken"}, 1),
        (413, "PayloadTooLarge", {"status": "FAIL", "error": "apple: PayloadTooLarge"}, 1),
        (429, "TooManyRequests", {"status": "FAIL", "error": "apple: TooManyRequests"}, 4),
        (500, "InternalServerError", {"status": "FAIL", "error": "apple: InternalServerError"}, 4),
        (503, "Shutdown", {"status": "FAIL", "error": "apple: Shutdown"}, 4),
    ],
)
def test_what_apple_answers(
    make_proxy: Any, services: Any, status: int, reason: str, answer: dict[str, str], tries: int
) -> None:
    services.rules(apple={"phone1": [[status, {"reason": reason}]] * 4})
    assert make_proxy().send() == answer
    assert len(services.got) == tries


@pytest.mark.parametrize(
    ("status", "body", "answer", "tries"),
    [
        (404, fcm_error("NOT_FOUND", {"@type": FCM, "errorCode": "UNREGISTERED"}), {"status": "REMOVE"}, 1),
        (400, fcm_error("INVALID_ARGUMENT", {"@type": FCM, "errorCode": "INVALID_ARGUMENT"}), {"status": "REMOVE"}, 1),
        (400, fcm_error("INVALID_ARGUMENT", {"@type": FCM, "errorCode": "INVALID_ARGUMENT"}, FIELDS),
         {"status": "FAIL", "error": "google: INVALID_ARGUMENT"}, 1),
        (403, fcm_error("PERMISSION_DENIED", {"@type": FCM, "errorCode": "SENDER_ID_MISMATCH"}),
         {"status": "FAIL", "error": "google: SENDER_ID_MISMATCH"}, 1),
        (401, fcm_error("UNAUTHENTICATED", {"@type": FCM, "errorCode": "THIRD_PARTY_AUTH_ERROR"}),
         {"status": "FAIL", "error": "google: THIRD_PARTY_AUTH_ERROR"}, 1),
        (429, fcm_error("RESOURCE_EXHAUSTED", {"@type": FCM, "errorCode": "QUOTA_EXCEEDED"}),
         {"status": "FAIL", "error": "google: QUOTA_EXCEEDED"}, 4),
        (503, fcm_error("UNAVAILABLE"), {"status": "FAIL", "error": "google: UNAVAILABLE"}, 4),
        (500, "<html>", {"status": "FAIL", "error": "google: HTTP 500"}, 4),
        (404, "[1]", {"status": "FAIL", "error": "google: HTTP 404"}, 1),
        (404, {"error": {"details": 7}}, {"status": "FAIL", "error": "google: HTTP 404"}, 1),
    ],
)  # fmt: skip
def test_what_google_answers(
    make_proxy: Any, services: Any, status: int, body: Any, answer: dict[str, str], tries: int
) -> None:
    services.rules(google={"phone1": [[status, body]] * 4})
    assert make_proxy().send(platform="android_rn") == answer
    assert len([one for one in services.got if one["path"] != "/token"]) == tries


@pytest.mark.parametrize("platform", ["apple_rn", "android_rn"])
def test_a_service_that_recovers_gets_the_message(make_proxy: Any, services: Any, platform: str) -> None:
    failing = {"phone1": [[503, {}], [500, {}]]}
    services.rules(apple=failing, google=failing)
    proxy = make_proxy()
    assert proxy.send(platform=platform) == {"status": "OK"}
    text = proxy.client.simulate_get("/metrics").text
    assert f'hubbub_push_proxy_retries_total{{platform="{platform}"}} 2.0' in text


@pytest.mark.parametrize("platform", ["apple_rn", "android_rn"])
def test_a_service_that_hangs_is_left_in_time(
    make_proxy: Any, services: Any, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "RETRIES", 1)
    hanging = {"phone1": [[200, {}, {}, 30]] * 2}
    proxy = make_proxy(RetryTimeoutSec=1, SendTimeoutSec=1)
    assert proxy.send(platform=platform, device_id="other") == {"status": "OK"}
    services.rules(apple=hanging, google=hanging)
    service = "apple" if platform == "apple_rn" else "google"
    assert proxy.send(platform=platform) == {"status": "FAIL", "error": f"{service}: no answer in time"}
    assert proxy.send(platform=platform, device_id="other") == {"status": "OK"}


def test_nobody_is_there(make_proxy: Any, services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "RETRIES", 0)
    settings = services.settings()
    settings["ApplePushSettings"][0]["ApplePushServer"] = "https://127.0.0.1:9"
    answer = make_proxy(**settings).send()
    assert answer["status"] == "FAIL"
    assert "Connection refused" in answer["error"]


def test_a_certificate_that_nobody_vouches_for_is_refused(make_proxy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setattr(delivery, "RETRIES", 0)
    assert "certificate" in make_proxy().send()["error"].lower()


def test_a_token_that_apple_finds_too_old_is_made_anew_once(
    make_proxy: Any, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = make_proxy()
    old = {"reason": "ExpiredProviderToken"}
    services.rules(apple={"phone1": [[403, old]] * 3})
    assert proxy.send() == {"status": "FAIL", "error": "apple: ExpiredProviderToken"}, "it is brand new"
    assert len(services.got) == 1
    monkeypatch.setattr(apple, "TOKEN_LEAST_S", -1)
    services.rules(apple={"phone1": [[403, old]]})
    assert proxy.send() == {"status": "OK"}
    services.rules(apple={"phone1": [[403, old]] * 3})
    assert proxy.send() == {"status": "FAIL", "error": "apple: ExpiredProviderToken"}
    assert len(services.got) == 2


def test_a_token_of_apple_s_is_renewed_before_its_end(
    make_proxy: Any, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = make_proxy()
    proxy.send()
    proxy.send()
    monkeypatch.setattr(apple, "TOKEN_S", -1)
    proxy.send()
    first, second, third = (one["headers"]["authorization"] for one in services.got)
    assert first == second != third


def test_a_token_of_google_s_is_fetched_anew_when_it_is_refused_or_ends(
    make_proxy: Any, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = make_proxy()
    proxy.send(platform="android_rn")
    services.rules(google={"phone1": [[401, fcm_error("UNAUTHENTICATED")]]})
    assert proxy.send(platform="android_rn") == {"status": "OK"}
    send = "/v1/projects/chat-app/messages:send"
    assert [one["path"] for one in services.got] == [send, "/token", send]
    monkeypatch.setattr(google, "EARLY_S", 4000)
    services.rules()
    proxy.send(platform="android_rn")
    assert [one["path"] for one in services.got] == ["/token", send]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([400, {"error": "invalid_grant"}], "Google lets the service account not in: HTTP 400"),
        ([200, "rubbish"], "Google's token can't be read"),
        ([200, {"token": "x"}], "Google's token can't be read"),
        ([200, [1]], "Google's token can't be read"),
    ],
)
def test_google_does_not_let_us_in(
    make_proxy: Any, services: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, error: str
) -> None:
    monkeypatch.setattr(delivery, "RETRIES", 0)
    services.rules(token={"": [answer]})
    assert make_proxy().send(platform="android_rn") == {"status": "FAIL", "error": f"google: {error}"}


def test_many_at_once_share_a_connection_and_a_token(make_proxy: Any, services: Any) -> None:
    proxy = make_proxy(ThrottlePerSec=1000)
    answers: list[Any] = []
    pool = Pool(40)
    for number in range(60):
        platform = "android_rn" if number % 2 else "apple_rn"
        send = partial(proxy.send, device_id=f"n{number}", platform=platform)
        pool.spawn(lambda send=send: answers.append(send()))
    with gevent.Timeout(20):
        pool.join()
    assert answers == [{"status": "OK"}] * 60
    assert len([one for one in services.got if one["path"] == "/token"]) == 1
    assert {one["body"]["message"]["token"] for one in services.got if "messages:send" in one["path"]} == {
        f"n{number}" for number in range(1, 60, 2)
    }


def test_a_service_that_restarts_loses_nothing(make_proxy: Any, services: Any) -> None:
    proxy = make_proxy()
    proxy.send()
    services.restart()
    assert proxy.send() == {"status": "OK"}


def test_cutting_keeps_within_the_limit_whatever_else_there_is() -> None:
    required = {"ack_id": "a", "platform": "", "server_id": "", "device_id": "", "post_id": ""}
    for rest in (0, 1000, 3000, 3500):
        message = PushMessage(
            **required, is_crt_enabled=False, is_id_loaded=False, signature="x" * rest, message="\x02é" * 900,
            type="message",
        )  # fmt: skip
        encoded, _ = apple.payload_of(message)
        assert len(encoded) <= 4096
        assert msgspec.json.decode(encoded)["aps"]["alert"]["body"] == message.message[: len(
            msgspec.json.decode(encoded)["aps"]["alert"]["body"]
        )]  # fmt: skip


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("", 0.0), ("soon", 0.0), ("-1", 0.0), ("9" * 30, 0.0)])
def test_how_long_a_service_wants_to_be_left_alone(value: str, seconds: float) -> None:
    assert retry_after(value) == seconds
