"""What ends a session ends it in every worker; names that are taken at the same moment are taken once."""

from collections import Counter
from collections.abc import Callable, Iterator

import gevent
import pytest

from hubbub.core.testing import PASSWORD, Answer, Client, LiveServer
from hubbub.core.testing.client import HttpTransport
from hubbub.tests.failures.kit import config_for, eventually, rows
from hubbub.tests.services.databases import Databases, DatabaseSource

TRIES = 12
AT_ONCE = 8


@pytest.fixture(scope="module")
def source(databases: Databases) -> Iterator[DatabaseSource]:
    with databases.fresh("postgres") as source:
        yield source


@pytest.fixture(scope="module")
def server(source: DatabaseSource) -> Iterator[LiveServer]:
    with LiveServer(
        config_for(source, ServiceSettings={"EnableUserAccessTokens": True}, LogSettings={"ConsoleLevel": "ERROR"}),
        workers=2,
    ) as server:
        server.create_user("admin")
        yield server


@pytest.fixture
def admin(server: LiveServer) -> Client:
    return signed_in(server, "admin")


def signed_in(server: LiveServer, name: str, password: str = PASSWORD) -> Client:
    client = server.client()
    client.login(name, password, expect=200)
    return client


def quietly(client: Client, server: LiveServer) -> Client:
    """Return a client with the same token that takes refusals as they come."""
    other = Client(HttpTransport(server.host, server.port), strict=False)
    other.token = client.token
    return other


def known_everywhere(client: Client) -> None:
    """Have every worker cache the session: each request is a connection of its own."""
    for _ in range(TRIES):
        client.get("/users/me", expect=200)


def check_out_everywhere(client: Client, server: LiveServer) -> None:
    """Fail unless every worker refuses the session, within a moment and from then on."""
    out = quietly(client, server)

    def all_refuse() -> bool:
        return {out.get("/users/me").status for _ in range(TRIES)} == {401}

    eventually(all_refuse, timeout=5, what="a worker still takes an ended session")
    assert all_refuse()


def test_signing_out(server: LiveServer) -> None:
    person = server.create_user()
    known_everywhere(person)
    person.post("/users/logout", expect=200)
    check_out_everywhere(person, server)


def test_a_revoked_session_and_its_websockets(server: LiveServer, admin: Client) -> None:
    person = server.create_user()
    known_everywhere(person)
    channel = server.create_channel(owner=admin, members=(person,))
    sockets = [server.websocket(person) for _ in range(6)]
    admin.post(f"/users/{person.id}/sessions/revoke/all", expect=200)
    check_out_everywhere(person, server)
    # Existing servers leave the connection open and deaf; so clients expect it.
    admin.create_post(channel, "after the end")
    for socket in sockets:
        reply = socket.call("get_statuses")
        assert reply["status"] == "FAIL", reply
        assert not [message for message in socket._waiting if message.get("event") == "posted"]
        socket.close()


def test_a_deactivated_account(server: LiveServer, admin: Client) -> None:
    person = server.create_user()
    known_everywhere(person)
    admin.put(f"/users/{person.id}/active", {"active": False}, expect=200)
    check_out_everywhere(person, server)
    again = {"login_id": person.user["username"], "password": PASSWORD}
    assert quietly(person, server).post("/users/login", again).status == 401


def test_a_new_password_ends_the_other_sessions(server: LiveServer) -> None:
    person = server.create_user()
    other = signed_in(server, person.user["username"])
    known_everywhere(other)
    change = {"current_password": PASSWORD, "new_password": "Another-horse-8"}
    person.put(f"/users/{person.id}/password", change, expect=200)
    check_out_everywhere(other, server)
    assert (
        quietly(person, server).post("/users/login", {"login_id": person.user["username"], "password": PASSWORD}).status
        == 401
    )
    signed_in(server, person.user["username"], "Another-horse-8")


def test_an_expired_session(server: LiveServer, source: DatabaseSource, admin: Client) -> None:
    person = server.create_user()
    known_everywhere(person)
    other = signed_in(server, person.user["username"])
    rows(source, f"UPDATE sessions SET expiresat = 1 WHERE userid = '{person.id}' RETURNING id")
    check_out_everywhere(other, server)
    # Workers may have cached the first session for as long as it was good, until somebody empties their caches.
    admin.post("/caches/invalidate", expect=200)
    check_out_everywhere(person, server)


def test_what_is_no_token_opens_nothing(server: LiveServer, admin: Client) -> None:
    person = server.create_user()
    admin.put(f"/users/{person.id}/roles", {"roles": "system_user system_user_access_token"}, expect=200)
    person = signed_in(server, person.user["username"])
    session = person.get(f"/users/{person.id}/sessions", expect=200).json[0]
    token = person.post(f"/users/{person.id}/tokens", {"description": "for a script"}, expect=200).json
    wrong = quietly(person, server)
    for rubbish in (session["id"], person.id, token["id"], person.token.upper(), person.token[:-1], f"{person.token}x"):
        wrong.token = rubbish
        assert wrong.get("/users/me").status == 401, rubbish
    wrong.token = ""
    assert wrong.get("/users/me", query={"access_token": person.token}).status == 401
    assert wrong.get("/users/me", headers={"Authorization": f"Basic {person.token}"}).status == 401
    assert wrong.post("/users/logout", headers={"Cookie": f"MMAUTHTOKEN={person.token}"}).status == 200
    wrong.token = token["token"]
    assert wrong.get("/users/me").status == 200
    person.post("/users/tokens/revoke", {"token_id": token["id"]}, expect=200)
    check_out_everywhere(wrong, server)


# -- the same name at the same moment


def race(requests: list[Callable[[], Answer]]) -> list[Answer]:
    running = [gevent.spawn(request) for request in requests]
    return [greenlet.get(timeout=60) for greenlet in running]


def check_one_won(answers: list[Answer], *errors: str) -> None:
    statuses = Counter(answer.status for answer in answers)
    assert statuses == {201: 1, 400: len(answers) - 1}, answers
    assert {answer.error for answer in answers if answer.status == 400} <= set(errors), answers


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def racing(request: pytest.FixtureRequest, databases: Databases) -> Iterator[LiveServer]:
    with databases.fresh(request.param) as source:
        workers = 1 if request.param == "sqlite" else 2
        with LiveServer(config_for(source, LogSettings={"ConsoleLevel": "ERROR"}), workers=workers) as server:
            server.create_user("admin")
            yield server


def test_a_user_name_is_taken_once(racing: LiveServer) -> None:
    def sign_up(number: int) -> Answer:
        body = {"username": "samename", "email": f"same{number}@example.com", "password": PASSWORD}
        return quietly(racing.client(), racing).post("/users", body)

    answers = race([lambda number=number: sign_up(number) for number in range(AT_ONCE)])
    check_one_won(answers, "app.user.save.username_exists.app_error")


def test_an_email_address_is_taken_once(racing: LiveServer) -> None:
    def sign_up(number: int) -> Answer:
        body = {"username": f"name{number}", "email": "taken@example.com", "password": PASSWORD}
        return quietly(racing.client(), racing).post("/users", body)

    answers = race([lambda number=number: sign_up(number) for number in range(AT_ONCE)])
    check_one_won(answers, "app.user.save.email_exists.app_error")


def test_the_name_of_a_team_is_taken_once(racing: LiveServer) -> None:
    admin = quietly(signed_in(racing, "admin"), racing)
    body = {"name": "sameteam", "display_name": "Same", "type": "O"}
    answers = race([lambda: admin.post("/teams", body)] * AT_ONCE)
    check_one_won(answers, "app.team.save.existing.app_error", "store.sql_team.save_team.existing.app_error")


def test_the_name_of_a_channel_is_taken_once_per_team(racing: LiveServer) -> None:
    admin = signed_in(racing, "admin")
    team = racing.create_team(owner=admin)
    quiet = quietly(admin, racing)
    body = {"team_id": team["id"], "name": "samechannel", "display_name": "Same", "type": "O"}
    answers = race([lambda: quiet.post("/channels", body)] * AT_ONCE)
    check_one_won(answers, "store.sql_channel.save_channel.exists.app_error")


def test_a_direct_channel_that_many_open_at_once_is_one(racing: LiveServer) -> None:
    admin, other = signed_in(racing, "admin"), racing.create_user()
    quiet = quietly(admin, racing)
    answers = race([lambda: quiet.post("/channels/direct", [admin.id, other.id])] * AT_ONCE)
    assert {answer.status for answer in answers} <= {200, 201}, answers
    assert len({answer.json["id"] for answer in answers}) == 1
