"""A client that others wrote goes the whole way, over sockets: requests-oauthlib."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import requests
from oauthlib.oauth2 import InvalidGrantError
from requests_oauthlib import OAuth2Session

from hubbub.core.testing import PASSWORD, LiveServer

BACK = "http://127.0.0.1:9/back"


@pytest.fixture
def server(live_server: Callable[..., LiveServer], monkeypatch: pytest.MonkeyPatch) -> LiveServer:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback has no certificate
    return live_server(workers=1)


def agree(server: LiveServer, address: str, name: str) -> str:
    """Sign in and agree as a browser does; return where it is sent to."""
    browser = requests.Session()
    browser.headers["Accept"] = "text/html"
    asked = browser.get(address, allow_redirects=False, timeout=10)
    assert asked.headers["location"].startswith("/login?redirect_to=%2Foauth%2Fauthorize%3F")
    credentials = {"login_id": name, "password": PASSWORD}
    headers = {"X-Requested-With": "XMLHttpRequest"}
    browser.post(f"{server.url}/api/v4/users/login", json=credentials, headers=headers, timeout=10).raise_for_status()
    page = browser.get(address, timeout=10).text
    fields = {field: unescape(value) for field, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
    form = {**fields, "decision": "allow"}
    sent = browser.post(f"{server.url}/oauth/authorize", data=form, allow_redirects=False, timeout=10)
    assert sent.status_code == 303
    return sent.headers["location"]


def registered(server: LiveServer, admin: Any) -> dict[str, Any]:
    body = {"name": "Zap", "callback_urls": [BACK], "homepage": "http://127.0.0.1:9"}
    return dict(admin.post("/oauth/apps", body, expect=201).json)


def test_a_web_application_signs_somebody_in_and_refreshes(server: LiveServer) -> None:
    admin = server.create_user("alice")
    server.create_user("bob")
    app = registered(server, admin)
    kept: list[dict[str, Any]] = []
    client = OAuth2Session(
        app["id"],
        redirect_uri=BACK,
        scope="user",
        pkce="S256",
        auto_refresh_url=f"{server.url}/oauth/access_token",
        auto_refresh_kwargs={"client_id": app["id"], "client_secret": app["client_secret"]},
        token_updater=kept.append,
    )
    address, _state = client.authorization_url(f"{server.url}/oauth/authorize")
    back = agree(server, address, "bob")
    token_url = f"{server.url}/oauth/access_token"
    first = client.fetch_token(token_url, authorization_response=back, client_secret=app["client_secret"])
    assert client.get(f"{server.url}/api/v4/users/me").json()["username"] == "bob"
    client.token = {**first, "expires_at": 1}  # as if its time were over
    assert client.get(f"{server.url}/api/v4/users/me").json()["username"] == "bob"
    assert kept[0]["refresh_token"] != first["refresh_token"]
    with pytest.raises(InvalidGrantError):
        OAuth2Session(app["id"]).refresh_token(
            token_url, refresh_token=first["refresh_token"], client_id=app["id"], client_secret=app["client_secret"]
        )
