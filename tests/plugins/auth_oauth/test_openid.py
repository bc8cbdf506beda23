"""Signing in with a provider that speaks OpenID Connect."""

from typing import Any

import pytest

from hubbub.tests.plugins.auth_oauth.idp import ANNA, Idp, Key, query_of
from hubbub.tests.plugins.auth_oauth.kit import Browser, said

rules = pytest.mark.engines("sqlite")
"""For tests that store nothing in another way than their neighbours."""


def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    answer = browser.sign_in("/oauth/openid/login?redirect_to=/crew/channels/town-square")
    assert (answer.status, answer.headers["location"]) == (302, "/crew/channels/town-square")
    me = browser.me
    assert (me["username"], me["first_name"], me["last_name"]) == ("anna", "Anna", "Berg")
    assert (me["email"], me["auth_service"], me["email_verified"]) == ("anna@corp.example", "openid", True)
    idp.person = {**ANNA, "family_name": "Berger", "email": "anna.berger@corp.example"}
    again = Browser(server)
    again.sign_in()
    assert (again.me["id"], again.me["last_name"], again.me["email"]) == (
        me["id"],
        "Berger",
        "anna.berger@corp.example",
    )
    stored = server.app.db.fetch_one("SELECT authservice, authdata, password FROM {users} WHERE id = ?", (me["id"],))
    assert tuple(stored) == ("openid", "anna-1", "")


@rules
def test_what_is_asked_of_the_provider(server: Any, idp: Idp) -> None:
    asked = query_of(Browser(server).leave())
    assert asked["redirect_uri"] == "http://chat.example/signup/openid/complete"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    other = query_of(Browser(server).leave())
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


@rules
def test_cookies_of_the_browser(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    answer = browser.open("/oauth/openid/login")
    (cookie,) = answer.cookies
    assert "; HttpOnly; SameSite=Lax" in cookie
    assert "; Max-Age=600" in cookie
    assert answer.headers["cache-control"] == "no-store"
    done = browser.open(browser.visit(answer.headers["location"]))
    token = next(cookie for cookie in done.cookies if cookie.startswith("MMAUTHTOKEN="))
    assert "; HttpOnly" in token
    assert done.headers["cache-control"] == "no-store"


@rules
def test_two_tabs_sign_in_at_once(server: Any, idp: Idp) -> None:
    browser = Browser(server)
    first, second = browser.leave(), browser.leave()
    assert browser.open(browser.visit(second)).status == 302
    assert browser.open(browser.visit(first)).status == 302


@rules
def test_addresses_that_were_registered_long_ago_work(server: Any, idp: Idp) -> None:
    for callback in ("/oauth/openid/complete", "/login/openid/complete", "/api/v3/oauth/openid/complete"):
        browser = Browser(server)
        back = browser.visit(browser.leave())
        assert browser.open(back.replace("/signup/openid/complete", callback)).status == 302
        assert browser.me["username"] == "anna"


@rules
def test_the_user_name(server: Any, idp: Idp) -> None:
    names: tuple[tuple[dict[str, Any], bool, str], ...] = (
        ({}, False, "anna"),
        ({"preferred_username": "Zo\u00eb B@x"}, True, "zo-b"),
        ({"preferred_username": None, "email": "ann@corp.example"}, True, "ann"),
        ({"email": "Anna+Chat@corp.example"}, False, "anna-chat"),
    )
    for number, (person, preferred, expected) in enumerate(names):
        server.configure(OpenIdSettings={"UsePreferredUsername": preferred})
        idp.person = ANNA | {"email": f"anna@corp{number}.example"} | person | {"sub": str(number)}
        browser = Browser(server)
        browser.sign_in()
        assert browser.me["username"] == expected


@rules
def test_claims_in_the_id_token_need_no_userinfo(server: Any, idp: Idp) -> None:
    idp.claims = {**ANNA}
    browser = Browser(server)
    browser.sign_in()
    assert browser.me["username"] == "anna"
    assert "/userinfo" not in idp.seen


@rules
def test_documents_and_keys_are_asked_for_once(server: Any, idp: Idp) -> None:
    for _ in range(3):
        assert Browser(server).sign_in().status == 302
    assert idp.seen.count("/.well-known/openid-configuration") == 1
    assert idp.seen.count("/jwks") == 1


@rules
def test_new_keys_are_found_when_the_provider_changes_them(
    server: Any, idp: Idp, monkeypatch: pytest.MonkeyPatch
) -> None:
    Browser(server).sign_in()
    idp.keys = [Key("k2", "EC")]
    assert Browser(server).sign_in().status == 401, "unknown keys don't have us ask at once again and again"
    monkeypatch.setattr("hubbub.plugins.auth_oauth.discovery.ROTATION_S", 0.0)
    assert Browser(server).sign_in().status == 302
    assert idp.seen.count("/jwks") == 2


@rules
def test_a_public_client_and_one_that_sends_its_secret_in_the_form(server: Any, idp: Idp) -> None:
    idp.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert Browser(server).sign_in().status == 302
    server.configure(OpenIdSettings={"Secret": ""})
    idp._is_client = lambda _env, sent: sent.get("client_id") == "hubbub" and "client_secret" not in sent  # type: ignore[method-assign]  # a client without secret
    try:
        assert Browser(server).sign_in().status == 302
    finally:
        del idp._is_client


@rules
def test_an_unconfirmed_address_confirms_nothing_here(server: Any, idp: Idp) -> None:
    idp.person = ANNA | {"email_verified": False}
    browser = Browser(server)
    browser.sign_in()
    assert browser.me.get("email_verified") is None
    idp.person |= {"email": "ceo@corp.example"}
    browser.sign_in()
    assert browser.me["email"] == "anna@corp.example", "nor does it take the place of the one that is there"
    server.configure(TeamSettings={"RestrictCreationToDomains": "corp.example"})
    idp.person |= {"sub": "other", "email": "boss@corp.example"}
    answer = Browser(server).sign_in()
    assert (answer.status, "e-mail address is confirmed" in said(answer)) == (400, True)


def test_an_address_that_has_an_account_is_never_linked_silently(server: Any, idp: Idp) -> None:
    local = server.sign_up("anna.local", email="anna@corp.example")
    answer = Browser(server).sign_in()
    assert answer.status == 400
    assert "already an account with this e-mail address" in said(answer)
    assert local.get("/users/me").json["auth_service"] == ""


@rules
def test_accounts_can_be_closed_and_domains_few(server: Any, idp: Idp) -> None:
    server.configure(TeamSettings={"RestrictCreationToDomains": "good.example"})
    assert Browser(server).sign_in().status == 400
    server.configure(TeamSettings={"RestrictCreationToDomains": "", "EnableUserCreation": False})
    assert Browser(server).sign_in().status == 501
    assert server.app.db.fetch_one("SELECT COUNT(*) FROM {users} WHERE authservice = 'openid'")[0] == 0


# --- Entra


def entra(server: Any, idp: Idp, tenant: str, **more: Any) -> None:
    """Have the provider be Microsoft's, for one tenant or several."""
    idp.answers[f"/{tenant}/v2.0/.well-known/openid-configuration"] = lambda _e, _v: ("200 OK", idp._described())
    discovery = f"{idp.url}/{tenant}/v2.0/.well-known/openid-configuration"
    server.configure(Office365Settings={**idp.openid(), "DiscoveryEndpoint": discovery, **more})


@rules
def test_entra_of_one_tenant(server: Any, idp: Idp) -> None:
    tenant = "11111111-2222-3333-4444-555555555555"
    entra(server, idp, tenant, DirectoryId=tenant)
    idp.claims = {"tid": tenant, "oid": "object-1"}
    idp.person = {key: value for key, value in ANNA.items() if key != "email_verified"}
    browser = Browser(server)
    assert browser.sign_in("/oauth/office365/login").status == 302
    row = server.app.db.fetch_one("SELECT authdata, emailverified FROM {users} WHERE authservice = 'office365'")
    assert (row[0], bool(row[1])) == ("object-1", True)
    idp.claims = {"tid": "another", "oid": "object-1"}
    assert Browser(server).sign_in("/oauth/office365/login").status == 401


@rules
@pytest.mark.parametrize(("claims", "verified"), [({}, False), ({"xms_edov": True}, True)])
def test_addresses_of_tenants_that_nobody_knows_are_not_trusted(
    server: Any, idp: Idp, claims: dict[str, Any], verified: bool
) -> None:
    entra(server, idp, "common")
    idp.metadata = {"issuer": f"{idp.url}/{{tenantid}}/v2.0"}
    idp.claims = {"tid": "evil-tenant", "oid": "o", "iss": f"{idp.url}/evil-tenant/v2.0", **claims}
    idp.person = {key: value for key, value in ANNA.items() if key != "email_verified"}
    browser = Browser(server)
    assert browser.sign_in("/oauth/office365/login").status == 302
    assert browser.me.get("email_verified", False) is verified
    idp.claims |= {"tid": "other-tenant"}
    assert Browser(server).sign_in("/oauth/office365/login").status == 401, "the issuer is of that tenant"
