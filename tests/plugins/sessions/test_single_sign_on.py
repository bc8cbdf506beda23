"""The journey to a provider of identities and back, without any provider in particular."""

import base64
import hashlib
from typing import Any

import pytest

from hubbub.core.contracts.auth import ExternalIdentity
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.single_sign_on import (
    LOGIN,
    MOBILE,
    SWITCH,
    Departure,
    InvitationForAnother,
    InvitationRefused,
    Journey,
    SingleSignOn,
    StateInvalid,
    Ticket,
)
from hubbub.core.contracts.tokens import GUEST_INVITATION, TEAM_INVITATION, OneTimeTokenService
from hubbub.core.testing import PASSWORD
from hubbub.hookspecs import hookimpl

APP = "mmauth://callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
DESKTOP = "d" * 64
rules = pytest.mark.engines("sqlite")
"""For tests that store nothing in another way than their neighbours."""


def identity(name: str = "wanda", **more: Any) -> ExternalIdentity:
    """Return somebody whom the provider knows."""
    fields = {"provider": "openid", "subject": f"id-{name}", "username": name, "email": f"{name}@corp.example"}
    return ExternalIdentity(**{**fields, **more})


class Elsewhere:
    """A plugin that offers one provider, which is told of journeys; `tickets` are those that began."""

    def __init__(self, sign_on: SingleSignOn) -> None:
        self.id, self.kind, self.enabled = "openid", "redirect", True
        self._sign_on = sign_on
        self.tickets: list[Ticket] = []

    @hookimpl
    def register_auth_providers(self) -> list[Any]:
        return [self]

    def authenticate(self, login_id: str, password: str) -> None:
        return None

    def is_enabled(self) -> bool:
        return self.enabled

    def depart(self, journey: Journey) -> Departure:
        self.tickets.append(self._sign_on.depart(journey))
        return Departure(location="https://idp.example/authorize", binding=self.tickets[-1].binding)


@pytest.fixture
def sign_on(server: Any) -> SingleSignOn:
    """Return the service of a server that has its administrator."""
    server.sign_up("admin")
    service: SingleSignOn = server.app.services.get(SingleSignOn)
    return service


@pytest.fixture
def elsewhere(server: Any, sign_on: SingleSignOn) -> Elsewhere:
    """Return a provider that the server has."""
    provider = Elsewhere(sign_on)
    server.app.hooks.register(provider, "test_elsewhere")
    return provider


def back(sign_on: SingleSignOn, ticket: Ticket, provider: str = "openid") -> Journey:
    """Return the journey of a browser that comes back with what it was given."""
    return sign_on.come_back(provider, ticket.state, ["another", ticket.binding])


def test_a_journey_is_remembered_and_ends_once(sign_on: SingleSignOn) -> None:
    journey = Journey(provider="openid", redirect_to="/crew", kept={"nonce": "n", "verifier": "v"})
    ticket = sign_on.depart(journey)
    assert back(sign_on, ticket) == journey
    with pytest.raises(StateInvalid):
        back(sign_on, ticket)


def test_a_state_is_no_use_in_another_browser_or_for_another_provider(sign_on: SingleSignOn) -> None:
    ticket = sign_on.depart(Journey(provider="openid"))
    for bindings in ([], [""], ["x" * 43], [ticket.state]):
        with pytest.raises(StateInvalid):
            sign_on.come_back("openid", ticket.state, bindings)
    for state in ("", "x" * 64, ticket.binding):
        with pytest.raises(StateInvalid):
            sign_on.come_back("openid", state, [ticket.binding])
    assert back(sign_on, ticket).provider == "openid", "attempts from elsewhere must not use it up"
    with pytest.raises(StateInvalid):
        back(sign_on, sign_on.depart(Journey(provider="openid")), provider="gitlab")


def test_a_state_is_good_for_ten_minutes(server: Any, sign_on: SingleSignOn) -> None:
    ticket = sign_on.depart(Journey(provider="openid"))
    server.app.db.execute("UPDATE {tokens} SET createat = createat - 600001 WHERE token = ?", (ticket.state,))
    with pytest.raises(StateInvalid):
        back(sign_on, ticket)


@rules
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"redirect_to": "https://evil.example"}, "api.invalid_redirect_url"),
        ({"purpose": MOBILE, "redirect_to": "evil://x"}, "api.invalid_custom_url_scheme"),
        ({"purpose": MOBILE}, "api.invalid_custom_url_scheme"),
        ({"purpose": MOBILE, "redirect_to": "/crew"}, "api.invalid_custom_url_scheme"),
        ({"desktop_token": "<script>alert(1)</script>"}, "api.context.invalid_url_param.app_error"),
        ({"purpose": MOBILE, "redirect_to": APP, "challenge": "short"}, "api.context.invalid_url_param.app_error"),
        ({"invite_token": "x" * 64}, "api.oauth.singup_with_oauth.invalid_link.app_error"),
        ({"invite_id": "x" * 26}, "app.team.get.find.app_error"),
        ({"kept": {"nonce": "x" * 2000}}, "api.context.invalid_url_param.app_error"),
    ],
)
def test_what_a_journey_is_for_is_checked_before_it_begins(
    sign_on: SingleSignOn, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(AppError) as caught:
        sign_on.depart(Journey(provider="openid", **fields))
    assert caught.value.error_id == error


@rules
def test_a_browser_arrives_where_it_wanted_to_go(server: Any, sign_on: SingleSignOn) -> None:
    arrival = sign_on.arrive(Journey(provider="openid", redirect_to="/crew"), identity(), ip_address="192.0.2.1")
    assert arrival.location == "/crew"
    assert not arrival.in_app
    me = server.client().get("/users/me", headers={"Authorization": f"Bearer {arrival.session.token}"}).json
    assert (me["username"], me["auth_service"]) == ("wanda", "openid")
    assert sign_on.arrive(Journey(provider="openid", purpose=LOGIN), identity()).location == "/"


@rules
def test_an_app_gets_the_session_in_its_address(sign_on: SingleSignOn) -> None:
    arrival = sign_on.arrive(Journey(provider="openid", purpose=MOBILE, redirect_to=APP), identity())
    assert arrival.in_app
    assert arrival.session is None, "the browser that helped isn't signed in itself"
    assert arrival.location.startswith(f"{APP}?MMAUTHTOKEN=")
    assert "MMCSRF=" in arrival.location


def code_of(server: Any, sign_on: SingleSignOn) -> str:
    """Return the code that an app gets when the server gives codes."""
    server.configure(FeatureFlags={"MobileSSOCodeExchange": True})
    journey = Journey(provider="openid", purpose=MOBILE, redirect_to=APP, challenge=CHALLENGE, app_state="s1")
    location = sign_on.arrive(journey, identity()).location
    assert "MMAUTHTOKEN" not in location
    return location.partition("login_code=")[2]


def exchange(server: Any, code: str, verifier: str = VERIFIER, state: str = "s1") -> Any:
    """Ask for a session as the app does."""
    body = {"login_code": code, "code_verifier": verifier, "state": state}
    return server.client().post("/users/login/sso/code-exchange", body)


def test_an_app_exchanges_a_code_for_a_session_once(server: Any, sign_on: SingleSignOn) -> None:
    code = code_of(server, sign_on)
    answer = exchange(server, code)
    assert answer.status == 200
    session = server.app.db.fetch_one("SELECT props FROM {sessions} WHERE token = ?", (answer.json["token"],))
    assert '"isMobile":"true"' in session[0].replace(" ", "")
    assert answer.json["csrf"]
    assert exchange(server, code).status == 400


@rules
@pytest.mark.parametrize("wrong", [{"verifier": "w" * 43}, {"verifier": "\u00e9" * 43}, {"state": "s2"}])
def test_a_code_in_other_hands_opens_nothing_and_is_used_up(
    server: Any, sign_on: SingleSignOn, wrong: dict[str, str]
) -> None:
    code = code_of(server, sign_on)
    assert exchange(server, code, **wrong).status == 400
    assert exchange(server, code).status == 400


@rules
def test_codes_can_be_off_and_fields_missing(server: Any, sign_on: SingleSignOn) -> None:
    code = code_of(server, sign_on)
    assert exchange(server, code, verifier="").json["id"] == "api.context.invalid_body_param.app_error"
    server.configure(FeatureFlags={"MobileSSOCodeExchange": False})
    assert exchange(server, code).status == 410


def desktop_halves(sign_on: SingleSignOn, **more: Any) -> str:
    """Return the address of the page that passes the session on to the desktop app."""
    return sign_on.arrive(Journey(provider="openid", desktop_token=DESKTOP, **more), identity()).location


def take(server: Any, token: str, **headers: str) -> Any:
    """Ask for a session as the desktop app does."""
    return server.client().post("/users/login/desktop_token", {"token": token, "deviceId": ""}, headers=headers)


def test_the_desktop_app_takes_the_session_once(server: Any, sign_on: SingleSignOn) -> None:
    page = desktop_halves(sign_on, redirect_to="/crew")
    assert page.startswith(f"/login/desktop?client_token={DESKTOP}&server_token=")
    assert page.endswith("&redirect_to=%2Fcrew")
    token = page.partition("server_token=")[2].partition("&")[0]
    stored = server.app.db.fetch_one("SELECT token FROM {desktoptokens}")[0]
    assert token != stored, "the database has a hash of it"
    assert take(server, stored).status == 401
    answer = take(server, token, **{"X-Requested-With": "XMLHttpRequest"})
    assert answer.status == 200
    assert answer.json["username"] == "wanda"
    assert answer.headers["token"]
    assert any(cookie.startswith("MMAUTHTOKEN=") for cookie in answer.cookies)
    assert take(server, token).json["id"] == "app.desktop_token.validate.invalid"


@rules
def test_the_desktop_app_is_too_late_after_three_minutes(server: Any, sign_on: SingleSignOn) -> None:
    token = desktop_halves(sign_on).partition("server_token=")[2]
    server.app.db.execute("UPDATE {desktoptokens} SET createat = createat - 180001")
    assert take(server, token).status == 401
    assert take(server, "").status == 401


@rules
def test_somebody_deactivated_meanwhile_gets_no_session(server: Any, sign_on: SingleSignOn) -> None:
    token = desktop_halves(sign_on).partition("server_token=")[2]
    server.app.db.execute("UPDATE {users} SET deleteat = 1 WHERE username = 'wanda'")
    server.app.caches.cache("users.users", 1, 1).invalidate_all()
    assert take(server, token).json["id"] == "api.user.login.inactive.app_error"


# --- invitations


def invite(server: Any, email: str, type: str = TEAM_INVITATION) -> str:
    """Return the token of an invitation by mail."""
    tokens: OneTimeTokenService = server.app.services.get(OneTimeTokenService)
    return tokens.create(type, {"teamId": "t" * 26, "email": email, "channels": "", "senderId": "s" * 26})


def test_an_invitation_is_used_by_whom_it_was_sent_to(server: Any, sign_on: SingleSignOn) -> None:
    token = invite(server, "wanda@corp.example")
    journey = Journey(provider="openid", invite_token=token)
    sign_on.depart(journey)
    with pytest.raises(InvitationForAnother):
        sign_on.arrive(journey, identity("other"))
    with pytest.raises(InvitationForAnother):
        sign_on.arrive(journey, identity(email_verified=False))
    assert sign_on.arrive(journey, identity()).session is not None
    with pytest.raises(InvitationRefused):
        sign_on.arrive(journey, identity())


@rules
def test_a_guest_is_invited_as_one_and_nobody_becomes_one(server: Any, sign_on: SingleSignOn) -> None:
    server.configure(GuestAccountsSettings={"Enable": True})
    journey = Journey(provider="openid", invite_token=invite(server, "wanda@corp.example", GUEST_INVITATION))
    session = sign_on.arrive(journey, identity()).session
    assert session is not None
    assert session.roles == "system_guest"
    sign_on.arrive(Journey(provider="openid"), identity("otto"))
    again = Journey(provider="openid", invite_token=invite(server, "otto@corp.example", GUEST_INVITATION))
    with pytest.raises(InvitationRefused):
        sign_on.arrive(again, identity("otto"))


# --- another way to sign in


def switch(client: Any, **fields: str) -> Any:
    """Ask for another way to sign in."""
    body = {"current_service": "email", "new_service": "openid", "password": PASSWORD, **fields}
    return client.post("/users/login/switch", body)


def test_a_password_is_changed_for_a_provider(server: Any, sign_on: SingleSignOn, elsewhere: Elsewhere) -> None:
    bob = server.sign_up("bob")
    answer = switch(server.client(), email="bob@example.com")
    assert answer.json == {"follow_link": "https://idp.example/authorize"}
    assert [cookie.partition("=")[0] for cookie in answer.cookies] == ["MMOAUTH"]
    assert bob.get("/users/me").status == 200, "nothing has changed yet"
    journey = back(sign_on, elsewhere.tickets[0])
    assert (journey.purpose, journey.user_id) == (SWITCH, bob.id)
    arrival = sign_on.arrive(journey, identity("robert"))
    assert (arrival.session, arrival.location) == (None, "/login?extra=signin_change")
    assert bob.get("/users/me").status == 401, "sessions of the old way end"
    assert server.client().login("bob").status == 401
    session = sign_on.arrive(Journey(provider="openid"), identity("robert")).session
    assert session is not None
    assert session.user_id == bob.id
    with pytest.raises(StateInvalid):
        sign_on.arrive(journey, identity("other"))


@rules
def test_an_identity_of_somebody_else_is_not_taken(server: Any, sign_on: SingleSignOn, elsewhere: Elsewhere) -> None:
    bob = server.sign_up("bob")
    sign_on.arrive(Journey(provider="openid"), identity())
    with pytest.raises(AppError) as caught:
        sign_on.arrive(Journey(provider="openid", purpose=SWITCH, user_id=bob.id), identity())
    assert caught.value.status == 400
    assert server.client().login("bob").status == 200


@rules
@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"password": "wrong-Password-1"}, 401, "invalid_credentials"),
        ({"email": "nobody@example.com"}, 401, "invalid_credentials"),
        ({"password": ""}, 400, "invalid_body_param"),
        ({"email": ""}, 400, "invalid_body_param"),
        ({"new_service": ""}, 400, "not_available"),
        ({"new_service": "gitlab"}, 400, "not_available"),
        ({"current_service": "openid"}, 400, "invalid_body_param"),
    ],
)
def test_a_wrong_wish_changes_nothing(
    server: Any, elsewhere: Elsewhere, fields: dict[str, str], status: int, error: str
) -> None:
    server.sign_up("bob")
    answer = switch(server.client(), **{"email": "bob@example.com", **fields})
    assert (answer.status, error in answer.json["id"]) == (status, True), answer.json
    assert elsewhere.tickets == []


@rules
def test_switching_can_be_off_and_guesses_are_counted(server: Any, elsewhere: Elsewhere) -> None:
    server.sign_up("bob")
    for _ in range(10):
        switch(server.client(), email="bob@example.com", password="wrong-Password-1")
    assert "too_many" in switch(server.client(), email="bob@example.com").json["id"]
    server.configure(ServiceSettings={"ExperimentalEnableAuthenticationTransfer": False})
    assert switch(server.client(), email="bob@example.com").status == 403


def test_back_to_a_password_by_oneself_only(server: Any, sign_on: SingleSignOn, elsewhere: Elsewhere) -> None:
    session = sign_on.arrive(Journey(provider="openid"), identity()).session
    assert session is not None
    headers = {"Authorization": f"Bearer {session.token}"}
    wish = {"current_service": "openid", "new_service": "email", "email": "wanda@corp.example"}
    path = "/users/login/switch"
    body = {**wish, "new_password": PASSWORD}
    assert server.client().post(path, body).json["id"] == "api.user.oauth_to_email.context.app_error"
    other = server.sign_up("eve")
    assert other.post(path, body).status == 403
    cookie = {"Cookie": f"MMAUTHTOKEN={session.token}"}
    assert server.client().post(path, body, headers=cookie).status == 403, "a browser says that it meant it (CSRF)"
    assert server.client().post(path, {**wish, "new_password": "short"}, headers=headers).status == 400
    assert server.client().post(path, {**body, "current_service": "gitlab"}, headers=headers).status == 400
    answer = server.client().post(path, body, headers=headers)
    assert answer.json == {"follow_link": "/login?extra=signin_change"}
    assert server.client().get("/users/me", headers=headers).status == 401
    assert server.client().login("wanda").status == 200
    made = sign_on.arrive
    with pytest.raises(AppError) as caught:
        made(Journey(provider="openid"), identity())
    assert "already_attached" in caught.value.error_id, "the address is a local account's now"
