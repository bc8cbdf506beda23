"""A forgotten password is set by a link, once."""

from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.tokens import DAY_MS
from hubbub.tests.plugins.mailbox import mailbox

__all__ = ["mailbox"]
NEW = "Another-horse-7"


@pytest.fixture
def bob(server: Any) -> Any:
    """Return bob, signed in."""
    server.sign_up("alice")
    return server.sign_up("bob")


def ask(server: Any, mailbox: Any, email: str = "bob@example.com") -> str:
    """Return the token of a mail that was asked for."""
    assert server.client().post("/users/password/reset/send", {"email": email}).json == {"status": "OK"}
    server.settle()
    return str(mailbox.token(email))


def reset(server: Any, token: str, password: str = NEW) -> Any:
    """Return the answer to a new password."""
    return server.client().post("/users/password/reset", {"token": token, "new_password": password})


def test_the_link_sets_a_password_once_and_ends_every_session(server: Any, bob: Any, mailbox: Any) -> None:
    token = ask(server, mailbox)
    assert mailbox[0].kind == "password_reset"
    assert reset(server, token).json == {"status": "OK"}
    assert bob.get("/users/me").status == 401
    assert server.client().login("bob").status == 401
    assert server.client().login("bob", NEW).status == 200
    again = reset(server, token, "Third-horse-55")
    assert (again.status, again.error) == (400, "api.user.reset_password.invalid_link.app_error")


def test_used_twice_at_once_it_counts_once(server: Any, bob: Any, mailbox: Any) -> None:
    token = ask(server, mailbox)
    jobs = [gevent.spawn(reset, server, token) for _ in range(3)]
    assert sorted(job.get().status for job in jobs) == [200, 400, 400]


def test_a_password_that_breaks_the_rules_uses_up_nothing(server: Any, bob: Any, mailbox: Any) -> None:
    token = ask(server, mailbox)
    assert reset(server, token, "x").error.startswith("model.user.is_valid.pwd")
    assert reset(server, token).status == 200


def test_a_change_of_the_password_overtakes_older_links(server: Any, bob: Any, mailbox: Any) -> None:
    token = ask(server, mailbox)
    server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - 1000,))
    bob.put("/users/me/password", {"current_password": "Correct-horse-9", "new_password": NEW})
    assert reset(server, token).error == "api.user.reset_password.link_expired.app_error"


def test_a_link_is_good_for_a_day(server: Any, bob: Any, mailbox: Any) -> None:
    token = ask(server, mailbox)
    server.app.db.execute("UPDATE {users} SET lastpasswordupdate = 1 WHERE username = 'bob'")
    server.app.caches.invalidate_all()
    server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - DAY_MS - 1,))
    assert reset(server, token).error == "api.user.reset_password.link_expired.app_error"
    server.app.db.execute("UPDATE {tokens} SET createat = ?", (now_ms() - DAY_MS + 60_000,))
    assert reset(server, token).status == 200


def test_nobody_learns_who_has_an_account(server: Any, bob: Any, mailbox: Any) -> None:
    server.app.db.execute("UPDATE {users} SET authservice = 'ldap', authdata = 'bob' WHERE username = 'bob'")
    for email in ("nobody@example.com", "bob@example.com"):
        assert server.client().post("/users/password/reset/send", {"email": email}).json == {"status": "OK"}
    server.settle()
    assert mailbox == [], "bob's password isn't ours"


@pytest.mark.engines("sqlite")
def test_wrong_bodies_are_refused(server: Any, bob: Any) -> None:
    client = server.client()
    assert client.post("/users/password/reset/send", {}).error == "api.context.invalid_body_param.app_error"
    for body in ({}, {"token": "x" * 63, "new_password": NEW}, {"token": "x" * 64}):
        refused = client.post("/users/password/reset", body)
        assert (refused.status, refused.error) == (400, "api.context.invalid_body_param.app_error")
    assert reset(server, "x" * 64).error == "api.user.reset_password.invalid_link.app_error"
