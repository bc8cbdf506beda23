"""Creating accounts: who may, what is refused, what others hear of it."""

from typing import Any

import gevent
import pytest
from gevent.event import Event

from hubbub.core.contracts.users import NewUser, UserService

PASSWORD = "Correct-horse-9"


def new(username: str, **fields: Any) -> dict[str, Any]:
    """Return the body of a sign-up."""
    return {"username": username, "email": f"{username}@example.com", "password": PASSWORD, **fields}


def test_the_first_account_is_system_admin_and_can_sign_in(server: Any) -> None:
    client = server.client()
    created = client.post("/users", new("Alice"))
    assert created.status == 201
    assert created.json["username"] == "alice"
    assert created.json["roles"] == "system_admin system_user"
    assert "password" not in created.json
    assert client.login("alice").status == 200
    me = client.get("/users/me")
    assert me.status == 200
    assert me.json["id"] == created.json["id"]
    assert me.json["email"] == "alice@example.com"
    assert me.json["notify_props"]["desktop"] == "mention"
    assert me.json["timezone"]["useAutomaticTimezone"] == "true"


def test_later_accounts_are_ordinary_users(server: Any) -> None:
    server.sign_up("alice")
    assert server.client().post("/users", new("bob")).json["roles"] == "system_user"


def test_nobody_signs_up_as_admin_or_with_an_identity_elsewhere(server: Any) -> None:
    server.sign_up("alice")
    body = new("bob", roles="system_admin system_user", email_verified=True, auth_service="ldap", auth_data="bob")
    created = server.client().post("/users", body).json
    assert created["roles"] == "system_user"
    assert created["auth_service"] == ""
    assert "email_verified" not in created


def test_of_many_first_accounts_at_once_exactly_one_is_admin(server: Any) -> None:
    bodies = [new(f"user{number}") for number in range(6)]
    jobs = [gevent.spawn(server.client().post, "/users", body) for body in bodies]
    answers = [job.get(timeout=30) for job in jobs]
    assert [answer.status for answer in answers] == [201] * 6
    roles = sorted(answer.json["roles"] for answer in answers)
    assert roles == ["system_admin system_user"] + ["system_user"] * 5


def test_of_many_first_accounts_in_one_instant_exactly_one_is_admin(server: Any) -> None:
    users = server.app.services.get(UserService)
    _connect(server.app.db, 8)
    people = [NewUser(username=f"user{number}", email=f"user{number}@example.com") for number in range(8)]
    jobs = [gevent.spawn(users.create, person) for person in people]
    roles = sorted(job.get(timeout=30).roles for job in jobs)
    assert roles == ["system_admin system_user"] + ["system_user"] * 7


def _connect(db: Any, count: int) -> None:
    """Have as many connections open and idle, so that nobody is late because of connecting."""
    everybody_there = Event()
    waiting: list[int] = []

    def hold() -> None:
        with db.transaction():
            db.fetch_one("SELECT 1")
            waiting.append(1)
            if len(waiting) == count or db.engine == "sqlite":
                everybody_there.set()
            everybody_there.wait(10)

    gevent.joinall([gevent.spawn(hold) for _ in range(count)], raise_error=True)


def test_a_closed_server_lets_in_exactly_the_first_of_many_at_once(make_server: Any, database: Any) -> None:
    closed = make_server(
        database, ("roles", "users", "auth_password", "sessions"), TeamSettings={"EnableOpenServer": False}
    )
    jobs = [gevent.spawn(closed.client().post, "/users", new(f"user{number}")) for number in range(5)]
    answers = [job.get(timeout=30) for job in jobs]
    assert sorted(answer.status for answer in answers) == [201, 403, 403, 403, 403]


def test_the_same_name_at_once_is_taken_once(server: Any) -> None:
    server.sign_up("alice")
    bodies = [new("bob", email=f"bob{number}@example.com") for number in range(4)]
    jobs = [gevent.spawn(server.client().post, "/users", body) for body in bodies]
    answers = [job.get(timeout=30) for job in jobs]
    assert sorted(answer.status for answer in answers) == [201, 400, 400, 400]
    assert {answer.error for answer in answers if answer.status == 400} == {"app.user.save.username_exists.app_error"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"username": "ALICE", "email": "other@example.com"}, "app.user.save.username_exists.app_error"),
        ({"email": "Alice@Example.com"}, "app.user.save.email_exists.app_error"),
        ({"username": "has space"}, "model.user.is_valid.username.app_error"),
        ({"username": "channel"}, "model.user.is_valid.username.app_error"),
        ({"username": "x" * 65}, "model.user.is_valid.username.app_error"),
        ({"email": "no address"}, "model.user.is_valid.email.app_error"),
        ({"email": "a@b@example.com"}, "model.user.is_valid.email.app_error"),
        ({"email": "x" * 120 + "@example.com"}, "model.user.is_valid.email.app_error"),
        ({"nickname": "ü" * 65}, "model.user.is_valid.nickname.app_error"),
        ({"first_name": "x" * 65}, "model.user.is_valid.first_name.app_error"),
        ({"last_name": "x" * 65}, "model.user.is_valid.last_name.app_error"),
        ({"position": "x" * 129}, "model.user.is_valid.position.app_error"),
        ({"timezone": {"manualTimezone": "x" * 300}}, "model.user.is_valid.timezone_limit.app_error"),
        ({"password": "short"}, "model.user.is_valid.pwd_min_length.app_error"),
        ({"password": "ü" * 37}, "model.user.is_valid.pwd_max_length.app_error"),
    ],
)
def test_a_wrong_field_is_named(server: Any, fields: dict[str, Any], error: str) -> None:
    server.sign_up("alice")
    answer = server.client().post("/users", new("bob") | fields)
    assert (answer.status, answer.error) == (400, error)


def test_fields_at_their_limit_are_taken(server: Any) -> None:
    fields = {"nickname": "ü" * 64, "first_name": "x" * 64, "last_name": "x" * 64, "position": "é" * 128}
    created = server.client().post("/users", new("x" * 64, email="x@example.com") | fields)
    assert created.status == 201
    assert {name: created.json[name] for name in fields} == fields


def test_an_unknown_locale_becomes_the_default(server: Any) -> None:
    assert server.client().post("/users", new("alice", locale="no locale")).json["locale"] == "en"
    assert server.client().post("/users", new("bob", locale="de")).json["locale"] == "de"


def test_a_server_that_is_not_open_refuses_strangers_but_not_admins(server: Any) -> None:
    admin = server.sign_up("alice")
    server.configure(TeamSettings={"EnableOpenServer": False})
    refused = server.client().post("/users", new("bob"))
    assert (refused.status, refused.error) == (403, "api.user.create_user.no_open_server")
    assert admin.post("/users", new("bob")).status == 201


def test_a_server_without_sign_up_refuses(server: Any) -> None:
    server.sign_up("alice")
    server.configure(TeamSettings={"EnableUserCreation": False})
    refused = server.client().post("/users", new("bob"))
    assert (refused.status, refused.error) == (501, "api.user.create_user.signup_email_disabled.app_error")


def test_only_addresses_of_the_named_domains_get_an_account(server: Any) -> None:
    server.configure(TeamSettings={"RestrictCreationToDomains": "example.com, @example.org"})
    assert server.client().post("/users", new("alice")).status == 201
    assert server.client().post("/users", new("bob", email="bob@example.org")).status == 201
    refused = server.client().post("/users", new("eve", email="eve@notexample.com"))
    assert (refused.status, refused.error) == (400, "api.user.create_user.accepted_domain.app_error")


def test_an_unknown_mail_invitation_is_refused(server: Any) -> None:
    server.sign_up("alice")
    refused = server.client().post("/users", new("bob"), query={"t": "x" * 64})
    assert (refused.status, refused.error) == (400, "api.user.create_user.signup_link_invalid.app_error")


def test_everybody_hears_of_a_new_account(server: Any) -> None:
    created = server.client().post("/users", new("alice")).json
    assert [event.data for event in server.events("new_user")] == [{"user_id": created["id"]}]


def test_a_refused_account_leaves_nothing_behind(server: Any) -> None:
    server.sign_up("alice")
    before = len(server.sent)
    server.client().post("/users", new("alice", email="second@example.com"))
    assert len(server.sent) == before
    assert server.app.db.fetch_value("SELECT COUNT(*) FROM {users}") == 1
