"""Nobody gets in by way of a provider who shouldn't: each attack is made, and fails."""

import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import gevent
import jwt
import pytest
from gevent.event import Event

from hubbub.core.testing import PASSWORD
from hubbub.plugins.auth_oauth.remote import SECONDS
from hubbub.tests.plugins.auth_oauth.idp import ANNA, CLIENT_ID, GITLAB_ANNA, SECRET, Idp, Key, query_of
from hubbub.tests.plugins.auth_oauth.kit import Browser, forget, said

pytestmark = pytest.mark.engines("sqlite")
HOUR = 3_600


def callback(service: str = "openid", **query: str) -> str:
    """Return a callback's address."""
    return f"/signup/{service}/complete?{urlencode(query)}"


def nobody_got_in(server: Any) -> bool:
    """Say whether there is neither an account nor a session of a provider."""
    accounts = server.app.db.fetch_one("SELECT COUNT(*) FROM {users} WHERE authservice <> ''")[0]
    sessions = server.app.db.fetch_one("SELECT COUNT(*) FROM {sessions} WHERE props LIKE '%isOAuthUser%'")[0]
    return (accounts, sessions) == (0, 0)


# --- the journey


def test_what_began_in_one_browser_cannot_end_in_another(server: Any, idp: Idp) -> None:
    """CSRF on login: the victim's browser is given the attacker's callback."""
    attacker, victim = Browser(server), Browser(server)
    victim.leave()
    back = attacker.visit(attacker.leave())
    answer = victim.open(back)
    assert (answer.status, "didn&#x27;t begin in this browser" in said(answer)) == (400, True)
    assert "MMAUTHTOKEN" not in victim.cookies
    assert nobody_got_in(server)


def test_an_account_is_not_given_to_whom_its_owner_did_not_choose(server: Any, idp: Idp) -> None:
    """CSRF on linking: the victim's browser is given the callback of a switch that the attacker began."""
    eve, bob = server.sign_up("eve"), server.sign_up("bob")
    body = {"current_service": "email", "new_service": "openid", "email": "eve@example.com", "password": PASSWORD}
    asked = eve.post("/users/login/switch", body)
    victim = Browser(server)
    victim.leave()
    assert victim.open(victim.visit(asked.json["follow_link"])).status == 400
    assert server.app.db.fetch_one("SELECT authservice FROM {users} WHERE id = ?", (eve.id,))[0] == ""
    assert bob.get("/users/me").status == 200
    own = Browser(server)
    own.cookies = {cookie.partition("=")[0]: cookie.partition("=")[2].partition(";")[0] for cookie in asked.cookies}
    done = own.open(own.visit(asked.json["follow_link"]))
    assert (done.status, done.headers["location"]) == (302, "/login?extra=signin_change")
    assert server.app.db.fetch_one("SELECT authdata FROM {users} WHERE id = ?", (eve.id,))[0] == "anna-1"


def test_a_callback_counts_once(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    back = browser.visit(browser.leave())
    assert browser.open(back).status == 302
    assert browser.open(back).status == 400, "neither state nor code is taken again"


def test_a_code_that_was_used_is_refused_by_the_provider_and_here(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    used = query_of(browser.visit(browser.leave()))
    assert browser.open(callback(**used)).status == 302
    fresh = query_of(browser.leave())
    answer = browser.open(callback(code=used["code"], state=fresh["state"]))
    assert (answer.status, "token_failed" in said(answer)) == (400, True)


def test_a_code_of_another_sign_in_is_refused(server: Any, idp: Idp) -> None:
    """Code injection: PKCE ties the code to the browser that asked for it."""
    stolen = query_of(Browser(server).visit(Browser(server).leave()))["code"]
    attacker = Browser(server)
    state = query_of(attacker.leave())["state"]
    assert attacker.open(callback(code=stolen, state=state)).status == 400
    assert nobody_got_in(server)


def test_callbacks_that_somebody_made_up(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    browser.leave()
    made_up: tuple[dict[str, str], ...] = (
        {},
        {"code": "x"},
        {"state": "x" * 64},
        {"state": "a\u00e9"},
        {"state": "'--"},
    )
    for query in made_up:
        assert browser.open(callback(**query)).status == 400
        answer = server.client().get(callback(**query), raw_path=True)
        assert answer.json["id"] == "api.user.authorize_oauth_user.invalid_state.app_error"
    assert "/token" not in idp.seen, "the provider isn't asked about them"


def test_a_provider_that_answers_for_another_is_refused(server: Any, idp: Idp) -> None:
    """Mix-up: what began at one provider ends at another's callback, or names another issuer."""
    browser = Browser(server)
    back = query_of(browser.visit(browser.leave()))
    assert browser.open(callback("gitlab", **back)).status == 400
    idp.callback = {"iss": "https://evil.example"}
    answer = browser.sign_in()
    assert (answer.status, "mix_up" in said(answer)) == (401, True)
    server.configure(OpenIdSettings=idp.openid(DiscoveryEndpoint=f"{idp.url}/other"))
    described = {**idp._described(), "authorization_response_iss_parameter_supported": True}
    idp.answers["/other"] = lambda _env, _values: ("200 OK", described)
    idp.callback = {}
    assert browser.sign_in().status == 401, "it promised to say who it is, and doesn't"
    idp.callback = {"iss": idp.url}
    assert browser.sign_in().status == 302


def test_a_refusal_of_the_provider_is_told_without_its_words(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    state = query_of(browser.leave())["state"]
    answer = browser.open(callback(state=state, error="access_denied", error_description="<b>call 555-EVIL</b>"))
    assert (answer.status, "access_denied" in said(answer), "EVIL" in said(answer)) == (400, True, False)
    state = query_of(browser.leave())["state"]
    page = said(browser.open(callback(state=state, error="<script>alert(1)</script>")))
    assert "alert" not in page
    assert "unknown_error" in page


def test_the_session_is_a_new_one(server: Any, idp: Idp) -> None:
    """Session fixation: what the browser held before is not taken over."""
    browser = Browser(server)
    browser.cookies["MMAUTHTOKEN"] = planted = "a" * 26
    browser.sign_in()
    assert browser.cookies["MMAUTHTOKEN"] != planted
    first = browser.cookies["MMAUTHTOKEN"]
    browser.sign_in()
    assert browser.cookies["MMAUTHTOKEN"] != first
    assert server.client().get("/users/me", headers={"Authorization": f"Bearer {planted}"}).status == 401


def test_nobody_is_sent_elsewhere(server: Any, idp: Idp) -> None:
    """Open redirect, on every address that takes redirect_to (tests/plugins/sessions/test_addresses.py has more)."""
    for way in ("login", "signup", "mobile_login"):
        for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            answer = Browser(server).open(f"/oauth/openid/{way}?{urlencode({'redirect_to': target})}")
            assert (answer.status, answer.cookies) == (400, [])
            assert "location" not in answer.headers


# --- the ID token


def refused(server: Any, idp: Idp) -> bool:
    """Say whether a sign-in fails because of the ID token, and lets nobody in."""
    answer = Browser(server).sign_in()
    return answer.status == 401 and "bad_token" in said(answer) and nobody_got_in(server)


WRONG_CLAIMS: tuple[dict[str, Any], ...] = (
    {"nonce": "of-another-sign-in"},
    {"nonce": None},
    {"aud": "another-client"},
    {"aud": [CLIENT_ID, "another"]},
    {"aud": [CLIENT_ID, "another"], "azp": "another"},
    {"aud": CLIENT_ID, "azp": "another"},
    {"aud": None},
    {"iss": "https://evil.example"},
    {"iss": None},
    {"exp": int(time.time()) - HOUR},
    {"exp": None},
    {"iat": None},
    {"iat": int(time.time()) + HOUR},
    {"nbf": int(time.time()) + HOUR},
    {"sub": None},
    {"sub": 5},
    {"at_hash": "b2YtYW5vdGhlci10b2tlbg"},
)


def test_a_token_that_is_not_for_us_now(server: Any, idp: Idp) -> None:
    for claims in WRONG_CLAIMS:
        idp.claims = claims
        assert refused(server, idp), claims


def test_a_token_for_several_sites_counts_when_it_was_made_for_us(server: Any, idp: Idp) -> None:
    idp.claims = {"aud": ["another", CLIENT_ID], "azp": CLIENT_ID}
    assert Browser(server).sign_in().status == 302


def public_pem(idp: Idp) -> bytes:
    """Return the provider's public key, which everybody has."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(idp.keys[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def hmac_signed(claims: dict[str, Any], key: bytes, **header: Any) -> str:
    """Return a token signed with HS256 and a key that PyJWT itself would refuse to use so."""
    import base64
    import hashlib
    import hmac

    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    head = part({"alg": "HS256", "typ": "JWT", **header}) + b"." + part(claims)
    return (head + b"." + base64.urlsafe_b64encode(hmac.new(key, head, hashlib.sha256).digest()).rstrip(b"=")).decode()


def test_unsigned_and_wrongly_signed_tokens(server: Any, idp: Idp) -> None:
    stranger, pem = Key("k1"), public_pem(idp)
    ways: dict[str, Any] = {
        "alg none": lambda claims: jwt.encode(claims, "", algorithm="none"),
        "HS256 with the public key": lambda claims: hmac_signed(claims, pem, kid="k1"),
        "HS256 with the client's secret": lambda claims: hmac_signed(claims, SECRET.encode(), kid="k1"),
        "a stranger's key": lambda claims: stranger.sign(claims),
        "a stranger's key in the header": lambda claims: stranger.sign(claims, jwk=stranger.public),
        "no such key": lambda claims: stranger.sign(claims, kid="k9"),
        "a key id that is no text": lambda claims: stranger.sign(claims, kid="../../dev/null"),
        "a signature cut off": lambda claims: idp.keys[0].sign(claims).rpartition(".")[0] + ".",
        "no token": lambda _claims: "",
        "garbage": lambda _claims: "a.b.c",
        "huge": lambda _claims: "a" * 100_000,
    }
    for name, sign in ways.items():
        idp.sign = sign
        assert refused(server, idp), name


def test_keys_for_something_else_sign_nothing(server: Any, idp: Idp) -> None:
    key = Key("k1")
    for change in ({"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "c2VjcmV0"}):
        forget(server)
        idp.answers["/jwks"] = lambda _env, _values, change=change: ("200 OK", {"keys": [key.public | change]})  # type: ignore[misc]  # a lambda of its round
        idp.sign = key.sign
        assert refused(server, idp), change


def test_userinfo_about_somebody_else_is_not_used(server: Any, idp: Idp) -> None:
    idp.claims = {"sub": "mallory"}
    assert refused(server, idp)


# --- a provider that fails


def shown(server: Any, path: str = "/oauth/openid/login") -> tuple[int, bool]:
    """Return the status of a sign-in, and whether its page tells people what to do."""
    browser = Browser(server)
    left = browser.open(path)
    answer = left if left.status != 302 else browser.open(browser.visit(left.headers["location"]))
    return answer.status, "try again" in said(answer) or "begin again" in said(answer)


PATHS = ("/.well-known/openid-configuration", "/token", "/jwks", "/userinfo")


@pytest.mark.parametrize(
    "answer",
    [
        ("500 Internal Server Error", b"oops"),
        ("200 OK", b"<html>not JSON"),
        ("200 OK", b"[]"),
        ("200 OK", b"\xff\xfe"),
        ("200 OK", b'{"access_token": 5, "keys": {}, "issuer": 1}'),
        ("200 OK", b"{" * 300_000),
        ("302 Found", "http://127.0.0.1:9/elsewhere"),
    ],
    ids=["500", "html", "list", "binary", "types", "huge", "redirect"],
)
def test_garbage_is_a_clear_error(server: Any, idp: Idp, answer: Any) -> None:
    for path in PATHS:
        forget(server)
        idp.answers = {path: lambda _env, _values: answer}
        status, helps = shown(server)
        assert (status in (400, 401, 503), helps or status == 401) == (True, True), (path, status)
    assert nobody_got_in(server)
    idp.answers.clear()
    assert Browser(server).sign_in().status == 302, "it works again as soon as the provider does"


def test_a_document_that_leads_astray_is_not_followed(server: Any, idp: Idp) -> None:
    for field in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        for url in ("javascript:alert(1)", "file:///etc/passwd", "http://[", "//evil.example", 5):
            forget(server)
            idp.metadata = {field: url}
            assert shown(server)[0] == 503, (field, url)


def test_what_a_document_names_may_not_be_inside(server: Any, idp: Idp, caplog: pytest.LogCaptureFixture) -> None:
    """SSRF: config.json may name inside addresses; where the provider's document leads may not, unless allowed."""
    inside = Idp()
    try:
        idp.metadata = {"token_endpoint": f"{inside.url}/token"}
        assert shown(server)[0] == 503
        assert inside.seen == []
        assert "AllowedUntrustedInternalConnections" in caplog.text, "the administrator is told what to do"
        server.configure(ServiceSettings={"AllowedUntrustedInternalConnections": "127.0.0.1"})
        assert shown(server)[0] == 400, "now it is asked, and refuses a code that isn't its own"
        assert inside.seen == ["/token"]
    finally:
        inside.stop()


def test_a_provider_that_is_down(server: Any, idp: Idp) -> None:
    server.configure(
        OpenIdSettings={"DiscoveryEndpoint": "http://127.0.0.1:9/x"},
        GitLabSettings={"TokenEndpoint": "http://127.0.0.1:9/y"},
    )
    assert shown(server) == (503, True)
    assert shown(server, "/oauth/gitlab/login") == (503, True)


def test_a_slow_provider_holds_up_only_those_who_ask_it(server: Any, idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.auth_oauth.remote.SECONDS", 300.0)
    asked, go_on = Event(), Event()

    def slow(_env: Any, _values: Any) -> Any:
        asked.set()
        go_on.wait()
        return "500 Internal Server Error", b""

    idp.answers["/token"] = slow
    waiting = [gevent.spawn(shown, server) for _ in range(10)]
    other = Idp()
    try:
        assert asked.wait(60)
        other.person = GITLAB_ANNA
        server.configure(GitLabSettings=other.oauth())
        assert Browser(server).sign_in("/oauth/gitlab/login").status == 302
        assert not any(greenlet.ready() for greenlet in waiting), "those still wait, and nobody else"
    finally:
        go_on.set()
        other.stop()
    gevent.joinall(waiting, timeout=60)
    assert {greenlet.value for greenlet in waiting} == {(503, True)}


def test_a_provider_that_never_answers_is_given_up(server: Any, idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SECONDS < 10
    monkeypatch.setattr("hubbub.plugins.auth_oauth.remote.SECONDS", 0.3)
    never = Event()
    for path in ("/.well-known/openid-configuration", "/token"):
        forget(server)
        idp.answers = {path: lambda _env, _values: never.wait()}
        assert shown(server) == (503, True)
        monkeypatch.setattr("hubbub.plugins.auth_oauth.remote.SECONDS", 2.0)
    never.set()


# --- secrets


def test_no_code_token_or_secret_is_logged(server: Any, idp: Idp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Browser(server)
    location = browser.leave()
    back = browser.visit(location)
    assert browser.open(back).status == 302
    browser.open(back)
    mobile = browser.open(browser.visit(browser.leave("/oauth/openid/mobile_login?redirect_to=mmauth://callback")))
    idp.claims = {"aud": "another"}
    assert Browser(server).sign_in().status == 401
    idp.answers["/token"] = lambda _env, values: ("400 Bad Request", {"error": f"bad {values['code']}"})
    failing = query_of(Browser(server).visit(Browser(server).leave()))
    last = Browser(server)
    last.open(last.visit(last.leave()))
    told = query_of(said(mobile).partition("url=")[2].partition('"')[0].replace("&amp;", "&"))
    query = query_of(back)
    hidden = [SECRET, query["code"], query["state"], failing["code"], browser.cookies["MMAUTHTOKEN"], *told.values()]
    hidden += [*idp.tokens, *browser.cookies["MMOAUTH"].split("."), *(asked["nonce"] for asked in idp.asked)]
    written = "\n".join(json.dumps(record.__dict__, default=str) for record in caplog.records)
    assert "refused a code" in written, "what fails is logged at all"
    assert "another" not in ANNA.values()
    assert [secret for secret in hidden if secret in written] == []
