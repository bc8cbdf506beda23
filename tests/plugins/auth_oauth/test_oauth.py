"""Signing in with GitLab, Google and Microsoft by OAuth 2.0 without OpenID Connect."""

from typing import Any

import pytest

from hubbub.tests.plugins.auth_oauth.idp import GITLAB_ANNA, Idp, query_of
from hubbub.tests.plugins.auth_oauth.kit import Browser, said

pytestmark = pytest.mark.engines("sqlite")
GOOGLE = {
    "resourceName": "people/123",
    "metadata": {"sources": [{"type": "CONTACT", "id": "9"}, {"type": "PROFILE", "id": "123"}]},
    "names": [{"givenName": "Other"}, {"metadata": {"primary": True}, "givenName": "Anna", "familyName": "Berg"}],
    "emailAddresses": [
        {"value": "old@corp.example"},
        {"metadata": {"primary": True, "verified": True}, "value": "anna@corp.example"},
    ],
}
MICROSOFT = {
    "id": "object-1",
    "mail": None,
    "userPrincipalName": "anna@corp.example",
    "givenName": "Anna",
    "surname": "B",
}


def sign_in(server: Any, idp: Idp, service: str, person: dict[str, Any]) -> dict[str, Any]:
    """Sign somebody in and return their account."""
    idp.person = person
    browser = Browser(server)
    answer = browser.sign_in(f"/oauth/{service}/login")
    assert answer.status == 302, said(answer)
    return browser.me


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_gitlab(server: Any, idp: Idp) -> None:
    me = sign_in(server, idp, "gitlab", GITLAB_ANNA)
    assert (me["username"], me["first_name"], me["last_name"]) == ("anna", "Anna", "Maria Berg")
    assert sign_in(server, idp, "gitlab", GITLAB_ANNA | {"username": "annab"})["id"] == me["id"]
    stored = server.app.db.fetch_one("SELECT authservice, authdata FROM {users} WHERE id = ?", (me["id"],))
    assert tuple(stored) == ("gitlab", "7"), "what an existing database has"


def test_gitlab_is_asked_with_pkce_and_for_nothing_but_its_own_scope(server: Any, idp: Idp) -> None:
    asked = query_of(Browser(server).leave("/oauth/gitlab/login"))
    assert asked["code_challenge_method"] == "S256"
    assert not {"scope", "nonce"} & set(asked)
    server.configure(GitLabSettings={"Scope": "read_user"})
    assert query_of(Browser(server).leave("/oauth/gitlab/login"))["scope"] == "read_user"


def test_an_address_that_gitlab_has_not_confirmed(server: Any, idp: Idp) -> None:
    assert sign_in(server, idp, "gitlab", GITLAB_ANNA | {"confirmed_at": None}).get("email_verified") is None


def test_a_profile_that_says_too_little_is_nobodys(server: Any, idp: Idp) -> None:
    for wrong in (
        {"id": 0},
        {"id": None},
        {"id": True},
        {"id": ""},
        {"id": {"a": 1}},
        {"email": None},
        {"username": None},
    ):
        idp.person = GITLAB_ANNA | wrong
        answer = Browser(server).sign_in("/oauth/gitlab/login")
        assert (answer.status, "api.user.login_by_oauth.parse.app_error" in said(answer)) == (400, True), wrong


def test_google_by_its_people_api(server: Any, idp: Idp) -> None:
    server.configure(GoogleSettings=idp.oauth("/v1/people/me?personFields=names,emailAddresses"))
    me = sign_in(server, idp, "google", GOOGLE)
    assert (me["username"], me["email"], me["first_name"]) == ("anna", "anna@corp.example", "Anna")
    assert server.app.db.fetch_one("SELECT authdata FROM {users} WHERE id = ?", (me["id"],))[0] == "123"


def test_microsoft_by_graph(server: Any, idp: Idp) -> None:
    server.configure(Office365Settings=idp.oauth("/v1.0/me"))
    me = sign_in(server, idp, "office365", MICROSOFT)
    assert (me["email"], me["last_name"], me["email_verified"]) == ("anna@corp.example", "B", True)
    idp.answers["/common/oauth2/v2.0/authorize"] = idp._authorize
    server.configure(Office365Settings={"AuthEndpoint": f"{idp.url}/common/oauth2/v2.0/authorize"})
    other = sign_in(server, idp, "office365", MICROSOFT | {"id": "object-2", "mail": "ceo@corp.example"})
    assert other.get("email_verified") is None, "any tenant's administrator can write any address"


def test_any_other_provider_by_its_address_of_profiles(server: Any, idp: Idp) -> None:
    server.configure(OpenIdSettings={**idp.oauth("/me"), "DiscoveryEndpoint": ""})
    me = sign_in(server, idp, "openid", {"id": 5, "email": "anna@corp.example", "name": "Anna"})
    assert (me["username"], me["first_name"]) == ("anna", "Anna")
    assert server.app.db.fetch_one("SELECT authdata FROM {users} WHERE id = ?", (me["id"],))[0] == "5"


def test_what_is_not_set_up_says_so(server: Any) -> None:
    off, incomplete = "api.user.login_by_oauth.not_available", "api.user.get_authorization_code.endpoint"
    wrong: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({}, "google", off),
        ({}, "nobody", off),
        ({"GitLabSettings": {"TokenEndpoint": ""}}, "gitlab", incomplete),
        ({"GitLabSettings": {"Id": ""}}, "gitlab", incomplete),
        ({"ServiceSettings": {"SiteURL": ""}}, "openid", incomplete),
        ({"GitLabSettings": {"Enable": False}}, "gitlab", off),
    )
    for settings, service, error in wrong:
        server.configure(**settings)
        for address in ("login", "signup", "mobile_login", "complete"):
            answer = server.client().get(f"/oauth/{service}/{address}", raw_path=True)
            assert (answer.status, answer.json["id"]) == (501, f"{error}.app_error"), (settings, address)


def test_clients_are_told_which_buttons_to_show(make_server: Any, database: Any) -> None:
    on = {"Enable": True, "Id": "x", "Secret": "x"}
    only = ("roles", "users", "auth_password", "sessions", "auth_oauth", "system")
    server = make_server(database, only, OpenIdSettings=on, GitLabSettings=on)
    config = server.client().get("/config/client?format=old").json
    shown = {name: config[f"EnableSignUpWith{name}"] for name in ("GitLab", "OpenId", "Google", "Office365")}
    assert shown == {"GitLab": "true", "OpenId": "true", "Google": "false", "Office365": "false"}
    assert config["OpenIdButtonColor"] == "#145DBF"
