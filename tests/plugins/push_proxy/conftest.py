"""The push proxy between servers and the services of Apple and Google, which are processes that check what they get."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import falcon.testing
import pytest

from hubbub.core.metrics import Metrics
from hubbub.plugins.push_proxy import delivery as deliveries
from hubbub.plugins.push_proxy.delivery import Delivery
from hubbub.plugins.push_proxy.server import Proxy
from hubbub.plugins.push_proxy.settings import load
from hubbub.tests.services.process import HOST, Server
from hubbub.tests.services.push_services import PushServices

MESSAGE: Final = {
    "ack_id": "a" * 26,
    "platform": "apple_rn-v2",
    "server_id": "s" * 26,
    "device_id": "phone1",
    "type": "message",
    "message": "@alice: hello",
    "badge": 3,
    "version": "v2",
    "category": "CAN_REPLY",
    "channel_id": "c" * 26,
    "channel_name": "Town Square",
    "post_id": "p" * 26,
    "sender_name": "alice",
    "signature": "a.b.c",
}


class InProcess:
    """A proxy in this process, asked through its WSGI callable."""

    def __init__(self, path: Path) -> None:
        self.metrics = Metrics()
        settings = load(path)
        self._delivery = Delivery(settings, self.metrics)
        self.client = falcon.testing.TestClient(Proxy(settings, self._delivery, self.metrics).application())

    def send(self, **fields: Any) -> dict[str, Any]:
        """Send a message; return the proxy's answer."""
        answer = self.client.simulate_post("/api/v1/send_push", json={**MESSAGE, **fields})
        assert answer.status_code == 200
        return dict(answer.json)

    def close(self) -> None:
        """Close its connections."""
        self._delivery.close()


class ProxyProcess(Server):
    """`hubbub push-proxy`."""

    name = "push-proxy"
    user = "root"  # only asked for as root, whose Python an ordinary user may not be allowed to enter

    def __init__(self, services: PushServices, **more: Any) -> None:
        super().__init__()
        self.settings = services.settings(ListenAddress=f"{HOST}:{self.port}", **more)
        self._certificate = services.certificate

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    def prepare(self) -> None:
        (self.folder / "push-proxy.json").write_text(json.dumps(self.settings))

    def command(self) -> list[str]:
        trust = [f"SSL_CERT_FILE={self._certificate}", f"HUBBUB_CONFIG={self.folder / 'config.json'}"]
        hubbub = Path(sys.executable).with_name("hubbub")
        return ["env", *trust, str(hubbub), "push-proxy", "--settings", str(self.folder / "push-proxy.json")]

    def answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def get(self, path: str) -> str:
        """Return what is at a path."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Post JSON (bytes: as they are); return status and the answer."""
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, encoded, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@pytest.fixture(scope="session")
def running_services() -> Iterator[PushServices]:
    """Yield Apple and Google."""
    services = PushServices()
    try:
        services.prepare()
        services.start()
        yield services
    finally:
        services.remove()


@pytest.fixture
def services(running_services: PushServices, monkeypatch: pytest.MonkeyPatch) -> PushServices:
    """Return them, well-meaning, and trusted by this process."""
    running_services.rules()
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(running_services.certificate))
    monkeypatch.setattr(deliveries, "PAUSE_S", 0.005)
    return running_services


@pytest.fixture
def make_proxy(services: PushServices, tmp_path: Path) -> Iterator[Callable[..., InProcess]]:
    """Return `make(**settings)`."""
    made: list[InProcess] = []

    def make(**more: Any) -> InProcess:
        path = tmp_path / "push-proxy.json"
        path.write_text(json.dumps(services.settings(**more)))
        made.append(InProcess(path))
        return made[-1]

    yield make
    for one in made:
        one.close()
