"""The page that asks, and who is not asked."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from hubbub.core.contracts.sessions import SessionService
from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.plugins.oauth_provider.conftest import FORM, Application, register, told

pytestmark = pytest.mark.engines("sqlite")


def browser(server: Server, person: Client) -> dict[str, str]:
    """Return the headers that somebody's browser sends by itself."""
    return {"Cookie": f"MMAUTHTOKEN={person.token}"}


def csrf_of(server: Server, person: Client) -> str:
    session = server.app.services.get(SessionService).get_by_token(person.token)
    assert session is not None
    return session.csrf_token


def test_the_page_says_who_asks_and_runs_nothing(app: Application, bob: Client) -> None:
    page = app.visit(bob)
    assert page.status == 200
    text = page.body.decode()
    for shown in ("Zap", "Moves things about", "https://app.example.org/back?from=chat", "bob"):
        assert shown in text
    assert "<script" not in text
    policy = page.headers["content-security-policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self' https://app.example.org"):
        assert rule in policy
    assert "script-src" not in policy.rpartition("default-src 'none'")[2]
    assert page.headers["cache-control"] == "no-store"


def test_names_of_applications_are_text(server: Server, admin: Client, bob: Client) -> None:
    evil = Application(server, register(admin, name="<script>alert(1)</script>", description='"><img src=x>'))
    text = evil.visit(bob, state='"><b>').body.decode()
    assert "<script>" not in text
    assert "<img" not in text
    assert "<b>" not in text


def test_the_form_is_answered_by_a_redirect(app: Application, server: Server, bob: Client) -> None:
    page = app.visit(bob).body.decode()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert fields["csrf_token"] == csrf_of(server, bob)
    form = {**app.asks(), "csrf_token": fields["csrf_token"], "decision": "allow"}
    headers = {**FORM, **browser(server, bob)}
    answer = server.client().post("/oauth/authorize", urlencode(form).encode(), headers=headers, raw_path=True)
    assert answer.status == 303
    assert app.by_code(told(answer.headers["location"])["code"]).status == 200


def test_who_denies_sends_the_application_away(app: Application, server: Server, bob: Client) -> None:
    for decision in ({"decision": "deny"}, {}):
        form = {**app.asks(), "csrf_token": csrf_of(server, bob), **decision}
        headers = {**FORM, **browser(server, bob)}
        answer = server.client().post("/oauth/authorize", urlencode(form).encode(), headers=headers, raw_path=True)
        back = told(answer.headers["location"])
        assert (back["error"], back["state"]) == ("access_denied", "s1")
    assert app.visit(bob).status == 200


@pytest.mark.parametrize("sent", ["nothing", "wrong in the form", "wrong in the header", "as JSON"])
def test_a_page_of_somebody_else_agrees_to_nothing(app: Application, server: Server, bob: Client, sent: str) -> None:
    form = {**app.asks(), "decision": "allow"}
    headers = {**FORM, **browser(server, bob)}
    body: object = urlencode(form | ({"csrf_token": "x"} if sent == "wrong in the form" else {})).encode()
    if sent == "wrong in the header":
        headers["X-CSRF-Token"] = "x"
    if sent == "as JSON":
        headers, body = browser(server, bob) | {"Content-Type": "text/plain"}, app.asks()
    answer = server.client().post("/oauth/authorize", body, headers=headers, raw_path=True)
    assert answer.status == 401
    assert server.app.db.fetch_value("SELECT COUNT(*) FROM {oauthauthdata}") == 0


def test_who_is_not_signed_in_signs_in_first(app: Application, server: Server) -> None:
    page = app.visit(server.client(), state="a b&c")
    assert page.status == 302
    target = urlsplit(page.headers["location"])
    assert (target.netloc, target.path) == ("", "/login")
    (back,) = parse_qs(target.query)["redirect_to"]
    assert back.startswith("/oauth/authorize?")
    assert parse_qs(urlsplit(back).query)["state"] == ["a b&c"]


def test_who_agreed_is_not_asked_again(app: Application, bob: Client) -> None:
    app.let_in(bob)
    again = app.visit(bob)
    assert again.status == 302
    assert "code" in told(again.headers["location"])
    assert app.visit(bob, scope="other").status == 200


def test_trusted_applications_need_no_agreement(server: Server, admin: Client, bob: Client) -> None:
    trusted = Application(server, register(admin, is_trusted=True))
    assert "code" in told(trusted.visit(bob).headers["location"])


def test_public_applications_always_ask(public_app: Application, server: Server, admin: Client, bob: Client) -> None:
    public_app.let_in(bob, **public_app.challenge())
    assert public_app.visit(bob, **public_app.challenge()).status == 200


def test_one_registered_address_need_not_be_named(app: Application, bob: Client) -> None:
    assert "https://app.example.org/back?from=chat" in app.visit(bob, redirect_uri="").body.decode()
