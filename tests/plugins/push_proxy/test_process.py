"""`hubbub push-proxy` as it is run, and the whole way of a message: server, proxy, Apple and Google."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.pywsgi import WSGIServer

from hubbub.core.metrics import Metrics
from hubbub.core.testing import make_app
from hubbub.plugins.push_proxy import serving
from hubbub.plugins.push_proxy.delivery import Delivery
from hubbub.plugins.push_proxy.server import Proxy
from hubbub.plugins.push_proxy.settings import ProxySettings
from hubbub.tests.plugins.push_notifications.conftest import Phones
from hubbub.tests.plugins.push_proxy.conftest import MESSAGE, ProxyProcess
from hubbub.tests.services.process import HOST
from hubbub.tests.services.push_services import PushServices

HUBBUB = str(Path(sys.executable).with_name("hubbub"))


@pytest.fixture(scope="module")
def process(running_services: PushServices) -> Iterator[ProxyProcess]:
    """Yield a running proxy."""
    proxy = ProxyProcess(running_services, LogLevel="debug")
    try:
        proxy.prepare()
        proxy.start()
        yield proxy
    finally:
        proxy.remove()


def test_a_message_goes_from_its_author_to_the_phones(process: ProxyProcess, services: PushServices) -> None:
    config = {
        "EmailSettings": {
            "SendPushNotifications": True,
            "PushNotificationServer": process.url,
            "SendEmailNotifications": False,
        }
    }
    with make_app(config) as app:
        site = Phones(app, services)  # type: ignore[arg-type]  # it only notes where the tests look
        person = site.person("apple_rn-v2:phone1", "android_rn-v2:phone2", "apple_rn-v2:gone")
        services.rules(apple={"gone": [[410, {"reason": "Unregistered"}]]})
        channel = app.create_channel("plans", owner=site.alice, team=site.team, members=(person,))
        site.rest()
        services.rules(apple={"gone": [[410, {"reason": "Unregistered"}]]})
        site.alice.create_post(channel, f"@{person.user['username']} the plan")
        site.rest()
        apple = [one["body"] for one in services.got if one["path"] == "/3/device/phone1"]
        google = [one["body"]["message"] for one in services.got if "messages:send" in one["path"]]
        text = f"@alice: @{person.user['username']} the plan"
        assert [(one["aps"]["alert"], one["type"]) for one in apple] == [({"title": "Plans", "body": text}, "message")]
        assert [(one["token"], one["data"]["message"]) for one in google] == [("phone2", text)]
        sessions = person.get("/users/me/sessions").json
        removed = [one["device_id"] for one in sessions if one["props"].get("last_removed_device_id")]
        assert removed == ["apple_rn-v2:gone"]
        services.rules()
        ack = {"id": apple[0]["ack_id"], "platform": "ios", "type": "message", "received_at": 1}
        person.post("/notifications/ack", ack)
        ping = app.client().get("/system/ping", query={"device_id": "android_rn-v2:phone2"}).json
        assert ping["CanReceiveNotifications"] == "true"
        site.rest()
        assert app.app.health.report().components["push"].ok
    assert 'hubbub_push_proxy_acks_total{platform="ios",type="message"} 1.0' in process.get("/metrics")


def test_it_says_what_it_is(process: ProxyProcess) -> None:
    assert json.loads(process.get("/version"))["name"] == "Hubbub push proxy"
    assert "is running" in process.get("/")
    assert "listens on" in process.log_file.read_text()


def test_nothing_secret_is_in_its_log(process: ProxyProcess, services: PushServices) -> None:
    services.rules(apple={"phonetoken": [[500, {}]], "deadtoken": [[410, {"reason": "Unregistered"}]]})
    for platform in ("apple_rn", "android_rn", "pear"):
        for device in ("phonetoken", "deadtoken", "bad/token"):
            body = {**MESSAGE, "platform": platform, "device_id": device, "message": "the plan"}
            assert process.post("/api/v1/send_push", body)[0] == 200
    process.post("/api/v1/send_push", b'{"message": "the plan')
    log = process.log_file.read_text()
    headers = [one["headers"].get("authorization", "").partition(" ")[2] for one in services.got]
    key = services.apple_key.read_text().splitlines()[1]
    google = json.loads(services.google_account.read_text())["private_key"].splitlines()[1]
    assert "a phone of apple_rn is gone: Unregistered" in log
    hidden = ["phonetoken", "deadtoken", "bad/token", "the plan", key, google, *filter(None, headers)]
    assert [secret for secret in hidden if secret in log] == []


def test_it_finishes_what_it_has_begun_and_leaves(services: PushServices) -> None:
    proxy = ProxyProcess(services)
    try:
        proxy.prepare()
        proxy.start()
        services.rules(apple={"slow": [[0, None, {}, 1.0]]})
        answers: list[Any] = []
        asking = threading.Thread(
            target=lambda: answers.append(proxy.post("/api/v1/send_push", {**MESSAGE, "device_id": "slow"}))
        )
        asking.start()
        deadline = time.monotonic() + 10
        while not services.got and time.monotonic() < deadline:
            gevent.sleep(0.02)
        os.kill(proxy.pid, signal.SIGTERM)
        asking.join(15)
        assert answers == [(200, {"status": "OK"})]
        proxy.stop()
        assert "push proxy stops" in proxy.log_file.read_text()
    finally:
        proxy.remove()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Yield the port of a server that is as patient as the proxy, in quicker time."""
    monkeypatch.setattr(serving, "SILENT_S", 0.2)
    settings = ProxySettings()
    application = Proxy(settings, Delivery(settings, Metrics()), Metrics()).application()
    server = WSGIServer((HOST, 0), application, log=None, handler_class=serving._Handler)
    server.start()
    yield server.server_port
    server.stop(timeout=0)


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b"", b""),
        (b"POST /api/v1/send_push HTTP/1.1\r\nHost: x\r\n", b""),
        (b"POST /api/v1/send_push HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{", b"400 Bad Request"),
    ],
)
def test_whoever_goes_silent_loses_the_connection(
    port: int, said: bytes, answered: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection((HOST, port), timeout=10) as connection:
        connection.sendall(said)
        got = b""
        while part := connection.recv(4096):
            got += part
    assert answered in got
    assert "Traceback" not in caplog.text


def hubbub(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    environment = {**os.environ, "HUBBUB_CONFIG": str(folder / "config.json")}
    return subprocess.run(
        [HUBBUB, "push-proxy", *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_settings_are_checked_without_running(process: ProxyProcess, tmp_path: Path) -> None:
    path = str(process.folder / "push-proxy.json")
    right = hubbub(tmp_path, "--settings", path, "--check")
    assert (right.returncode, right.stdout) == (0, f"{path} is right: apple_rn, android_rn.\n")
    taken = hubbub(tmp_path, "--settings", path)
    assert (taken.returncode, taken.stderr.count("\n")) == (1, 1)
    assert f"127.0.0.1:{process.port} can't be listened on: Address already in use" in taken.stderr
    assert not (tmp_path / "data").exists(), "it has nothing to do with a server's data"
