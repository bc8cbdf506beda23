"""A server with second factors, and somebody's authenticator app."""

from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.plugins.mfa.codes import Totp
from hubbub.tests.plugins.conftest import Client, Server

CORE = ("roles", "users", "auth_password", "sessions", "mfa")
SERVICE = {"EnableMultifactorAuthentication": True, "SiteURL": "https://chat.example.com"}


class App:
    """An authenticator app: shows the code of now, or of some steps (half-minutes) from now."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code(self, steps: int = 0) -> str:
        return Totp(self.secret).at(now_ms() // 1000 + 30 * steps)

    def wrong_code(self) -> str:
        near = {self.code(steps) for steps in range(-3, 4)}
        return next(code for number in range(10) if (code := f"{number:06}") not in near)


def set_up(client: Client) -> App:
    """Turn the second factor of somebody on; the code of the step before now is used up then."""
    made = client.post(f"/users/{client.id}/mfa/generate")
    assert made.status == 200, made
    app = App(made.json["secret"])
    done = client.put("/users/me/mfa", {"activate": True, "code": app.code(-1)})
    assert done.status == 200, done
    return app


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it be the middle of a half-minute, so that no code changes while a test runs."""
    now = now_ms() // 30_000 * 30_000 + 15_000
    for module in ("hubbub.plugins.mfa.service", "hubbub.tests.plugins.mfa.conftest"):
        monkeypatch.setattr(f"{module}.now_ms", lambda: now)


@pytest.fixture
def server(make_server: Any, database: Any, frozen: None) -> Server:
    """Return a server on each engine in turn."""
    made: Server = make_server(database, CORE, ServiceSettings=SERVICE)
    return made
