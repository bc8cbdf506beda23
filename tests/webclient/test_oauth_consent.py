"""Somebody lets an application in, in a browser: signs in on the way, agrees, and arrives at the application."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from gevent.pywsgi import WSGIServer

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.tests.webclient.browser import Chromium


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Yield the address of an application that says which code it got."""

    def answer(environ: dict[str, str], start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])  # type: ignore[operator]  # the callable of WSGI
        return [b"<p>You are back</p>"]

    server = WSGIServer(("127.0.0.1", 0), answer, log=None)
    server.start()
    yield f"http://127.0.0.1:{server.server_port}/back"
    server.stop()


def test_from_the_application_to_the_sign_in_to_the_agreement_and_back(
    chromium: Chromium, server: LiveServer, elsewhere: str
) -> None:
    admin = server.client()
    admin.login("admin", PASSWORD, expect=200)
    body = {"name": "Zap & Co", "callback_urls": [elsewhere], "homepage": elsewhere}
    app = admin.post("/oauth/apps", body, expect=201).json
    asked = {"response_type": "code", "client_id": app["id"], "redirect_uri": elsewhere, "state": "a b"}
    with chromium.page(server.url) as page:
        page.open(f"/oauth/authorize?{urlencode(asked)}")
        page.wait("location.pathname === '/login' && document.querySelector('[name=login]') && true")
        page.fill("[name=login]", "admin")
        page.fill("[name=password]", PASSWORD)
        page.press("Enter")
        page.sees("Let Zap & Co use your account?", "h1")
        page.sees(elsewhere, "dl")
        assert page.run("getComputedStyle(document.querySelector('button.yes')).color") == "rgb(255, 255, 255)"
        page.click("button", "Allow")
        page.sees("You are back")
        back = {name: values[0] for name, values in parse_qs(urlsplit(page.run("location.href")).query).items()}
        assert back["state"] == "a b"
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": elsewhere,
        "client_id": app["id"],
        "client_secret": app["client_secret"],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = server.client().post("/oauth/access_token", urlencode(form).encode(), headers=headers, raw_path=True)
    assert sent.json["token_type"] == "bearer"
