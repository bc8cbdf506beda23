"""A second factor that settings demand: what is answered without one."""

from typing import Any

import pytest

from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.plugins.mfa.conftest import SERVICE, set_up

REQUIRED = "api.context.mfa_required.app_error"


pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def server(make_server: Any, database: Any, frozen: None) -> Server:
    made: Server = make_server(database, ServiceSettings=SERVICE)
    return made


def demand(server: Server) -> None:
    server.configure(ServiceSettings={"EnforceMultifactorAuthentication": True})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users"),
        ("GET", "/users/me/sessions"),
        ("GET", "/users/me/preferences"),
        ("PUT", "/users/me/patch"),
        ("PUT", "/users/me/password"),
        ("POST", "/posts"),
        ("GET", "/users/{id}"),
    ],
)
def test_calls_are_refused_by_name(server: Server, method: str, path: str) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    demand(server)
    body = None if method == "GET" else {"first_name": "Bob"}
    answer = bob.request(method, path.format(id=bob.id), body)
    assert (answer.status, answer.error) == (403, REQUIRED)


def test_what_the_set_up_needs_is_answered(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    demand(server)
    assert bob.get("/users/me").json["username"] == "bob"
    assert bob.get("/config/client").json["EnforceMultifactorAuthentication"] == "true"
    assert bob.get("/users").error == REQUIRED
    set_up(bob)
    assert bob.get("/users").status == 200


def test_one_can_sign_out_without_it(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    demand(server)
    assert bob.post("/users/logout").status == 200
    assert bob.get("/users/me").status == 401


def test_where_nobody_need_be_signed_in_one_is_nobody(server: Server) -> None:
    admin = server.sign_up("alice")
    server.configure(TeamSettings={"EnableOpenServer": False})
    fresh = {"username": "carol", "email": "carol@example.com", "password": "Correct-horse-9"}
    demand(server)
    assert admin.post("/users", fresh).status >= 400
    set_up(admin)
    assert admin.post("/users", fresh).status == 201


def test_forged_requests_are_not_told_about_it(server: Server) -> None:
    server.sign_up("alice")
    bob = server.sign_up("bob")
    demand(server)
    cookie = {"Cookie": f"MMAUTHTOKEN={bob.token}"}
    forged = Client(server.wsgi).post(f"/users/{bob.id}/mfa/generate", headers=cookie)
    assert forged.status == 401


def test_accounts_with_a_factor_elsewhere_and_programs_pass(server: Server) -> None:
    admin = server.sign_up("alice")
    set_up(admin)
    bob = server.sign_up("bob")
    demand(server)
    server.app.db.execute("UPDATE {users} SET authservice = 'saml', authdata = 'b' WHERE id = ?", (bob.id,))
    server.app.caches.clear_here()
    assert bob.get("/users").status == 200
    server.configure(ServiceSettings={"EnableBotAccountCreation": True, "EnableUserAccessTokens": True})
    bot = admin.post("/bots", {"username": "helper"}).json["user_id"]
    program = server.client()
    program.token = admin.post(f"/users/{bot}/tokens", {"description": "tests"}).json["token"]
    assert program.get("/users").status == 200


def test_guests_pass_unless_settings_say_otherwise(server: Server) -> None:
    admin = server.sign_up("alice")
    set_up(admin)
    guest = server.sign_up("gail")
    server.configure(GuestAccountsSettings={"Enable": True})
    assert admin.post(f"/users/{guest.id}/demote").status == 200
    guest.login("gail")
    demand(server)
    assert guest.get("/users/me/preferences").status == 200
    server.configure(GuestAccountsSettings={"EnforceMultifactorAuthentication": True})
    assert guest.get("/users/me/sessions").error == REQUIRED
