"""Who shows something wrong gets nothing, and is told why in the words of RFC 6749."""

import base64
from urllib.parse import urlencode

import pytest

from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.plugins.oauth_provider.conftest import BACK, FORM, SITE, Application, register, told

pytestmark = pytest.mark.engines("sqlite")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"client_id": "a" * 26}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code": "wrong"}, 400, "invalid_grant"),
        ({"redirect_uri": ""}, 400, "invalid_grant"),
        ({"redirect_uri": "https://evil.example"}, 400, "invalid_grant"),
        ({"code_verifier": "v" * 43}, 400, "invalid_grant"),
        ({"resource": "https://other.example"}, 400, "invalid_target"),
    ],
)
def test_a_wrong_field_gives_no_tokens(
    app: Application, bob: Client, changed: dict[str, str], status: int, error: str
) -> None:
    code = app.let_in(bob)["code"]
    refused = app.by_code(**{"code": code, **changed})
    assert (refused.status, refused.json["error"]) == (status, error)
    assert set(refused.json) >= {"error_description", "id", "message", "status_code"}
    assert refused.headers["cache-control"] == "no-store"
    assert code not in refused.body.decode()
    assert app.secret not in refused.body.decode()
    assert app.by_code(code).status == 200  # what was shown wrongly is not used up


def test_a_code_of_another_application_gives_nothing(app: Application, admin: Client, bob: Client) -> None:
    other = Application(app.server, register(admin, name="Other"))
    code = app.let_in(bob)["code"]
    assert other.by_code(code).json["error"] == "invalid_grant"
    tokens = app.by_code(code).json
    assert other.by_code(code).json["error"] == "invalid_grant"
    assert other.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert app.acting(tokens["access_token"]).get("/users/me").status == 200


@pytest.mark.parametrize("verifier", ["", "w" * 43, "short", "é" * 43])
def test_pkce_that_does_not_match_gives_nothing(public_app: Application, bob: Client, verifier: str) -> None:
    code = public_app.let_in(bob, **public_app.challenge())["code"]
    assert public_app.by_code(code, code_verifier=verifier).json["error"] == "invalid_grant"
    assert public_app.by_code(code, code_verifier=public_app.verifier).status == 200


def test_a_public_application_has_no_secret_to_show(public_app: Application, bob: Client) -> None:
    code = public_app.let_in(bob, **public_app.challenge())["code"]
    refused = public_app.by_code(code, code_verifier=public_app.verifier, client_secret="guess")
    assert refused.json["error"] == "invalid_client"


def test_the_secret_may_come_in_a_header(app: Application, bob: Client) -> None:
    def basic(pair: str) -> dict[str, str]:
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), **FORM}

    code = app.let_in(bob)["code"]
    body = urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}).encode()
    ask = app.server.client().post
    path = "/oauth/access_token"
    assert ask(path, body, headers=basic(f"{app.id}:wrong"), raw_path=True).status == 401
    assert ask(path, body, headers={"Authorization": "Basic !", **FORM}, raw_path=True).status == 400
    twice = ask(path, body + b"&client_secret=x", headers=basic(f"{app.id}:{app.secret}"), raw_path=True)
    assert twice.json["error"] == "invalid_request"
    assert ask(path, body, headers=basic(f"{app.id}:{app.secret}"), raw_path=True).status == 200


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{}", b"code=1&code=2", b"&" * 5000, b"a=%ff"])
def test_what_is_no_form_is_refused(server: Server, body: bytes) -> None:
    answer = server.client().post("/oauth/access_token", body, raw_path=True)
    assert answer.status == 400
    assert answer.json["error"] in ("invalid_request", "unsupported_grant_type")


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/back",
        "https://app.example.org/back",
        "https://app.example.org/back?from=chat&more=1",
        "https://app.example.org/back?from=chat#x",
        "https://app.example.org:444/back?from=chat",
        "https://app.example.org/back/../back?from=chat",
        "HTTPS://app.example.org/back?from=chat",
        "https://app.example.org.evil.example/back?from=chat",
        "//app.example.org/back?from=chat",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(app: Application, bob: Client, uri: str) -> None:
    page = app.visit(bob, redirect_uri=uri)
    assert (page.status, page.error) == (400, "api.oauth.allow_oauth.redirect_callback.app_error")
    assert "location" not in page.headers
    posted = bob.post("/oauth/authorize", app.asks(redirect_uri=uri), raw_path=True)
    assert (posted.status, posted.error) == (400, "api.oauth.allow_oauth.redirect_callback.app_error")


def test_people_read_why_it_cannot_go_on(app: Application, bob: Client) -> None:
    uri = '/oauth/authorize?client_id=<b>"&response_type=code'
    page = bob.get(uri, raw_path=True, headers={"Accept": "text/html"})
    assert page.status == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is no such application." in page.body.decode()
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"code_challenge": "c" * 43}, "invalid_request"),
        ({"code_challenge": "c" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "c" * 42, "code_challenge_method": "S256"}, "invalid_request"),
        ({"scope": "s" * 129}, "invalid_request"),
    ],
)
def test_other_mistakes_are_told_to_the_application(
    app: Application, bob: Client, changed: dict[str, str], error: str
) -> None:
    page = app.visit(bob, **changed)
    assert page.status == 302
    back = told(page.headers["location"])
    assert (back["error"], back["state"]) == (error, "s1")
    assert "code" not in back


def test_a_public_application_without_pkce_is_sent_back(public_app: Application, bob: Client) -> None:
    assert told(public_app.visit(bob).headers["location"])["error"] == "invalid_request"


def test_turned_off_nothing_is_given(app: Application, server: Server, bob: Client) -> None:
    code = app.let_in(bob)["code"]
    server.configure(ServiceSettings={"EnableOAuthServiceProvider": False})
    assert app.visit(bob).error == "api.oauth.authorize_oauth.disabled.app_error"
    off = "api.oauth.allow_oauth.turn_off.app_error"
    assert bob.post("/oauth/authorize", app.asks(), raw_path=True).error == off
    assert app.by_code(code).error == off
    assert bob.get(f"/oauth/apps/{app.id}/info").error == off
    assert server.client().get("/.well-known/oauth-authorization-server", raw_path=True).status == 501


def test_secrets_stay_out_of_the_log(app: Application, bob: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    code = app.let_in(bob)["code"]
    tokens = app.by_code(code).json
    app.by_code(code)
    app.refresh("wrong")
    for secret in (code, app.secret, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in caplog.text
        assert not any(secret in str(event) for event in app.server.sent)
    assert SITE not in caplog.text


def test_an_application_agrees_to_no_other_one_for_somebody(app: Application, bob: Client) -> None:
    acting = app.acting(app.tokens_of(bob)["access_token"])
    preference = {"user_id": bob.id, "category": "oauth_app", "name": "a" * 26, "value": "user"}
    for method, path in (("PUT", "preferences"), ("POST", "preferences/delete")):
        assert acting.request(method, f"/users/{bob.id}/{path}", [preference]).status == 403
    other = {**preference, "category": "display_settings", "name": "use_military_time"}
    assert acting.put(f"/users/{bob.id}/preferences", [other]).status == 200
    assert bob.put(f"/users/{bob.id}/preferences", [preference]).status == 200
