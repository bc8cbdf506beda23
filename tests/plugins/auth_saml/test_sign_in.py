"""Signing in by way of a real identity provider."""

import itertools
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.saml import SamlAssertion
from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.users import User, UserService
from hubbub.hookspecs import hookimpl
from hubbub.plugins.auth_saml.store import AssertionStore
from hubbub.tests.plugins.auth_saml.forging import changed
from hubbub.tests.plugins.auth_saml.idp import WANDA, Browser, Idp, links_of

HTML = {"Accept": "text/html,application/xhtml+xml"}
INVALID_STATE = "api.user.authorize_oauth_user.invalid_state.app_error"
pytestmark = pytest.mark.engines("sqlite")
numbers = itertools.count()


def somebody(**more: Any) -> dict[str, Any]:
    """Return somebody whom the provider knows and the site doesn't."""
    name = f"person{next(numbers)}"
    return {**WANDA, "uid": f"id-{name}", "username": name, "email": f"{name}@corp.example", **more}


def account(site: Any, browser: Browser) -> User:
    """Return the account that a browser is signed in to, with what nobody is shown."""
    user: User = site.app.services.get(UserService).get(browser.me().json["id"])
    return user


def sign_in(browser: Browser, idp: Idp, person: Any = WANDA, query: dict[str, str] | None = None, **how: Any) -> Any:
    """Go to the identity provider and come back; return the site's last answer."""
    request, state = browser.leave(**(query or {}))
    return browser.come_back(idp.respond(request, person, **how), state)


def token_of(answer: Any) -> str:
    """Return the session's token in the cookies of an answer, "" for none."""
    found = re.search(r"MMAUTHTOKEN=(\w*)", " ".join(answer.cookies))
    return found[1] if found else ""


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(make_site: Any, database: Any, make_idp: Any) -> None:
    site = make_site(database)
    browser, idp = Browser(site.client()), make_idp(site)
    answer = sign_in(browser, idp)
    assert (answer.status, answer.headers["location"]) == (302, "/"), answer
    user = account(site, browser)
    assert (user.username, user.email, user.first_name) == ("wanda", "wanda@corp.example", "Wanda")
    assert (user.auth_service, user.auth_data, user.email_verified) == ("saml", "id-wanda", True)
    sign_in(browser, idp, {**WANDA, "first": "W.", "email": "w@corp.example"})
    again = account(site, browser)
    assert (again.id, again.first_name, again.email) == (user.id, "W.", "w@corp.example")


@pytest.mark.parametrize(
    "how", [{"sign_response": True, "sign_assertion": False}, {"sign_response": True}, {"encrypt_assertion": True}]
)
def test_whatever_is_signed_or_encrypted(browser: Browser, idp: Idp, how: dict[str, bool]) -> None:
    assert sign_in(browser, idp, **how).status == 302
    assert browser.me().json["username"] == "wanda"


def test_the_session_is_one_of_single_sign_on_in_cookies_of_a_browser(site: Any, browser: Browser, idp: Idp) -> None:
    answer = sign_in(browser, idp)
    cookies = {cookie.split("=")[0]: cookie for cookie in answer.cookies}
    assert {"MMAUTHTOKEN", "MMUSERID", "MMCSRF"} <= set(cookies)
    assert "HttpOnly" in cookies["MMAUTHTOKEN"]
    assert "Secure" in cookies["MMAUTHTOKEN"]
    client = site.client()
    client.token = token_of(answer)
    session = site.app.services.get(SessionService).get_by_token(client.token)
    assert session.props["isSaml"] == "true"
    refused = client.put("/users/me/patch", {"nickname": "W"}, headers={"Cookie": f"MMAUTHTOKEN={client.token}"})
    assert refused.status == 401  # a cookie without the CSRF token


def test_signing_out_ends_the_session(site: Any, browser: Browser, idp: Idp) -> None:
    client = site.client()
    client.token = token_of(sign_in(browser, idp))
    assert client.get("/users/me").status == 200
    assert client.post("/users/logout").status == 200
    assert browser.me().status == 401


def test_a_session_that_somebody_planted_is_replaced(site: Any, browser: Browser, idp: Idp) -> None:
    mallory = site.sign_up("mallory")
    browser.cookies["MMAUTHTOKEN"] = mallory.token
    answer = sign_in(browser, idp)
    assert token_of(answer) not in ("", mallory.token)
    assert browser.me().json["username"] == "wanda"


# --- the binding to the browser ---


def test_the_cookie_comes_back_with_a_form_of_another_site_and_is_hidden_from_scripts(browser: Browser) -> None:
    answer = browser.get("/login/sso/saml")
    cookie = next(cookie for cookie in answer.cookies if "Max-Age=600" in cookie)
    assert cookie.startswith("__Host-")
    for part in ("HttpOnly", "Secure", "SameSite=None", "Path=/"):
        assert part in cookie


def test_an_answer_works_in_the_browser_that_asked_only(site: Any, browser: Browser, idp: Idp) -> None:
    request, state = browser.leave()
    xml = idp.respond(request)
    victim = Browser(site.client())
    assert victim.come_back(xml, state).error == INVALID_STATE
    victim.leave()  # even if it is about to sign in itself
    assert victim.come_back(xml, state).error == INVALID_STATE
    assert token_of(browser.come_back(xml, state))


def test_an_answer_works_once(site: Any, browser: Browser, idp: Idp) -> None:
    request, state = browser.leave()
    xml = idp.respond(request)
    before = dict(browser.cookies)
    assert browser.come_back(xml, state).status == 302
    browser.cookies = before
    assert browser.come_back(xml, state).error == INVALID_STATE
    _, other = browser.leave()
    answer = browser.come_back(xml, other)
    assert (answer.status, answer.error) == (401, "ent.saml.do_login.validate.app_error")
    assert token_of(answer) == ""


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_an_assertion_is_used_once_over_all_workers(make_site: Any, database: Any) -> None:
    first, second = (AssertionStore(make_site(database).app.db) for _ in range(2))
    assert first.use("idp", "id-1", 1_000)
    assert not second.use("idp", "id-1", 1_000)
    assert not first.use("idp", "id-1", 1_000)
    assert second.use("other idp", "id-1", 2_000)
    first.delete_expired(1_500)
    assert second.use("idp", "id-1", 3_000)
    assert not first.use("other idp", "id-1", 3_000)


def test_the_same_assertion_in_another_journey(site: Any, browser: Browser, idp: Idp) -> None:
    """The provider's own error: an assertion sent again, to a request that it does answer."""
    service = site.plugin("auth_saml")._sign_in
    request, state = browser.leave()
    xml = idp.respond(request)
    taken = service._single_sign_on.come_back
    kept: list[Any] = []

    def remember(*args: Any) -> Any:
        kept.append(kept[0] if kept else taken(*args))
        return kept[-1]

    service._single_sign_on.come_back = remember
    try:
        assert browser.come_back(xml, state).status == 302
        answer = browser.come_back(xml, state)
    finally:
        del service._single_sign_on.come_back
    assert (answer.status, answer.error) == (401, "ent.saml.do_login.used.app_error")


def without_request(root: Any) -> None:
    """It answers nothing."""
    root.attrib.pop("InResponseTo")


def test_who_begins_at_the_provider_is_sent_to_ask_and_nothing_is_believed(site: Any, idp: Idp) -> None:
    other = Browser(site.client())
    xml = changed(idp.respond(other.leave()[0]), without_request)
    browser = Browser(site.client())
    answer = browser.come_back(xml, "")
    assert (answer.status, answer.headers["location"]) == (302, "/login/sso/saml")
    assert token_of(answer) == ""
    browser.leave()  # as that redirection does; now an answer without a request would go round in circles
    assert browser.come_back(xml, "").error == INVALID_STATE


# --- where people come out ---


@pytest.mark.parametrize(
    "target",
    ["//evil.example.com", "https://evil.example.com/", "/\\evil.example.com", "https:evil.example.com", "/a\r\nX: y"],
)
def test_nobody_is_sent_to_another_site(browser: Browser, target: str) -> None:
    answer = browser.get(f"/login/sso/saml?redirect_to={quote(target)}")
    assert answer.status == 400
    assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize("state", ["https://evil.example.com/", "", "x" * 5_000, "../..", "\x00"])
def test_relay_states_that_are_not_ours(browser: Browser, idp: Idp, state: str) -> None:
    request, _ = browser.leave()
    answer = browser.come_back(idp.respond(request), state)
    assert answer.error == INVALID_STATE
    assert "evil" not in str(answer.headers)


def test_people_come_out_where_they_wanted_to_go(browser: Browser, idp: Idp) -> None:
    answer = sign_in(browser, idp, query={"redirect_to": "/crew/channels/talk?x=1"})
    assert answer.headers["location"] == "/crew/channels/talk?x=1"


@pytest.mark.parametrize("target", ["evil://callback", "https://evil.example.com", "javascript:alert(1)", ""])
def test_a_mobile_app_whose_scheme_is_not_listed_gets_nothing(browser: Browser, target: str) -> None:
    answer = browser.get(f"/login/sso/saml?action=mobile&redirect_to={quote(target)}")
    assert (answer.status, answer.error) == (400, "api.invalid_custom_url_scheme")


def test_a_mobile_app_gets_the_session(site: Any, browser: Browser, idp: Idp) -> None:
    answer = sign_in(browser, idp, query={"action": "mobile", "redirect_to": "mmauth://callback"})
    assert answer.status == 200
    assert token_of(answer) == ""  # the browser that the app opened is not signed in
    (link,) = links_of(answer)
    assert link.startswith("mmauth://callback?")
    given = parse_qs(urlsplit(link).query)
    client = site.client()
    client.token = given["MMAUTHTOKEN"][0]
    assert client.get("/users/me").json["username"] == "wanda"
    assert given["MMCSRF"][0]


def test_the_desktop_app_gets_the_session(site: Any, browser: Browser, idp: Idp) -> None:
    answer = sign_in(browser, idp, query={"desktop_token": "d" * 64})
    assert token_of(answer) == ""
    location = urlsplit(answer.headers["location"])
    halves = parse_qs(location.query)
    assert location.path == "/login/desktop"
    assert halves["client_token"] == ["d" * 64]
    client = site.client()
    opened = client.post("/users/login/desktop_token", {"token": halves["server_token"][0]})
    assert opened.json["username"] == "wanda"
    assert client.post("/users/login/desktop_token", {"token": halves["server_token"][0]}).status == 401


# --- accounts ---


def test_an_address_that_is_taken_is_not_taken_over(site: Any, browser: Browser, idp: Idp) -> None:
    person = somebody()
    site.sign_up("other", email=person["email"])
    answer = sign_in(browser, idp, person)
    assert answer.error == "api.user.create_oauth_user.already_attached.app_error"
    assert token_of(answer) == ""


def test_deactivated_people_stay_out(site: Any, browser: Browser, idp: Idp) -> None:
    person = somebody()
    sign_in(browser, idp, person)
    admin = site.client_of_admin()
    assert admin.delete(f"/users/{browser.me().json['id']}").status == 200
    assert sign_in(Browser(site.client()), idp, person).error == "api.user.login.inactive.app_error"


def test_an_account_changes_to_saml_with_its_password(site: Any, browser: Browser, idp: Idp) -> None:
    person = somebody()
    local = site.sign_up("local", email="local@example.com")
    body = {"current_service": "email", "new_service": "saml", "email": "local@example.com", "password": "wrong-one"}
    headers = {"X-Forwarded-Proto": "https"}
    assert local.post("/users/login/switch", body).status == 401
    answer = local.post("/users/login/switch", {**body, "password": "Correct-horse-9"}, headers=headers)
    assert answer.status == 200, answer
    assert "SameSite=None" in answer.cookies[0]
    name, _, value = answer.cookies[0].partition(";")[0].partition("=")
    browser.cookies[name] = value
    asked = parse_qs(urlsplit(answer.json["follow_link"]).query)
    done = browser.come_back(idp.respond(asked["SAMLRequest"][0], person), asked["RelayState"][0])
    assert done.headers["location"] == "/login?extra=signin_change"
    assert site.client().login("local").status == 401
    sign_in(browser, idp, person)
    assert browser.me().json["id"] == local.id


@pytest.mark.parametrize(
    ("groups", "roles"),
    [(["staff"], "system_user"), (["staff", "admins"], "system_admin system_user"), (["visitors"], "system_guest")],
)
def test_roles_by_attributes(make_site: Any, database: Any, make_idp: Any, groups: list[str], roles: str) -> None:
    saml = {"GuestAttribute": "groups=visitors", "EnableAdminAttribute": True, "AdminAttribute": "groups=admins"}
    site = make_site(database, saml, GuestAccountsSettings={"Enable": True})
    site.sign_up("admin")
    browser = Browser(site.client())
    sign_in(browser, make_idp(site), {**WANDA, "groups": groups})
    assert browser.me().json["roles"] == roles


def test_who_was_known_by_address_is_known_by_the_id_that_was_set_since(
    make_site: Any, database: Any, make_idp: Any
) -> None:
    site = make_site(database, {"IdAttribute": ""})
    idp = make_idp(site)
    browser = Browser(site.client())
    sign_in(browser, idp)
    before = account(site, browser)
    assert before.auth_data == "wanda@corp.example"
    site.configure(SamlSettings={"IdAttribute": "uid"})
    sign_in(browser, idp)
    after = account(site, browser)
    assert (after.id, after.auth_data) == (before.id, "id-wanda")


def test_an_existing_account_is_known_by_its_address_as_it_was_written(
    make_site: Any, database: Any, make_idp: Any
) -> None:
    site = make_site(database, {"IdAttribute": ""})
    wanda = site.sign_up("wanda", email="wanda@corp.example")
    site.app.services.get(UserService).set_auth(wanda.id, "saml", WANDA["email"])
    browser = Browser(site.client())
    sign_in(browser, make_idp(site))
    assert browser.me().json["id"] == wanda.id


@pytest.mark.parametrize("missing", ["uid", "email", "username"])
def test_an_assertion_that_says_too_little(browser: Browser, idp: Idp, missing: str) -> None:
    person = {name: value for name, value in somebody().items() if name != missing}
    assert sign_in(browser, idp, person).error == "api.user.login_by_oauth.parse.app_error"


def test_what_the_provider_says_is_not_changed_here(site: Any, browser: Browser, idp: Idp) -> None:
    client = site.client()
    client.token = token_of(sign_in(browser, idp, somebody()))
    refused = client.put("/users/me/patch", {"first_name": "Other"})
    assert (refused.status, refused.error) == (409, "api.user.patch_user.login_provider_attribute_set.app_error")
    assert client.put("/users/me/patch", {"nickname": "Own"}).status == 200
    picture = site.client_of_admin()
    assert picture.put(f"/users/{browser.me().json['id']}/patch", {"first_name": "Other"}).status == 409


class Listener:
    """A plugin that is told of sign-ins."""

    manifest = Manifest(id="listener", version="1.0.0")

    def __init__(self, context: PluginContext) -> None:
        self.heard: list[tuple[str, SamlAssertion]] = []

    @hookimpl
    def on_saml_login(self, user: User, assertion: SamlAssertion) -> None:
        self.heard.append((user.username, assertion))


def test_plugins_are_told(site: Any, browser: Browser, idp: Idp) -> None:
    listener = Listener(site.app)
    site.app.hooks.register(listener, "listener")
    sign_in(browser, idp)
    ((username, assertion),) = listener.heard
    assert username == "wanda"
    assert assertion.attributes["groups"] == ["staff"]


# --- errors that people see ---


def test_errors_are_pages_for_people_and_tell_nobody_why(browser: Browser, idp: Idp) -> None:
    request, state = browser.leave()
    xml = changed(idp.respond(request), lambda root: root.set("Destination", "https://evil.example.com"))
    answer = browser.come_back(xml, state, **HTML)
    assert answer.status == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert b"was not accepted" in answer.body
    assert b"evil" not in answer.body
    assert links_of(answer) == ["/login"]


def test_forms_without_an_answer(browser: Browser) -> None:
    browser.leave()
    for fields in ({}, {"RelayState": "x"}, {"SAMLResponse": ""}):
        assert browser.post_form(fields).error == "ent.saml.do_login.empty_response.app_error"


@pytest.mark.parametrize(
    ("megabytes", "error"),
    [
        (10, (413, "api.context.request_body_too_large.app_error")),
        (3, (400, "api.user.authorize_oauth_user.saml_response_too_long.app_error")),
    ],
)
def test_an_answer_of_many_megabytes(browser: Browser, megabytes: int, error: tuple[int, str]) -> None:
    _, state = browser.leave()
    answer = browser.post_form({"SAMLResponse": "A" * (megabytes << 20), "RelayState": state})
    assert (answer.status, answer.error) == error


def test_turned_off(make_site: Any, database: Any) -> None:
    browser = Browser(make_site(database, {"Enable": False}).client())
    assert browser.get("/login/sso/saml").error == "api.user.saml.not_available.app_error"
    assert browser.post_form({"SAMLResponse": "x"}).status == 501
